"""Figures as words: support, dates, ages, durations, reasons. Pure; knows nothing of Discord or of engines."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

# Not the locale's: answers are in English.
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

_REASONS = {
    "no_evidence": "I found nothing in them that says it.",
    "unsupported": "Some passages come near, but none says it clearly enough.",
    "empty_question": "There was no question in that.",
}


def support_words(support: float) -> str:
    """The calibrated support as a word and as what it means, "strong (about 9 in 10 … are right)"."""
    tenths = max(0, min(10, round(support * 10)))
    word = "strong" if support >= 0.85 else "good" if support >= 0.65 else "partial" if support >= 0.4 else "weak"
    often = {0: "hardly any", 10: "nearly all"}.get(tenths, f"about {tenths} in 10")
    return f"{word} ({often} answers like this are right)"


def reason_words(reason: str | None) -> str:
    """Why an answer was withheld, as a sentence."""
    return _REASONS.get(reason or "", "The sources do not answer this.")


def date_words(date: str) -> str:
    """ "2022-09-30" as "30 September 2022", "2022-09" as "September 2022"; what is not a date stays as it is."""
    parts = date.split("-")
    if not 1 <= len(parts) <= 3 or not all(part.isascii() and part.isdigit() for part in parts):
        return date
    if len(parts) == 1 or not 1 <= int(parts[1]) <= 12:
        return date
    month = f"{_MONTHS[int(parts[1]) - 1]} {parts[0]}"
    return f"{int(parts[2])} {month}" if len(parts) == 3 else month


def earliest_day(date: str) -> datetime.date | None:
    """The first day that a whole or partial ISO date may mean; None where the source gives no date."""
    parts = [*date.split("-"), "1", "1"][:3] if date else []
    try:
        return datetime.date(*(int(part) for part in parts)) if parts else None
    except (ValueError, TypeError):
        return None


def age_words(date: str, today: datetime.date) -> str:
    """How old something dated so is, e.g. "14 months old"; "" where the date says nothing."""
    day = earliest_day(date)
    if day is None:
        return ""
    days = (today - day).days
    if days < 0:
        return "dated in the future"
    if days < 60:
        return "of today" if days == 0 else f"{days} day{'s' * (days != 1)} old"
    months = (today.year - day.year) * 12 + today.month - day.month - (today.day < day.day)
    return f"{months} months old" if months < 24 else f"{months // 12} years old"


def newest(dates: Iterable[str]) -> str:
    """The latest of some ISO dates, "" where none can be read."""
    known = [(day, date) for date in dates if (day := earliest_day(date)) is not None]
    return max(known)[1] if known else ""


def seconds_words(seconds: float) -> str:
    """A duration for people: "0.4 s", "2 min", "5 h", "3 days"."""
    if seconds < 90:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.0f} h" if seconds < 48 * 3600 else f"{seconds / 86400:.0f} days"


def plural(count: int, noun: str) -> str:
    """ "1 source", "3 sources", "2 entries"."""
    many = f"{noun[:-1]}ies" if noun.endswith("ry") else f"{noun}s"
    return f"{count:,} {noun if count == 1 else many}"
