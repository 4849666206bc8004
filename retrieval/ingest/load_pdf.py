"""The text of a PDF, and what the PDF says of itself. Knows pypdf; knows nothing of files."""

from __future__ import annotations

import io
import logging
from typing import Any

from retrieval.errors import SourceError

_PAGES_MAX = 5_000


def read_pdf(content: bytes, name: str) -> tuple[dict[str, Any], str]:
    """What a PDF says of itself, and its text with a form feed between pages.

    Raises:
        SourceError: it is damaged, locked, or holds no text.
    """
    import pypdf

    logging.getLogger("pypdf").setLevel(logging.ERROR)  # its warnings on sloppy files say nothing a reader could mend
    try:
        reader = pypdf.PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise SourceError(f"{name} is locked with a password; save it without one and give that")
        pages = [page.extract_text() for page in reader.pages[:_PAGES_MAX]]
        said: Any = reader.metadata or {}
        fields = {
            "title": said.get("/Title"),
            "publisher": said.get("/Author"),
            "date": _date(said.get("/CreationDate")),
        }
    except SourceError:
        raise
    except Exception as error:  # pypdf meets damaged files with whatever its parser stumbles on
        raise SourceError(
            f"{name} is a damaged or half-written PDF ({type(error).__name__}); fetch or save it again"
        ) from error
    text = "\f".join(pages)
    if not any(character.isalnum() for character in text):
        raise SourceError(
            f"{name} is a PDF with no text in it (pictures of pages, most likely); run it through OCR first"
        )
    return {key: str(value) for key, value in fields.items() if value}, text


def _date(written: object) -> str:
    """`D:20220930120000Z` as 2022-09-30."""
    digits = str(written or "").removeprefix("D:")[:8]
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}" if len(digits) == 8 and digits.isdigit() else ""
