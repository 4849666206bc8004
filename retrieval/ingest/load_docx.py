"""The text of a DOCX as Markdown, in the order of the page. Knows python-docx; knows nothing of files."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from retrieval.errors import SourceError

_HEADING_STYLE = re.compile(r"heading (\d)|title|subtitle", re.IGNORECASE)
_UNPACKED_MAX = 200_000_000  # bytes: a larger one is a bomb, not a document


def read_docx(content: bytes, name: str) -> tuple[dict[str, Any], str]:
    """What a DOCX says of itself, and its headings, paragraphs, lists and tables in order.

    Raises:
        SourceError: it is damaged, is not a DOCX, or holds no text.
    """
    import zipfile

    import docx

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > _UNPACKED_MAX:
                raise SourceError(f"{name} unpacks to more than {_UNPACKED_MAX} bytes; split it into smaller files")
        document = docx.Document(io.BytesIO(content))
        said = document.core_properties
        fields = {"title": said.title, "publisher": said.author, "date": said.created}
        text = "\n\n".join(_blocks(document))
    except SourceError:
        raise
    except Exception as error:  # a damaged package fails in zipfile, lxml or python-docx alike
        raise SourceError(
            f"{name} is not a DOCX, or is half-written ({type(error).__name__}); save it again as DOCX"
        ) from error
    if not any(character.isalnum() for character in text):
        raise SourceError(f"{name} holds no text; give a document with words in it")
    return {key: value for key, value in fields.items() if value and value != "python-docx"}, text


def _blocks(document: Any) -> Iterator[str]:
    """The blocks in order; items of one list and rows of one table are one block."""
    items: list[str] = []
    for block in document.iter_inner_content():
        item = _item(block) if hasattr(block, "style") and hasattr(block, "runs") else None
        if item is not None:
            items.append(item)
            continue
        if items:
            yield "\n".join(items)
            items = []
        if hasattr(block, "rows"):
            yield "\n".join(_rows(block))
        elif words := " ".join(block.text.split()):
            yield _heading_mark(block) + words
    if items:
        yield "\n".join(items)


def _heading_mark(paragraph: Any) -> str:
    match = _HEADING_STYLE.match(paragraph.style.name or "") if paragraph.style is not None else None
    if match is None:
        return ""
    return f"{'#' * min(6, int(match.group(1)) + 1) if match.group(1) else '#'} "


def _item(paragraph: Any) -> str | None:
    """The Markdown of a list paragraph; None for any other."""
    style = (paragraph.style.name or "") if paragraph.style is not None else ""
    properties = paragraph._p.pPr
    numbered = properties is not None and properties.numPr is not None
    words = " ".join(paragraph.text.split())
    if not words or not (numbered or style.startswith("List ")) or style.lower().startswith(("heading", "title")):
        return None
    depth = int(properties.numPr.ilvl.val) if numbered and properties.numPr.ilvl is not None else 0
    depth = max(depth, int(style[-1]) - 1 if style[-1:].isdigit() else 0)
    return f"{'  ' * depth}- {words}"


def _rows(table: Any) -> Iterator[str]:
    """Rows with every cell once: a merged cell comes back for each column it covers."""
    for row in table.rows:
        cells: list[str] = []
        seen: set[int] = set()
        for cell in row.cells:
            if id(cell._tc) not in seen:
                seen.add(id(cell._tc))
                cells.append(" ".join(cell.text.replace("|", "\\|").split()))
        if any(cells):
            yield f"| {' | '.join(cells)} |"
