from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest

from retrieval.evaluate import aggregates
from retrieval.evaluate.stats import (
    bootstrap,
    bootstrap_difference,
    mcnemar,
    permutation,
    smallest_effect,
)


def column(values: object) -> np.ndarray:
    return np.asarray(values, dtype=float)[:, None]


def test_bootstrap_of_a_mean_is_near_the_normal_interval_and_always_the_same() -> None:
    values = np.random.default_rng(1).normal(3, 2, 400)
    low, high = bootstrap(column(values), aggregates.mean)
    error = values.std() / math.sqrt(400)
    assert low == pytest.approx(values.mean() - 1.96 * error, abs=0.2 * error)
    assert high == pytest.approx(values.mean() + 1.96 * error, abs=0.2 * error)
    assert bootstrap(column(values), aggregates.mean) == (low, high)


def test_bootstrap_interval_covers_the_truth_about_95_times_of_100() -> None:
    generator = np.random.default_rng(2)
    intervals = [bootstrap(column(generator.random(80) < 0.7), aggregates.mean) for _ in range(200)]
    assert 0.90 <= sum(low <= 0.7 <= high for low, high in intervals) / 200 <= 0.99


def test_paired_difference_is_tighter_than_two_intervals() -> None:
    generator = np.random.default_rng(3)
    before = generator.random(100)
    after = before + 0.05 + generator.normal(0, 0.01, 100)
    (low, high), error = bootstrap_difference(column(before), column(after), aggregates.mean)
    assert 0.04 < low < 0.05 < high < 0.06
    assert error == pytest.approx(0.001, rel=0.2)


@pytest.mark.parametrize(
    ("lost", "won", "p"), [(0, 0, 1.0), (0, 5, 0.0625), (0, 6, 0.03125), (1, 8, 20 / 512), (4, 4, 1.0)]
)
def test_mcnemar_by_hand(lost: int, won: int, p: float) -> None:
    before = np.array([True] * lost + [False] * won + [True] * 10)
    after = np.array([False] * lost + [True] * won + [True] * 10)
    assert mcnemar(before, after) == pytest.approx(p)


def test_mcnemar_equals_the_binomial_test_of_scipy() -> None:
    from scipy.stats import binomtest

    generator = np.random.default_rng(4)
    before, after = generator.random(60) < 0.5, generator.random(60) < 0.7
    lost, won = int((before & ~after).sum()), int((~before & after).sum())
    assert mcnemar(before, after) == pytest.approx(binomtest(lost, lost + won).pvalue)


def test_permutation_of_few_pairs_is_the_share_of_sign_changes() -> None:
    before, differences = np.zeros(7), np.array([0.4, 0.1, -0.2, 0.3, 0.5, 0.0, 0.0])
    extreme = [abs(np.dot(signs, differences[:5])) >= 1.1 - 1e-9 for signs in product((1, -1), repeat=5)]
    assert permutation(column(before), column(differences), aggregates.mean) == pytest.approx(np.mean(extreme))


def test_permutation_of_many_pairs_agrees_with_scipy() -> None:
    from scipy.stats import permutation_test

    generator = np.random.default_rng(5)
    before = generator.random(60)
    after = before + generator.normal(0.05, 0.2, 60)
    theirs = permutation_test(
        (after, before), lambda x, y, axis: (x - y).mean(axis=axis), permutation_type="samples", n_resamples=9999, rng=6
    ).pvalue
    assert permutation(column(before), column(after), aggregates.mean) == pytest.approx(theirs, abs=0.02)


def test_no_difference_has_p_of_one() -> None:
    same = column(np.random.default_rng(7).random(50))
    assert permutation(same, same, aggregates.mean) == 1.0


def test_smallest_effect_is_found_four_times_of_five() -> None:
    generator, found = np.random.default_rng(8), 0
    spread, cases = 0.3, 100
    effect = smallest_effect(spread / math.sqrt(cases), cases, pass_or_fail=False)
    assert effect is not None
    for _ in range(100):
        before = generator.random(cases)
        after = before + generator.normal(effect, spread, cases)
        (low, high), _ = bootstrap_difference(column(before), column(after), aggregates.mean)
        found += not low <= 0 <= high
    assert 65 <= found <= 95
    assert smallest_effect(0.0, 150, pass_or_fail=True) == 6 / 150
    assert smallest_effect(0.0, 3, pass_or_fail=True) == 1.0
    assert smallest_effect(0.0, 150, pass_or_fail=False) is None
