"""What a follow-up points at without a name: "the next day" after a date, "that truce" after a truce for Victory Day.

Knows the texts of the turns before; must not know the index or vectors.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

from retrieval.ask.dates import Date, dates, in_words
from retrieval.ask.referents import latest
from retrieval.types import Role

_LAST = r"(?!\s+(?!(?:in|at|on|and|to|from|with|by)\b)\w)"  # "the day after Helsinki" has its day
_DAY = re.compile(
    rf"\b(?:on )?(?:(?P<next>(?:the )?(?:next|following) day|the day after{_LAST}|(?:a|one) day later)"
    rf"|(?P<before>the (?:previous day|day before{_LAST}))"
    r"|(?P<same>(?:that|the) (?:very )?same day|that (?:very )?day))\b",
    re.IGNORECASE,
)
_YEAR = re.compile(
    rf"\b(?:in )?(?:(?P<next>the (?:next|following) year|the year after{_LAST}|(?:a|one) year later)"
    rf"|(?P<before>the (?:previous year|year before{_LAST}))|(?P<same>(?:that|the) same year|that year))\b",
    re.IGNORECASE,
)
_STEPS = {"next": 1, "before": -1, "same": 0}
_POINTED = re.compile(
    r"\b(?:that|those|this|these|the same)\s+"
    r"(?P<noun>(?!day|year|time|way|case|thing|one|is|was|did|are|were|to\b|of\b|the\b)[a-z][a-z-]{3,})\b"
)
_FURTHER = (
    r"(?:\s+(?:for|of|on|in|with|between|about|from|by|at)\s+(?:the\s+)?[A-Z\d][\w'’-]*"
    r"(?:\s+(?:(?:and|of|the)\s+)?[A-Z\d][\w'’-]*)*)"
)


def date_days(question: str, turns: Sequence[tuple[Role, str]]) -> str:
    """ "the next day" as the date that it is, by the first full date of the last answer, else of the last question."""
    for text in _last(turns):
        full = [date for date in dates(text) if date.day and date.year]
        if (match := _DAY.search(question)) and full:
            return _put(question, match, _moved(full[0], _STEPS[match.lastgroup or "same"]), "on")
        dated = [date for date in dates(text) if date.year]
        if (match := _YEAR.search(question)) and dated:
            return _put(question, match, str(dated[0].year + _STEPS[match.lastgroup or "same"]), "in")
    return question


def name_things(question: str, turns: Sequence[tuple[Role, str]]) -> str:
    """ "that truce" as "the truce for Victory Day", where the last answer or question tells which one it was."""
    if match := _POINTED.search(question):
        for text in _last(turns):
            if found := re.search(rf"\b{re.escape(match['noun'])}{_FURTHER}{{1,2}}", text):
                return f"{question[: match.start()]}the {found.group()}{question[match.end() :]}"
    return question


def _last(turns: Sequence[tuple[Role, str]]) -> list[str]:
    """The last answer and the last question."""
    return [latest("assistant", turns), latest("user", turns)]


def _moved(date: Date, days: int) -> str:
    try:
        moved = datetime.date(date.year, date.month, date.day) + datetime.timedelta(days)
    except (ValueError, OverflowError):  # 31 June, or beyond the calendar
        return ""
    return in_words(moved.isoformat())


def _put(question: str, match: re.Match[str], date: str, word: str) -> str:
    return f"{question[: match.start()]}{word} {date}{question[match.end() :]}" if date else question
