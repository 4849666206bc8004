"""Each unit of the passages found, weighed as an answer to the question.

Knows features, the fitted trees and where a passage's vectors come from. Must not know indexes, thresholds (support) or
how an answer is written (select, extract).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.ask.asks import Asks, asks
from retrieval.ask.compare import measure_all
from retrieval.ask.dates import Date, dates, spoken_on
from retrieval.ask.features import frame, question, stems_of
from retrieval.ask.furniture import is_candidate
from retrieval.ask.names import lacks_name_asked
from retrieval.ask.spans import answering_spans, cells
from retrieval.ask.trees import Trees, logistic, matrix, read_trees
from retrieval.ask.turns import others
from retrieval.ask.whose import exchanged
from retrieval.ask.wordtable import word_table
from retrieval.index.units import unit_vectors
from retrieval.ingest.split import context
from retrieval.models import TokenEmbedder
from retrieval.types import Evidence, Hit, Passage, Query, Source, Unit

Vectors = NDArray[np.float32]
PASSAGES = 10
"""Passages weighed, the best hits first: what lies beyond changes no answer and costs time."""


_NAMED = 3.0
"""Log-odds that a table row or a list gains when the question names it."""

_AGE = -0.5
"""Log-odds for each year that a source is older than the newest one, when the question asks for now."""

_YEAR_FAR, _NAME_FAR = -1.2, -0.6
"""Log-odds that a unit loses for a year, and for each of two names, of the question that is nowhere near it."""

_EXCHANGED = -3.0
"""Log-odds that a unit loses when it tells of another country what the question asks of one."""

_HALF = 0.5
"""Share of a row's first cell that a question must say to name the row; a third where it names a column whole."""

_BESIDES = 1.5
"""Log-odds of a unit that holds all of the question that title and headings do not; set: over a corpus of titled texts
the words that are left tell what is asked ("When did the grain initiative end?")."""

_SAME_DAY, _OTHER_DATE = 0.7, -0.7
"""Log-odds that a unit gains whose speech was held in the month or on the day asked of, and that it loses where it is
dated, by itself or by its speech, and by no date that agrees with one of the question."""

_TOLD = -1.5
"""Log-odds that a unit loses in a follow-up when the last answer has told it already."""

_NAMELESS = -2.0
"""Log-odds that a unit loses which names nobody new, where it is asked which company, country, envoy … it was: so do 2
of some 600 written answers, and a third of the sentences beside them."""

_REASON = 0.8
"""Log-odds that a unit gains which gives a reason, where one is asked for."""

_SIBLING = 3.0
"""Log-odds that a row gains in a follow-up which names it, where the last answer was told from the same table."""

_REPEATS = 0.8
"""Share of a unit's words in the last answer from which it has been told."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The fitted models: which unit answers (`rank`) and whether the best one does (`support`), and the calibration.

    `slope` and `offset` turn the log-odds of `support` into the probability that an answer is right (Platt 1999).
    """

    rank: Trees
    support: Trees
    slope: float
    offset: float


@lru_cache(maxsize=1)
def weights() -> Weights:
    """The models that ship with the package."""
    one: dict[str, Any] = json.loads((files("retrieval") / "data" / "evidence.json").read_text(encoding="utf-8"))[
        "alone"
    ]
    return Weights(read_trees(one["rank"]), read_trees(one["support"]), one["slope"], one["offset"])


def weigh(
    query: Query,
    hits: Sequence[Hit],
    embedder: TokenEmbedder,
    vectors: Callable[[Passage], Vectors | None] | None = None,
) -> list[Evidence]:
    """Every unit of the best hits that could be an answer, best first.

    Args:
        query: `standalone` is what is asked.
        hits: best first; of each passage all units are weighed.
        embedder: for the question, and for passages that `vectors` does not know.
        vectors: the stored vectors of a passage's units (units, dimension), as `unit_vectors` makes them.

    Returns:
        Evidence with `score` in 0..1, higher is better, comparable within one question.
    """
    read = [hit for hit in hits if hit.passage.units][:PASSAGES]
    if not read:
        return []
    vector, found = _embed(query.standalone, [hit.passage for hit in read], embedder, vectors)
    words = word_table()
    table = measure_all(question(asks(query.standalone), vector, words), [hit.passage for hit in read], found, words)
    return rank(query, read, table, weights().rank)


