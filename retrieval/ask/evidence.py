"""Each unit of the passages found, weighed as an answer to the question.

Knows features, the fitted trees and where a passage's vectors come from. Must not know indexes, thresholds (support) or
how an answer is written (select, extract).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.ask.asks import asks
from retrieval.ask.compare import measure_all
from retrieval.ask.features import question
from retrieval.ask.furniture import is_candidate
from retrieval.ask.signs import astray, signs, worth
from retrieval.ask.spans import answering_spans
from retrieval.ask.trees import Trees, logistic, matrix, read_trees
from retrieval.ask.turns import others
from retrieval.ask.wordtable import word_table
from retrieval.index.units import unit_vectors
from retrieval.ingest.split import context
from retrieval.models import TokenEmbedder
from retrieval.types import Evidence, Hit, Passage, Query, Unit

Vectors = NDArray[np.float32]
PASSAGES = 10
"""Passages weighed, the best hits first: what lies beyond changes no answer and costs time."""


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


def rank(query: Query, hits: Sequence[Hit], table: Sequence[Mapping[str, float]], trees: Trees) -> list[Evidence]:
    """The evidence of measured units, best first, headings, sentences about the article and an interviewer's
    words left out."""
    wanted = asks(query.standalone)
    places = [(hit, unit) for hit in hits for unit in hit.passage.units]
    fitted = trees.log_odds(matrix(table, trees.names))
    found: list[Evidence] = []
    for (hit, unit), odds, row, seen in zip(places, fitted, table, signs(query, hits), strict=True):
        if not is_candidate(unit, hit.passage.slice(unit.start, unit.end)) or _is_of_another(query, hit.passage, unit):
            continue
        score = logistic(odds + worth(seen) + astray(row))
        found.append(Evidence(hit, unit, score, answering_spans(wanted, hit.passage, unit), {**row, **seen}))
    return sorted(found, key=lambda one: (-one.score, one.hit.passage.id, one.unit.start))


def _is_of_another(query: Query, passage: Passage, unit: Unit) -> bool:
    """Whether a unit is neither the speaker's word nor that of somebody whom the question names."""
    who = others(passage).get(unit, "")
    return bool(who) and who.lower() not in query.standalone.lower()
