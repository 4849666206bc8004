"""How sure a figure or a difference is: bootstrap intervals, paired tests, the smallest effect a set can see.

All random draws come from a fixed seed, so the same run gives the same figures. Knows arrays, not runs.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.evaluate.aggregates import Aggregate, Numbers

SEED = 20240930
RESAMPLES = 2000
PERMUTATIONS = 9999
DRAWN_AT_ONCE = 2_000_000  # numbers in memory at a time
EXACT_UP_TO = 13  # pairs that differ: 2**13 sign changes are fewer than the permutations drawn
NORMAL_975, NORMAL_80 = 1.959964, 0.841621


class Interval(NamedTuple):
    """A 95 % interval."""

    low: float
    high: float


def bootstrap(columns: Numbers, aggregate: Aggregate) -> Interval:
    """Percentile bootstrap interval of `aggregate` over cases. Efron and Tibshirani 1993, chapter 13."""
    values = np.concatenate([aggregate(columns[rows]) for rows in _resamples(len(columns), columns.shape[1])])
    return _interval(values)


def bootstrap_difference(before: Numbers, after: Numbers, aggregate: Aggregate) -> tuple[Interval, float]:
    """Interval of the paired difference after - before, and its standard error."""
    parts = [aggregate(after[rows]) - aggregate(before[rows]) for rows in _resamples(len(before), before.shape[1])]
    values = np.concatenate(parts)
    return _interval(values), float(values.std())


def mcnemar(before: NDArray[np.bool_], after: NDArray[np.bool_]) -> float:
    """Two-sided exact p of McNemar's test: is a change from pass to fail as likely as one from fail to pass?

    McNemar 1947, "Note on the sampling error of the difference between correlated proportions"; binomial form.
    """
    lost, won = int((before & ~after).sum()), int((~before & after).sum())
    changed = lost + won
    tail = sum(math.comb(changed, count) for count in range(min(lost, won) + 1))
    return min(1.0, float(2 * tail / 2**changed))


def permutation(before: Numbers, after: Numbers, aggregate: Aggregate) -> float:
    """Two-sided p of the paired permutation test: each case's two results are swapped or not, at random.

    All swaps are tried where few cases differ; otherwise a fixed number is drawn, the observed one counted with them.
    """
    differ = np.flatnonzero((before != after).any(axis=1))
    observed = abs(float(aggregate(after)) - float(aggregate(before))) - 1e-12
    exact = len(differ) <= EXACT_UP_TO
    extreme, tried = 0, 0
    for swaps in _all_swaps(len(differ)) if exact else _drawn_swaps(len(differ), before.size):
        mask = np.zeros((len(swaps), len(before), 1), dtype=bool)
        mask[:, differ, 0] = swaps
        values = aggregate(np.where(mask, before, after)) - aggregate(np.where(mask, after, before))
        extreme += int((np.abs(values) >= observed).sum())
        tried += len(swaps)
    return extreme / tried if exact else (extreme + 1) / (tried + 1)


def smallest_effect(error: float, cases: int, pass_or_fail: bool) -> float | None:
    """The difference that a paired comparison with this standard error finds in 4 of 5 repetitions, at p < 0.05.

    Pass or fail cannot do better than 6 cases that all change one way: 2 / 2**6 = 0.03 is the first p under 0.05.
    Without any variation (`error` 0) a score's cannot be told: None.
    """
    effect = (NORMAL_975 + NORMAL_80) * error
    if pass_or_fail:
        return min(1.0, max(effect, 6 / cases))
    return effect or None


def _interval(values: Numbers) -> Interval:
    low, high = np.percentile(values, [2.5, 97.5])
    return Interval(float(low), float(high))


def _resamples(cases: int, width: int) -> Iterator[NDArray[np.int64]]:
    generator = np.random.default_rng(SEED)
    left = RESAMPLES
    while left:
        count = min(left, max(1, DRAWN_AT_ONCE // (cases * width)))
        yield generator.integers(0, cases, (count, cases))
        left -= count


def _all_swaps(pairs: int) -> Iterator[NDArray[np.bool_]]:
    numbers = np.arange(2**pairs)[:, None]
    yield (numbers >> np.arange(pairs)) & 1 == 1


def _drawn_swaps(pairs: int, size: int) -> Iterator[NDArray[np.bool_]]:
    generator = np.random.default_rng(SEED)
    left = PERMUTATIONS
    while left:
        count = min(left, max(1, DRAWN_AT_ONCE // size))
        yield generator.random((count, pairs)) < 0.5
        left -= count
