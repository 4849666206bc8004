"""The best passages read together with the question, and the evidence ranked anew by what the reader makes of them.

Knows evidence and readings. Must not know how a reader works, thresholds (support) or how an answer is written.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from retrieval.ask.asks import asks
from retrieval.ask.trees import logistic, logit
from retrieval.models import Reader
from retrieval.types import Evidence, Hit, Query

PASSAGES = 3
"""Passages read: those of the best evidence. A fourth and fifth changed nothing and cost 17 ms each."""

UNREAD = -8.0
"""Log-odds of what was not read: about the lowest that is given to what was."""


@dataclass(frozen=True, slots=True)
class Mix:
    """How much the reader's log-odds weigh beside the evidence's own, in ranking and in support.

    `slope` and `offset` turn the mixed log-odds of support into a probability (Platt 1999); `model` is the sha256 of
    the model that they were fitted with. All are fitted by benchmarks/fit_reader.py.
    """

    rank: float
    support: float
    slope: float
    offset: float
    model: str


@lru_cache(maxsize=1)
def mix() -> Mix:
    """The weights that ship with the reader's model."""
    return Mix(**json.loads((files("retrieval") / "data" / "reader" / "mix.json").read_text(encoding="utf-8")))


def read(query: Query, evidence: Sequence[Evidence], reader: Reader) -> list[Evidence]:
    """The evidence best first, now that the passages of the best of it have been read.

    Args:
        query: `standalone` is what is asked.
        evidence: from `weigh`, best first.
        reader: reads question and passage together.

    Returns:
        The same evidence with the features "reader" (its passage answers) and "reader unit" (it does itself), in
        log-odds, scores that count the latter, and in a sentence the words that the reader takes for the answer; hits
        that were read have `score_reader`.
    """
    chosen = list({one.hit.passage.id: one.hit.passage for one in evidence}.values())[:PASSAGES]
    readings = dict(zip((one.id for one in chosen), reader.read(query.standalone, chosen), strict=True))
    weight, several = mix().rank, asks(query.standalone).wants_list
    found = []
    for one in evidence:
        reading, hit, own, spans = readings.get(one.hit.passage.id), one.hit, UNREAD, one.spans
        if reading is not None:
            place = hit.passage.units.index(one.unit)
            own = max(reading.units[place], UNREAD)
            hit = dataclasses.replace(hit, score_reader=logistic(reading.answers))
            if one.unit.kind == "sentence" and not several:
                spans = (reading.spans[place],)
        features = {**one.features, "reader": reading.answers if reading else UNREAD, "reader unit": own}
        score = logistic(logit(one.score) + weight * own)
        found.append(Evidence(hit, one.unit, score, spans, features))
    return sorted(found, key=lambda one: (-one.score, one.hit.passage.id, one.unit.start))


def with_scores(hits: Sequence[Hit], evidence: Sequence[Evidence]) -> list[Hit]:
    """The hits in their order, those that were read with their `score_reader`."""
    known = {one.hit.passage.id: one.hit for one in evidence}
    return [known.get(hit.passage.id, hit) for hit in hits]