def _embed(
    asked: str,
    passages: Sequence[Passage],
    embedder: TokenEmbedder,
    vectors: Callable[[Passage], Vectors | None] | None,
) -> tuple[Vectors, list[Vectors]]:
    """The question's vector and those of the passages' units, stored ones where they fit, the others made now."""
    known = [vectors(passage) if vectors else None for passage in passages]
    stored = {at: one for at, one in enumerate(known) if one is not None and len(one) == len(passages[at].units)}
    missing = [at for at in range(len(passages)) if at not in stored]
    contexts = [context(passages[at]) for at in missing]
    made = embedder.embed_tokens(contexts)[1] if missing else []
    for at, text, tokens in zip(missing, contexts, made, strict=True):
        stored[at] = unit_vectors(passages[at], text, tokens).astype(np.float32)
    return embedder.embed([asked])[0], [np.asarray(stored[at], np.float32) for at in range(len(passages))]


def astray(features: Mapping[str, float]) -> float:
    """The log-odds that a unit loses because a year or names of the question are neither in it nor around it.

    The sets fitted on hold few such near misses, a reader's first glance catches them: set, not fitted.
    """
    return _YEAR_FAR * features.get("year far", 0.0) + _NAME_FAR * min(features.get("names far", 0.0), 2.0)


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


def rank(query: Query, hits: Sequence[Hit], table: Sequence[Mapping[str, float]], trees: Trees) -> list[Evidence]:
    """The evidence of measured units, best first, headings, sentences about the article and an interviewer's
    words left out."""
    wanted = asks(query.standalone)
    told = set(stems_of(next((turn.text for turn in reversed(query.history) if turn.role == "assistant"), "")))
    places = [(hit, unit) for hit in hits for unit in hit.passage.units]
    age = ages(wanted, hits)
    asked_dates = dates(query.standalone)
    left = {hit.passage.id: left_over(wanted, hit.passage) for hit in hits}
    before = {place for place in places if told and _is_told(_quote(place), told)}
    tables = {_table(place) for place in places if place[1].kind == "row" and told and _tells(_quote(place), told)}
    found: list[Evidence] = []
    for (hit, unit), odds, row in zip(places, trees.log_odds(matrix(table, trees.names)), table, strict=True):
        text = _quote((hit, unit))
        if not is_candidate(unit, text) or _is_of_another(query.standalone, hit.passage, unit):
            continue
        rest = besides(left[hit.passage.id], f"{unit.lead_in} . {text}")
        features = {
            **row,
            "named": named(wanted, unit, text),
            "age": age[hit.passage.source.date],
            "told": float((hit, unit) in before),
            "sibling": float(unit.kind == "row" and _table((hit, unit)) in tables and (hit, unit) not in before),
            "besides": rest,
            "exchanged": float(bool(exchanged(query.standalone, text))),
            "nameless": float(lacks_name_asked(query.standalone, text)),
            "date": agreement(asked_dates, f"{unit.lead_in} . {text}", hit.passage.source),
        }
        known = (
            odds
            + _NAMED * features["named"]
            + _AGE * features["age"]
            + _TOLD * features["told"]
            + _NAMELESS * features["nameless"]
            + _REASON * ("reason" in wanted.kinds and row["offers reason"] > 0)
            + _SIBLING * features["sibling"] * features["named"]
            + _BESIDES * (rest - 0.5)
            + _EXCHANGED * features["exchanged"]
            + (_SAME_DAY if features["date"] > 0 else -_OTHER_DATE) * features["date"]
            + astray(row)
        )
        found.append(Evidence(hit, unit, logistic(known), answering_spans(wanted, hit.passage, unit), features))
    return sorted(found, key=lambda one: (-one.score, one.hit.passage.id, one.unit.start))


def _is_of_another(asked: str, passage: Passage, unit: Unit) -> bool:
    """Whether a unit is neither the speaker's word nor that of somebody whom the question names."""
    who = others(passage).get(unit, "")
    return bool(who) and who.lower() not in asked.lower()


def _quote(place: tuple[Hit, Unit]) -> str:
    return place[0].passage.slice(place[1].start, place[1].end)


def _table(place: tuple[Hit, Unit]) -> tuple[str, str, str]:
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
