"""Signs that a unit answers, or does not, which no set was at hand to fit: each with its log-odds, set by hand.

A row that is named, a date that agrees, a sentence already told, a name that is asked for and lacking. They are added
to what the fitted trees say. Knows questions, units and what stands over them; must not know trees or vectors.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from retrieval.ask.asks import Asks, asks
from retrieval.ask.dates import Date, dates, spoken_on
from retrieval.ask.features import frame, stems_of
from retrieval.ask.names import lacks_name_asked
from retrieval.ask.offers import offers
from retrieval.ask.spans import cells
from retrieval.ask.whose import exchanged
from retrieval.ask.wordtable import word_table
from retrieval.types import Hit, Passage, Query, Source, Unit

WORTH: Mapping[str, float] = {
    "named": 3.0,  # the question names the table row or the list
    "age": -0.5,  # years that the source is older than the newest one, where the question asks for now
    "told": -1.5,  # in a follow-up: the last answer has told it already
    "sibling": 3.0,  # in a follow-up: a row that it names, of the table that the last answer was told from
    # How much more than half it holds of what title and headings leave of the question: over a corpus of titled texts
    # the words that are left tell what is asked ("When did the grain initiative end?").
    "besides": 1.5,
    "exchanged": -3.0,  # it tells of another country what the question asks of one
    # It names nobody new, where it is asked which company, country, envoy … it was: so do 1 of 538 written answers, and
    # a third of the sentences beside them.
    "nameless": -2.0,
    "gives reason": 0.8,  # where one is asked for
    "its day": 0.7,  # undated, of a speech held on the day or in the month asked of
    "other date": -0.7,  # dated, by itself or by its speech, and by no date that agrees with one of the question
}
"""The log-odds that a unit gains for each of its signs, by what it is multiplied with."""

_YEAR_FAR, _NAME_FAR = -1.2, -0.6
"""Log-odds that a unit loses for a year, and for each of two names, of the question that is nowhere near it."""

_HALF = 0.5
"""Share of a row's first cell that a question must say to name the row; a third where it names a column whole."""

_REPEATS = 0.8
"""Share of a unit's words in the last answer from which it has been told."""

Place = tuple[Hit, Unit]


def worth(signs: Mapping[str, float]) -> float:
    """The log-odds of a unit's signs together."""
    return sum(WORTH[name] * value for name, value in signs.items())


def astray(features: Mapping[str, float]) -> float:
    """The log-odds that a unit loses because a year or names of the question are neither in it nor around it.

    The sets fitted on hold few such near misses, a reader's first glance catches them: set, not fitted.
    """
    return _YEAR_FAR * features.get("year far", 0.0) + _NAME_FAR * min(features.get("names far", 0.0), 2.0)


def signs(query: Query, hits: Sequence[Hit]) -> list[dict[str, float]]:
    """The signs of every unit of the hits, in their order; every unit has all of them."""
    wanted = asks(query.standalone)
    told = set(stems_of(next((turn.text for turn in reversed(query.history) if turn.role == "assistant"), "")))
    places = [(hit, unit) for hit in hits for unit in hit.passage.units]
    tables = {_table(place) for place in places if place[1].kind == "row" and told and _tells(_quote(place), told)}
    age = ages(wanted, hits)
    left = {hit.passage.id: left_over(wanted, hit.passage) for hit in hits}
    asked = dates(query.standalone)
    found = []
    for hit, unit in places:
        text = _quote((hit, unit))
        whole = f"{unit.lead_in} . {text}"
        before = bool(told) and _is_told(text, told)
        name = named(wanted, unit, text)
        date = agreement(asked, whole, hit.passage.source)
        found.append(
            {
                "named": name,
                "age": age[hit.passage.source.date],
                "told": float(before),
                "sibling": name * (unit.kind == "row" and not before and _table((hit, unit)) in tables),
                "besides": besides(left[hit.passage.id], whole) - 0.5,
                "exchanged": float(bool(exchanged(query.standalone, text))),
                "nameless": float(lacks_name_asked(query.standalone, text)),
                "gives reason": float("reason" in wanted.kinds and bool(offers("reason", text, wanted.facts.stems))),
                "its day": float(date > 0),
                "other date": float(date < 0),
            }
        )
    return found


