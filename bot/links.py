"""Addresses that open at the quoted words, by the text fragments of the WICG specification. Pure."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from retrieval import Source

LONGEST = 480  # so that a line of the source list stays readable and within an embed

_WEB = re.compile(r"https?://[^\s<>\"{}|\\^`]+", re.IGNORECASE)
_END_WORDS = 5
_WHOLE_WORDS = 12


def source_link(source: Source, quoted: str = "") -> str:
    """The source's web address, at the quoted words where that fits; "" for a source that is not on the web."""
    address = source.url.strip()
    if not _is_web(address):
        return ""
    # Round brackets would end a masked link early for some clients.
    address = address.replace("(", "%28").replace(")", "%29")
    if len(address) > LONGEST:
        return ""
    fragment = text_fragment(quoted)
    if not fragment:
        return address
    with_words = f"{address}{'' if '#' in address else '#'}{fragment}"
    return with_words if len(with_words) <= LONGEST else address


def text_fragment(quoted: str) -> str:
    """`:~:text=` and the quoted words: all of a short quote, the first and last words of a long one."""
    words = quoted.split()
    if not words:
        return ""
    if len(words) <= _WHOLE_WORDS:
        return f":~:text={_encode(words)}"
    return f":~:text={_encode(words[:_END_WORDS])},{_encode(words[-_END_WORDS:])}"


def _encode(words: list[str]) -> str:
    # The specification reserves "-", "," and "&"; quote() leaves "-" alone.
    return quote(" ".join(words).encode("utf-8", "replace"), safe="").replace("-", "%2D")


def _is_web(address: str) -> bool:
    if not _WEB.fullmatch(address):
        return False
    try:
        return bool(urlsplit(address).hostname)
    except ValueError:
        return False
