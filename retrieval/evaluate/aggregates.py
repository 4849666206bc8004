"""From numbers per case to one figure, over many resamples at once.

Each function takes an array (..., m, c), m cases of c numbers, and gives an array (...). A figure that is undefined (no
case to divide by) is its worst: 0, or 1 where lower is better.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Aggregate = Callable[[Numbers], Numbers]
CALIBRATION_BINS = 10


def mean(columns: Numbers) -> Numbers:
    """The mean of the only column."""
    return np.asarray(columns[..., 0].mean(axis=-1))


def median(columns: Numbers) -> Numbers:
    """The median of the only column."""
    return np.asarray(np.percentile(columns[..., 0], 50, axis=-1))


def percentile_95(columns: Numbers) -> Numbers:
    """The 95th percentile of the only column."""
    return np.asarray(np.percentile(columns[..., 0], 95, axis=-1))


def abstention_precision(columns: Numbers) -> Numbers:
    """Columns answered, abstained, unanswerable: of the abstentions, the share that was due."""
    _, abstained, silent = _columns(columns)
    return _ratio((abstained * silent).sum(-1), abstained.sum(-1))


def abstention_recall(columns: Numbers) -> Numbers:
    """Columns answered, abstained, unanswerable: of the unanswerable, the share that got an abstention."""
    _, abstained, silent = _columns(columns)
    return _ratio((abstained * silent).sum(-1), silent.sum(-1))


def balanced_accuracy(columns: Numbers) -> Numbers:
    """Columns answered, abstained, unanswerable: the mean of the two classes' recall (or that of the one there is)."""
    answered, abstained, silent = _columns(columns)
    due, given = silent.sum(-1), (1 - silent).sum(-1)
    of_silent = _ratio((abstained * silent).sum(-1), due)
    of_answerable = _ratio((answered * (1 - silent)).sum(-1), given)
    classes = (due > 0).astype(float) + (given > 0)
    return _ratio(of_silent + of_answerable, classes)


def brier(columns: Numbers) -> Numbers:
    """Columns support, right, counted: the mean square of support less right, over those counted. Lower is better."""
    support, right, counted = _columns(columns)
    return _ratio((counted * (support - right) ** 2).sum(-1), counted.sum(-1), undefined=1.0)


def expected_calibration_error(columns: Numbers) -> Numbers:
    """Columns support, right, counted: mean |support - right| of ten equal bins, weighted by size. Lower is better.

    Naeini et al. 2015, "Obtaining Well Calibrated Probabilities Using Bayesian Binning".
    """
    support, right, counted = _columns(columns)
    bins = np.minimum((support * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    gaps = sum(np.abs((counted * (support - right) * (bins == number)).sum(-1)) for number in range(CALIBRATION_BINS))
    return _ratio(np.asarray(gaps), counted.sum(-1), undefined=1.0)


def macro_f1(columns: Numbers) -> Numbers:
    """Columns label, verdict (0, 1, 2; -1 for none): mean F1 of the labels that occur on either side."""
    label, verdict = columns[..., 0], columns[..., 1]
    total = np.zeros(columns.shape[:-2])
    occurring = np.zeros(columns.shape[:-2])
    for number in range(3):
        both = ((label == number) & (verdict == number)).sum(-1)
        either = (label == number).sum(-1) + (verdict == number).sum(-1)
        total += _ratio(2.0 * both, either)
        occurring += either > 0
    return _ratio(total, occurring)


def _columns(columns: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    return columns[..., 0], columns[..., 1], columns[..., 2]


def _ratio(above: Numbers, below: Numbers, undefined: float = 0.0) -> Numbers:
    above, below = np.asarray(above, dtype=np.float64), np.asarray(below, dtype=np.float64)
    return np.asarray(np.divide(above, below, out=np.full(above.shape, undefined), where=below > 0))
