"""The features of the units of all passages together: each unit's own, and how it stands beside the others.

Knows `features`. Knows no weights.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.ask.features import Question, measure
from retrieval.ask.wordtable import WordTable
from retrieval.types import Passage

BESIDE_BEST = (
    "similarity",
    "similarity with forerunner",
    "passage similarity",
    "unit covers",
    "unit repeats",
    "near covers",
    "near repeats",
    "passage covers",
    "focus met",
    "pairs met",
)
"""Features that also count by how far a unit stays behind the best unit of all passages ("... behind best")."""


def measure_all(
    asked: Question, passages: Sequence[Passage], vectors: Sequence[NDArray[np.float32]], table: WordTable
) -> list[dict[str, float]]:
    """The features of every unit of all passages, in order, with those that compare passages with each other.

    `passages` come best first; `vectors` are those of their units, as for `measure`.
    """
    rows: list[dict[str, float]] = []
    sources = min(len({passage.source.id for passage in passages}), 10) / 10
    for place, (passage, own) in enumerate(zip(passages, vectors, strict=True)):
        measured = measure(asked, passage, own, table)
        for row in measured:
            row["place of passage"] = 1 / (1 + place)
            row["sources"] = sources
        rows.extend(measured)
    for name in BESIDE_BEST:
        best = max(row[name] for row in rows)
        for row in rows:
            row[f"{name} behind best"] = row[name] - best
    for row, agreement in zip(rows, _agreement(passages, vectors), strict=True):
        row["agreement"] = agreement
    return rows


def _agreement(passages: Sequence[Passage], vectors: Sequence[NDArray[np.float32]]) -> list[float]:
    """For each unit, the cosine of the likest unit of another passage; 0 where there is no other."""
    if len(passages) < 2:
        return [0.0] * sum(len(own) for own in vectors)
    everything = np.vstack(vectors)
    owner = np.repeat(np.arange(len(vectors)), [len(own) for own in vectors])
    likeness = np.where(owner[:, None] == owner[None, :], -1.0, everything @ everything.T)
    return [float(value) for value in likeness.max(axis=1)]
