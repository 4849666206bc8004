"""What differs between a claim and a unit beside it: dates, amounts and what they count, names, words and opposites.

Each difference is a conflict, where the unit says another thing, or missing, where it says nothing. Knows two texts;
nothing of retrieval, of verdicts or of vectors.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from retrieval.ask.amounts import amounts, unstated
from retrieval.ask.dates import Date, dates, read_date
from retrieval.ask.entail import coverage, stems
from retrieval.ask.facts import content, stem
from retrieval.ask.names import names, unnamed
from retrieval.ask.negation import contradiction
from retrieval.ask.roles import exchanged
from retrieval.ask.synonyms import LIGHT, opposite_of, said_by
from retrieval.ask.unreal import undone
from retrieval.types import Passage

_COUNTED = 30  # characters after a number within which what it counts stands
_AT_LEAST = re.compile(
    r"\b(?:at least|(?<!no )(?<!not )more than|no fewer than|no less than|(?:over|above) (?=\W?\d))", re.IGNORECASE
)
_AT_MOST = re.compile(
    r"\b(?:at most|(?:no|not) more than|less than|fewer than|up to (?=\W?\d)|(?:under|below) (?=\W?\d))", re.IGNORECASE
)
_EXCEPT = re.compile(r"\b(?:except|excluding|apart from|but not|other than)\b", re.IGNORECASE)
NEAR = 0.6  # nearness from which another word says the same
RARE = 3.0  # rarity (natural logarithm) from which a word of the claim may not be missing


def differences(
    claim: str, quote: str, stated: str, frame: str, passage: Passage
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The conflicts, and what is missing. `stated` is the unit with what introduces it, `frame` title and headings."""
    conflicts: list[str] = []
    missing: list[str] = _lost_words(claim, f"{stated} . {frame}", conflicts)
    claim = _ranges_spelt(claim)
    _compare_dates(claim, stated, passage, conflicts, missing)
    _compare_amounts(claim, stated, conflicts, missing)
    _compare_counts(claim, stated, conflicts, missing)
    _compare_names(claim, stated, frame, conflicts, missing)
    missing.extend(f"{deed}, as done" for deed in undone(claim, stated))
    if turned := contradiction(claim, quote) or contradiction(claim, stated) or exchanged(claim, stated):
        conflicts.append(turned)
    return _settled(conflicts, missing)


def _ranges_spelt(claim: str) -> str:
    """23 and 24 June 2023 as 23 June 2023 and 24 June 2023."""
    return re.sub(r"\b(\d{1,2}) (and|to) (\d{1,2}) ([A-Z][a-z]+(?: \d{4})?)", r"\1 \4 \2 \3 \4", claim)


def _compare_dates(claim: str, stated: str, passage: Passage, conflicts: list[str], missing: list[str]) -> None:
    """A date of the claim that the unit does not state conflicts where the unit states another of the same kind."""
    theirs = list(dates(stated))
    frame = [read_date(passage.source.date)] if passage.source.date else []
    for date in dates(claim):
        if any(date.within(other) for other in theirs):
            continue
        if any(_same_kind(date, other) for other in theirs):
            conflicts.append(f"date {claim[date.start : date.end].strip()}")
        elif not any(date.within(other) for other in frame):
            missing.append(claim[date.start : date.end].strip())


def _same_kind(one: Date, other: Date) -> bool:
    return bool(one.year) == bool(other.year) and bool(one.day) <= bool(other.day)


def _compare_amounts(claim: str, stated: str, conflicts: list[str], missing: list[str]) -> None:
    theirs = amounts(stated)
    for amount in unstated(amounts(claim), theirs):
        word = claim[amount.start : amount.end].strip()
        rivals = [other for other in theirs if other.unit == amount.unit]
        (conflicts if rivals else missing).append(f"amount {word}" if rivals else word)


def _compare_counts(claim: str, stated: str, conflicts: list[str], missing: list[str]) -> None:
    """A number of the claim that the unit gives to another thing, where it gives this thing a number of its own.

    "Five votes and ten abstentions" beside "ten votes and five abstentions": every number is there, each elsewhere.
    An exception that the unit does not make conflicts too; a bound that it does not set is missing.
    """
    ours, theirs = _counts(claim), _counts(stated)
    for thing in ours.keys() & theirs.keys():
        if ours[thing] and theirs[thing] and not ours[thing] & theirs[thing]:
            conflicts.append(f"number of {thing}")
    for bound, contrary in ((_AT_LEAST, _AT_MOST), (_AT_MOST, _AT_LEAST)):
        if bound.search(claim) and not bound.search(stated):
            (conflicts if contrary.search(stated) else missing).append(f"bound {bound.search(claim).group()}")  # type: ignore[union-attr]
    if _EXCEPT.search(claim) and not _EXCEPT.search(stated):
        conflicts.append(f"exception {_EXCEPT.search(claim).group()}")  # type: ignore[union-attr]


def _counts(text: str) -> dict[str, set[float]]:
    """The numbers that a text gives to each thing: the first word of content within three words of them."""
    found: dict[str, set[float]] = {}
    for amount in amounts(text):
        after = [word for word in content(text) if amount.end <= word.start < amount.end + _COUNTED]
        for word in after[:2]:
            if not word.text[0].isdigit() and not word.text[0].isupper():
                found.setdefault(word.stem, set()).add(amount.value)
                break
    return found


def _compare_names(claim: str, stated: str, frame: str, conflicts: list[str], missing: list[str]) -> None:
    """A name of the claim that the unit lacks conflicts where the unit has one instead that the claim lacks.

    A name that only the title or a heading has counts as said where the unit names nobody else.
    """
    others = unnamed(stated, claim)
    lost = [name for name in unnamed(claim, stated) if others or unnamed(name, frame)]
    framed = [name for name in lost if not unnamed(name, frame)]
    if lost and others and len(lost) <= 2 and len(names(claim)) > len(lost) and not framed:
        conflicts.append(f"name {' '.join(lost)}")  # a first name and a family name are one difference
    else:
        missing.extend(lost)


def _lost_words(claim: str, text: str, conflicts: list[str]) -> list[str]:
    """The words of the claim that are rare enough to matter and that the text neither holds nor says otherwise.

    A word whose opposite the text has, and which the text lacks, is a conflict.
    """
    rarity, held = coverage(claim, [text])
    theirs = stems(text)
    lost = []
    for word, rare, near in zip(stems(claim), rarity, held[:, 0] if held.size else (), strict=False):
        if near >= 1.0 or word.isdigit():
            continue
        if other := opposite_of(word, theirs):
            conflicts.append(f"it says “{word}” where its sources say “{other}”")
        elif near < NEAR and rare >= RARE and word not in LIGHT and not said_by(word, theirs):
            lost.append(word)
    return lost


def _settled(conflicts: Sequence[str], missing: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The differences, one of each kind; what conflicts is not missing besides."""
    told = {stem(word) for conflict in conflicts for word in re.findall(r"\w+", conflict)}
    kinds: dict[str, str] = {}
    for conflict in conflicts:
        kind = conflict.split()[0]
        kinds.setdefault("amount" if kind in ("number", "bound") else kind, conflict)
    return tuple(kinds.values()), tuple(w for w in dict.fromkeys(missing) if not {stem(p) for p in w.split()} & told)
