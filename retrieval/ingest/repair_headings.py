"""Which line is a heading though nothing marks it, and where a heading is glued to the paragraph under it.

Knows how headings are written: short, without a full stop, often with capitals. Knows nothing of tables or documents.
"""

from __future__ import annotations

import re

from retrieval.ingest.sentences import STARTERS, sentences

_WORD = re.compile(r"[^\W\d_][\w’'-]*(?:\.[^\W\d_](?=\.))*")
_GLUE = re.compile(  # a capital right behind a small letter; the capital first, because that is quick to look for
    r"[A-ZА-ЯЁІЇЄҐ](?<=[a-zà-öø-ÿа-яёіїєґ)?\d].)(?=[\w’']{0,30}[ ,])", re.DOTALL
)
_NOT_HEADING = re.compile(
    r"(?:by|photos?|photograph|source|sources|image|credit|published|updated|posted|written|edited|reporting|translation|via"
    r"|фото|источник|джерело)\b(?!.*\?)|https?://|www\.|\W*\d{1,2}[:.]\d{2}\b|@"
    r"|\d{1,2}\s(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\s\d{4},"
    r"|[\w\s.-]{2,30},[\w\s,.–-]{0,40}\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s(?:\d{1,2},?\s)?\d{4}$"
    r"|(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s)?(?:\d{1,2}\s)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"[a-z]*\.?\s(?:\d{1,2},?\s)?\d{4}\W*(?:\d{1,2}[:.]\d{2}.{0,12})?$",
    re.IGNORECASE,
)
_SPEAKER = re.compile(r"[A-ZÀ-ÝА-Я][A-ZÀ-ÝА-Я .'’-]{0,40}:\s(?=.*[^\W\d_A-Z])")
_STOPS = '.!?:;…。"”»'
_BODY_SURE = 200
_LABEL = re.compile(
    r"(?:article|chapter|section|part|annex|appendix|point|step|статья|стаття|глава|раздел|розділ|приложение|додаток)"
    r"\s+(?:\d{1,3}|[IVXLC]{1,6}|[A-Z])\b.{0,80}",
    re.IGNORECASE,
)
_HEADING_MAX = 160
_PLAIN_MAX = 70
_BODY_MIN = 60


def is_titled(words: str) -> bool:
    """Whether words are written as a title: nearly all the longer ones with a capital, at least two of them."""
    found: list[str] = [word for word in _WORD.findall(words) if len(word) > 3 or word[0].isupper()]
    capitals = sum(word[0].isupper() for word in found)
    return capitals >= 2 and capitals >= 0.75 * len(found)


def is_dateline(words: str) -> bool:
    """Whether a line names a place and a date, a writer or a picture, as stands between a heading and its text."""
    return len(words) <= _PLAIN_MAX and bool(_NOT_HEADING.match(words))


def is_heading(words: str, body: str, first: bool) -> bool:
    """Whether a line that stands alone heads the text under it.

    Args:
        words: the line.
        body: what stands under it: a paragraph, or a list or table as one string.
        first: whether it is the first line of all, and so may be a longer title.
    """
    if not 2 <= len(words) <= (200 if first else _HEADING_MAX) or words[-1] in ".!;,:…|-–—" or "|" in words:
        return False
    letters = [character for character in words if character.isalpha()]
    if len(letters) < 3 or words[0].islower() or _NOT_HEADING.match(words) or len(body) <= len(words):
        return False
    if _LABEL.fullmatch(words):
        return True
    if (body[-1] not in _STOPS and len(body) < _BODY_SURE) or _SPEAKER.match(words):
        return False  # names or a menu, one under the other; or somebody speaks
    if words[0] in "[(" or (
        words[-1] == "?" and re.search(r"[:.?]\s", words)
    ):  # a stage direction, a speaker's question
        return False
    if (
        is_titled(words)
        or _LABEL.fullmatch(words)
        or (len(letters) >= 4 and all(letter.isupper() for letter in letters))
    ):
        return True
    short = len(words) <= _PLAIN_MAX and len(words.split()) <= 9
    asks = words[-1] == "?" and len(words) <= 100
    closed = words[-1] in "\"”»'’" or (words[-1] == ")" and not first)
    return (first or short or asks) and not closed and len(body) >= max(100, 2.5 * len(words))


def find_glued_heading(text: str) -> tuple[int, int] | None:
    """Where a heading runs straight into its paragraph ("…Rising TensionsThe prospect of…").

    Returns:
        The start of the heading and the start of the paragraph, or None.
    """
    for match in _GLUE.finditer(text):
        at = match.start()
        opener = re.match(r"[\w’']+", text[at : at + 40])
        if opener is None or not _is_body(text, at, opener.group()) or text[max(0, at - 6) : at] == "Linked":
            continue
        before = sentences(text[max(0, at - 2 * _HEADING_MAX) : at], max(0, at - 2 * _HEADING_MAX))
        if not before or before[-1][1] != at:
            continue
        start = before[-1][0]
        heading = text[start:at]
        if _may_head(heading, opener.group(), start == 0):
            return start, at
    return None


def _is_body(text: str, at: int, opener: str) -> bool:
    """Whether a sentence begins here: a first word as sentences have, then words without capitals, then a stop."""
    rest = text[at + len(opener) : at + 600]
    if len(rest) < _BODY_MIN or not re.search(r"[.!?:;]", rest):
        return False
    following: list[str] = _WORD.findall(rest)[:8]
    return sum(word[0].islower() for word in following) * 2 >= len(following) > 3


def _may_head(heading: str, opener: str, at_start: bool) -> bool:
    if not 4 <= len(heading) <= _HEADING_MAX or not (heading[0].isupper() or heading[0].isdigit()):
        return False
    found = _WORD.findall(heading)
    if not found or len(found[-1]) < 3:
        return False
    usual = opener.lower() in STARTERS
    if is_titled(heading) and len(found) >= 3:
        return usual or (len(found) >= 4 and len(opener) > 3 and len(found[-1]) > 3)
    return usual and at_start and len(heading) <= _PLAIN_MAX and len(opener) > 1
