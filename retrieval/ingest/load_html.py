"""The text of a web page, and what the page says of itself.

Knows trafilatura and HTML's own words for title, date and encoding. Knows nothing of addresses or fetching.
"""

from __future__ import annotations

import html
import logging
import re
from typing import Any

from retrieval.errors import SourceError
from retrieval.ingest.load_text import decode
from retrieval.ingest.repair_characters import drop_hidden

_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]{0,200}>(.{0,1000}?)</title>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_FENCED = re.compile(r"(^```.*?^```[^\n]*$)", re.DOTALL | re.MULTILINE)
_WRAPPED = re.compile(r"(?<=[^\n.!?:;|…])\n(?=[^\s#|>*+\d-])")
_ENOUGH = 200  # characters: a page may be short, but when less is found in a longer one, the finding is doubted


def read_html(content: bytes, name: str, declared: str = "") -> tuple[dict[str, Any], str]:
    """What a page says of itself, and its text as Markdown: paragraphs, headings, lists and tables in their order.

    Raises:
        SourceError: the page holds no text.
    """
    found = _CHARSET.search(content[:4096])
    page = decode(content, name, declared or (found.group(1).decode("ascii") if found else ""))
    text = _extract(page)
    if not any(character.isalnum() for character in _TAG.sub(" ", text)):
        raise SourceError(
            f"{name} holds no text (its words may be drawn by a script, or be pictures); "
            "save the page as text or PDF from a browser and give that"
        )
    return _fields(page), text


def _extract(page: str) -> str:
    """The page's own text; where trafilatura finds little in it, all of its words (repair takes out the tags)."""
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # what it finds no text in is reported by us
    text = trafilatura.extract(
        page,
        output_format="markdown",
        include_tables=True,
        include_comments=False,
        include_links=False,
        include_formatting=True,
        favor_recall=True,
        deduplicate=False,
    )
    bare = drop_hidden(page)
    words = len(_TAG.sub(" ", bare).split())
    if text and (len(text) >= _ENOUGH or len(text.split()) * 2 >= words):
        return "".join(_unwrap(part) for part in _FENCED.split(str(text)))
    return bare


def _unwrap(part: str) -> str:
    """Joins lines that break within a sentence: in HTML a line end is a space."""
    return part if part.startswith("```") else _WRAPPED.sub(" ", part)


def _fields(page: str) -> dict[str, Any]:
    """Title, publisher, date and address by the page's metadata."""
    from trafilatura.metadata import extract_metadata

    # only dates that the page states: one guessed from a year in its text would be taken for the text's own
    found = extract_metadata(page, date_config={"original_date": True, "extensive_search": False})
    fields = found.as_dict() if found else {}
    title = _TITLE.search(page)
    plain = html.unescape(re.sub(r"\s+", " ", title.group(1))).strip() if title else ""
    told = fields.get("title") or ""
    return {
        "title": told if told in plain or not plain else plain,  # the first heading may be a menu's
        "publisher": fields.get("sitename") or fields.get("hostname") or fields.get("author"),
        "date": fields.get("date"),
        "url": fields.get("url"),
        "licence": fields.get("license"),
    }
