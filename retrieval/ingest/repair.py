"""From raw text to the canonical text that every offset refers to.

Canonical text is light Markdown: `# heading`, paragraphs of one line, `- item`, `| cell | cell |` with the header row
first; blocks are parted by one empty line. The rules are about scraped pages in general. Knows nothing of sources.
"""

from __future__ import annotations

from collections.abc import Sequence

from retrieval.ingest.repair_blocks import Part, read_parts
from retrieval.ingest.repair_characters import clean_characters, strip_markup
from retrieval.ingest.repair_headings import is_dateline, is_heading
from retrieval.ingest.repair_lines import drop_page_lines

_ROUNDS = 20  # repairs that uncover another; two are usual, the last one changes nothing


def repair(text: str) -> str:
    """Mends a scraped, converted or hand-written text.

    The same text always gives the same result, and repairing the result changes nothing. What is lost is marks and the
    page's own lines (navigation, sharing, page numbers), never words of the prose.
    """
    for _ in range(_ROUNDS):
        repaired = _repair_once(text)
        if repaired == text:
            break
        text = repaired
    return text


def _repair_once(text: str) -> str:
    lines = strip_markup(clean_characters(text)).split("\n")
    parts = read_parts(drop_page_lines(_rows_from_tabs(lines)))
    return _write(_without_repeats(_with_headings(parts)))


def _rows_from_tabs(lines: Sequence[str]) -> list[str]:
    """Lines of cells parted by tabs, at least two together, as rows; any other tab as a space."""
    found = list(lines)
    tabs = [line.strip("\t \n").count("\t") if len(line) <= 600 else 0 for line in lines]
    for at, count in enumerate(tabs):
        beside = [tabs[other] for other in (at - 1, at + 1) if 0 <= other < len(lines)]
        if count and count in beside:
            cells = [cell.strip() for cell in lines[at].strip("\t ").split("\t")]
            row = f"| {' | '.join(cells)} |"
            nameless = count == 1 and tabs[at - 1] != 1 and any(map(str.isdigit, cells[1]))  # "Length, 381 km"
            found[at] = f"|  |  |\n{row}" if nameless else row
        elif count or "\t" in found[at]:
            found[at] = found[at].replace("\t", "    " if not found[at].strip() or found[at][0].isspace() else " ")
    return "\n".join(found).split("\n")


def _with_headings(parts: list[Part]) -> list[Part]:
    """Marks the paragraphs that are headings by their looks and by what stands under them."""
    marked = [part.level for part in parts if part.kind == "heading"]
    level = 2
    for at, part in enumerate(parts):
        following = parts[at + 1] if at + 1 < len(parts) else None
        if part.kind == "heading":
            level = part.level
        elif part.kind == "paragraph" and part.lines == 1 and following is not None:
            title = at == 0
            if following.kind == "heading" and not title:
                continue
            if is_heading(part.text, _body(parts, at + 1, title), title):
                part.kind = "heading"
                part.level = (
                    1 if title and len(part.text.split()) > 1 else 2 if len(marked) < 2 else min(max(level, 2) + 1, 4)
                )
    return parts


def _body(parts: Sequence[Part], at: int, title: bool) -> str:
    """What stands under a heading, as far as is needed to see that it is more than the heading."""
    part = parts[at]
    if title:  # a date and a name may stand between a title and its text
        return _body(parts, at, False) + max((other.text for other in parts[at : at + 4]), key=len)
    if part.kind == "paragraph":
        if at + 1 < len(parts) and is_dateline(part.text):
            return _body(parts, at + 1, False)
        listed = part.text.endswith(":") and at + 1 < len(parts) and parts[at + 1].kind in ("item", "table")
        return part.text + (_body(parts, at + 1, False) if listed else "")
    if part.kind == "table":
        return " ".join(cell for row in part.rows[:3] for cell in row) * 2 + "."
    return " ".join(other.text for other in parts[at : at + 3] if other.kind == part.kind) + "."


def _without_repeats(parts: Sequence[Part]) -> list[Part]:
    """Leaves out a heading or a longer paragraph that only says again what stands right above it."""
    kept: list[Part] = []
    for part in parts:
        above = kept[-1] if kept else None
        same = above is not None and part.text == above.text and part.kind in ("heading", "paragraph")
        if same and above is not None and (above.kind == "heading" or len(part.text) >= 40):
            continue
        kept.append(part)
    return kept


def _write(parts: Sequence[Part]) -> str:
    """The parts as canonical text."""
    written: list[str] = []
    for at, part in enumerate(parts):
        if at:
            written.append("\n" if part.kind == parts[at - 1].kind == "item" else "\n\n")
        if part.kind == "heading":
            written.append(f"{'#' * part.level} {part.text}")
        elif part.kind == "item":
            written.append(f"{'  ' * part.level}- {part.text}")
        elif part.kind == "table":
            written.append("\n".join(_row(cells, part.rows) for cells in part.rows))
        else:
            written.append(part.text)
    return "".join(written)


def _row(cells: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not cells:  # columns without names
        return f"|{'  |' * max(2, *(len(row) for row in rows))}"
    return f"| {' | '.join(cells)} |"
