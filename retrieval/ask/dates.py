"""The dates a text states, in any order of day, month and year, in English, Russian and Ukrainian.

Knows spelling and the date of a source; must not know who asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from retrieval.types import Source

_ENGLISH = "january february march april may june july august september october november december".split()
_RUSSIAN = "январ феврал март апрел ма июн июл август сентябр октябр ноябр декабр".split()
_UKRAINIAN = "січ лют берез квіт трав черв лип серп верес жовт листопад груд".split()
_MONTHS = {name[:3]: number for number, name in enumerate(_ENGLISH, 1)}
_MONTH = (
    r"(?P<month{0}>(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
    r"|(?i:январ[яье]|феврал[яье]|марта?|марте|апрел[яье]|ма[яей]|июн[яье]|июл[яье]|августа?|августе|сентябр[яье]"
    r"|октябр[яье]|ноябр[яье]|декабр[яье]|січ(?:ня|ень|ні)|лют(?:ого|ий|ому)|берез(?:ня|ень|ні)|квіт(?:ня|ень|ні)"
    r"|трав(?:ня|ень|ні)|черв(?:ня|ень|ні)|лип(?:ня|ень|ні)|серп(?:ня|ень|ні)|верес(?:ня|ень|ні)|жовт(?:ня|ень|ні)"
    r"|листопада?|листопаді|груд(?:ня|ень|ні))\b)"
)
_DAY = r"(?P<day{0}>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th|-?г?о)?"
_LATER = r"(?:\s*[-–—]\s*(?P<later{0}>[12]?\d|3[01])(?:st|nd|rd|th)?)?"
_YEAR = r"(?P<year{0}>1\d{{3}}|20\d{{2}})(?!\d)"
_DATE = re.compile(
    r"(?<![\w.,])(?:"
    + r"(?P<year0>1\d{3}|20\d{2})[-./](?P<number0>0?[1-9]|1[0-2])[-./](?P<day0>0?[1-9]|[12]\d|3[01])(?!\d)"
    + r"|(?P<first>0?[1-9]|[12]\d|3[01])(?P<sign>[./])(?P<second>0?[1-9]|[12]\d|3[01])(?P=sign)"
    + r"(?P<year1>1\d{3}|20\d{2})(?!\d)"
    + rf"|{_DAY}{_LATER}\s+(?:of\s+)?{_MONTH}(?:,?\s+{_YEAR})?".format(2)
    + rf"|{_MONTH}\s+{_DAY}(?!\d){_LATER}(?:\s*,?\s+{_YEAR})?".format(3)
    + rf"|{_MONTH}(?:,?\s+(?:of\s+)?{_YEAR})?".format(4)
    + rf"|{_YEAR}(?:[-–/](?P<until>\d{{{{2}}}})(?!\d))?(?!\s?(?:%|percent|per cent|km|[a-z]*illion))".format(5)
    + r")"
)


@dataclass(frozen=True, slots=True)
class Date:
    """A date as far as it is stated, 0 for what is not, and where it stands in the text."""

    year: int
    month: int
    day: int
    start: int = 0
    end: int = 0

    def within(self, other: Date, years: Iterable[int] = ()) -> bool:
        """Whether this date says no more than the other one; a year that the other leaves out may be one of `years`."""
        year = not self.year or self.year == other.year or (not other.year and self.year in set(years))
        return year and self.month in (0, other.month) and self.day in (0, other.day)

    def agrees(self, other: Date) -> bool:
        """Whether the two may be the same day, as far as both are stated."""
        return self.within(other) or other.within(self)


def in_words(date: str) -> str:
    """A date of a source as a text would state it: "2022-06-15" is "15 June 2022", "2022-06" is "June 2022"."""
    parts = date[:10].split("-")
    if not all(part.isdigit() for part in parts) or (len(parts) > 1 and not 1 <= int(parts[1]) <= 12):
        return date
    words = [
        parts[0],
        *(_ENGLISH[int(month) - 1].capitalize() for month in parts[1:2]),
        *(str(int(d)) for d in parts[2:3]),
    ]
    return " ".join(reversed(words))


@lru_cache(maxsize=2048)
def dates(text: str) -> tuple[Date, ...]:
    """The dates of a text in their order; an ambiguous 3/4/2022 gives both readings, a range of days both days."""
    return tuple(date for match in _DATE.finditer(text) for date in _read(match))


def read_date(iso: str) -> Date:
    """A source's own date, ISO 8601, whole or in part, or ""."""
    parts = [int(part) for part in re.findall(r"\d+", iso)[:3]]
    return Date(*[*parts, 0, 0, 0][:3])


def spoken_on(source: Source) -> tuple[Date, ...]:
    """The day of a speech or statement; nothing where it is not known, or in a brief, which tells of other days."""
    return () if source.kind == "brief" or not source.date else (read_date(source.date),)


def _read(match: re.Match[str]) -> list[Date]:
    groups = match.groupdict()
    span = match.span()
    if groups["year0"]:
        return [Date(int(groups["year0"]), int(groups["number0"]), int(groups["day0"]), *span)]
    if groups["first"]:
        first, second, year = int(groups["first"]), int(groups["second"]), int(groups["year1"])
        readings = [(second, first), (first, second)]
        return [Date(year, month, day, *span) for month, day in dict.fromkeys(readings) if month <= 12]
    month = next((groups[f"month{form}"] for form in "234" if groups[f"month{form}"]), "")
    if groups["until"]:
        return [Date(int(groups["year5"]), 0, 0, *span), Date(int(groups["year5"][:2] + groups["until"]), 0, 0, *span)]
    year_text = next((groups[f"year{form}"] for form in "2345" if groups[f"year{form}"]), "0")
    days = [groups[f"{name}{form}"] for form in "23" for name in ("day", "later") if groups[f"{name}{form}"]]
    return [Date(int(year_text), _month(month), int(day), *span) for day in days or ["0"]]


def _month(name: str) -> int:
    lower = name.lower()
    if not lower:
        return 0
    if lower[:3] in _MONTHS:
        return _MONTHS[lower[:3]]
    for stems in (_RUSSIAN, _UKRAINIAN):
        for number, stem in enumerate(stems, 1):
            if lower.startswith(stem) and (stem != "ма" or len(lower) == 3):
                return number
    return 0
