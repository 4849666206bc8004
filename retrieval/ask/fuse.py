"""Signals of the candidates into one score: the weights are the same for every corpus and every question.

Chosen on the development halves of eight sets (see benchmarks/ablation.py and benchmarks/LOG.md), none of them tuned
alone. Pure functions over arrays: knows nothing of indexes, models, texts or files.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class FuseSettings:
    """Weights of the signals, each scaled to about 0..1 over the candidates of one question.

    BM25 counts once as it is and once by its logarithm: the first trusts long questions that quote the text, the second
    keeps one rare word from deciding. A linked document goes `linked` of the way to `ceiling` of the best score and
    never past it, so that a second hop adds to what was found first and takes nothing from it.
    """

    lexical: float = 0.4
    lexical_log: float = 0.1
    dense: float = 0.3
    sentence: float = 0.3
    late: float = 2.0
    named: float = 0.2
    linked: float = 0.9
    ceiling: float = 0.9


STANDARD = FuseSettings()


@dataclass(frozen=True, slots=True)
class Signals:
    """What is known of each candidate passage, arrays (candidates,); higher is better in every one.

    `lexical` is BM25 of title, headings and text; `dense` a cosine; `sentence` that of the passage's best unit and
    `late` a mean of best cosines, both NaN where not computed; `named` and `linked` are how surely the question, or a
    document found first, names the candidate's document, 0 where not.
    """

    lexical: Scores
    dense: Scores
    sentence: Scores
    late: Scores
    named: Scores
    linked: Scores


def fuse(signals: Signals, weights: FuseSettings = STANDARD) -> Scores:
    """The fused score of each candidate, an array (candidates,), higher is better; comparable within one question."""
    scores = (
        weights.lexical * share_of_best(signals.lexical)
        + weights.lexical_log * share_of_best(np.log1p(np.maximum(signals.lexical, 0.0)))
        + weights.dense * between_ends(signals.dense)
        + weights.sentence * between_ends(lowest_where_unknown(signals.sentence))
        + weights.late * lowest_where_unknown(signals.late)
        + weights.named * signals.named
    )
    return _lift_linked(scores, signals.linked, weights)


def _lift_linked(scores: Scores, linked: Scores, weights: FuseSettings) -> Scores:
    """Raises linked candidates towards the ceiling, in their own order; one above it already stays where it is."""
    ceiling = weights.ceiling * float(scores.max(initial=0.0))
    return np.asarray(scores + weights.linked * linked * np.maximum(ceiling - scores, 0.0), dtype=np.float32)


def share_of_best(values: Scores) -> Scores:
    """Each value over the greatest: 1 for the best, 0 stays 0; all 0 where there is nothing above 0."""
    best = float(values.max(initial=0.0))
    return np.asarray(values / best if best > 0 else np.zeros_like(values), dtype=np.float32)


def between_ends(values: Scores) -> Scores:
    """Each value on the way from the least (0) to the greatest (1); all 0 where they are the same."""
    if not values.size:
        return values.astype(np.float32)
    low, high = float(values.min()), float(values.max())
    return np.asarray((values - low) / (high - low) if high > low else np.zeros_like(values), dtype=np.float32)


def lowest_where_unknown(values: Scores) -> Scores:
    """The values with NaN replaced by the least known one; all 0 where none is known."""
    known = values[~np.isnan(values)]
    return np.where(np.isnan(values), known.min() if known.size else 0.0, values).astype(np.float32)