def named(asked: Asks, unit: Unit, text: str) -> float:
    """How far a question names a table row or a list.

    For a row, the share of its first cell's words, and half for a column that the question names; for a list that is
    asked for, half where its introduction has the noun asked after. No set with questions on tables was at hand to fit
    this on: its weight is set, not fitted.
    """
    stems = {word.stem for word in asked.content}
    if unit.kind == "row":
        spans = cells(text)
        head = set(stems_of(text[slice(*spans[0])])) if spans else set()
        columns = [set(stems_of(name)) for name in unit.lead_in.strip().strip("|").split("|")[1:]]
        whole = any(name and name <= stems for name in columns)
        covered = len(head & stems) / len(head) if head else 0.0
        if covered >= (_HALF if not whole else 1 / 3):
            return covered + 0.5 * any(name & stems for name in columns)
    introduction = unit.lead_in or (text if text.rstrip().endswith(":") else "")
    return 0.5 * (asked.wants_list and asked.focus in stems_of(introduction))


def _quote(place: Place) -> str:
    return place[0].passage.slice(place[1].start, place[1].end)


def _table(place: Place) -> tuple[str, str, str]:
    """The table that a row stands in."""
    passage, unit = place[0].passage, place[1]
    return passage.source.id, passage.document_hash, unit.lead_in


def agreement(asked: Sequence[Date], text: str, source: Source) -> float:
    """-1 where a text has dates, or else its speech a day, and none agrees with a date asked for; 1 where it has none
    and the speech was held on that day or in that month; else 0."""
    stated, day = (dates(text), spoken_on(source)) if asked else ((), ())
    own = stated or day
    if own and not any(one.agrees(other) for one in asked for other in own):
        return -1.0
    return float(not stated and any(one.month and one.within(other) for one in asked for other in day))


def left_over(asked: Asks, passage: Passage) -> list[str]:
    """The stems of the question that title and headings leave; none where they leave all of it."""
    stems = list(dict.fromkeys(word.stem for word in asked.content))
    above = set(stems_of(frame(passage)))
    left = [stem for stem in stems if stem not in above]
    return left if len(left) < len(stems) else []


def besides(left: Sequence[str], text: str) -> float:
    """How much a text holds of what title and headings leave of the question, weighed by rarity.

    One half where they leave nothing, or all of it.
    """
    own = stems_of(text)
    if not left or not own:
        return 0.5
    table = word_table()
    rarity = table.rarity(left)
    return float(table.nearness(left, own).max(axis=1) @ rarity) / max(float(rarity.sum()), 1e-6)


def _is_told(text: str, told: set[str]) -> bool:
    """Whether the last answer, by its stems, holds nearly all of a unit."""
    own = set(stems_of(text))
    return len(own & told) >= _REPEATS * len(own)


def _tells(row: str, told: set[str]) -> bool:
    """Whether the last answer was told of a row, whole or one cell of it."""
    own = set(stems_of(row))
    return len(own & told) >= max(3, _REPEATS * min(len(own), len(told)))


def ages(asked: Asks, hits: Sequence[Hit]) -> dict[str, float]:
    """For a question about the present, how many years (at most 3) each date lies before the newest; else 0.

    An unknown date counts as 1.5 years old.
    """
    dates = {hit.passage.source.date for hit in hits}
    years = {date: float(date[:4]) + float(date[5:7] or 1) / 12 for date in dates if re.match(r"\d{4}(-\d{2})?", date)}
    if not asked.wants_now or not years:
        return dict.fromkeys(dates, 0.0)
    newest = max(years.values())
    return {date: min(newest - years[date], 3.0) if date in years else 1.5 for date in dates}
