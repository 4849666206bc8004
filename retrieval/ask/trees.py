"""A sum of small decision trees over named features: its value, and how much each feature adds to it.

The trees are fitted by `benchmarks/fit_evidence.py` and stored as JSON package data. Knows numpy and nothing of what
the features mean. Friedman 2001, "Greedy Function Approximation"; contributions as in Saabas 2014, by the path taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Trees:
    """The fitted sum. Every array but `names` is (trees, nodes); a leaf points to itself on both sides.

    A case goes left where its `feature` is at most the `threshold`; `value` is the mean of the cases of a node, on the
    scale of log-odds.
    """

    names: tuple[str, ...]
    base: float
    feature: NDArray[np.int32]
    threshold: NDArray[np.float64]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.float64]
    depth: int

    def log_odds(self, cases: NDArray[np.float32]) -> NDArray[np.float64]:
        """The sum for each case. `cases` is (cases, features) in the order of `names`; the result is (cases,)."""
        return np.asarray(self.base + self._leaves(cases).sum(axis=1), np.float64)

    def contributions(self, case: NDArray[np.float32]) -> dict[str, float]:
        """What each feature adds to the log-odds of one case, beside what the trees say of every case."""
        added: dict[str, float] = {}
        steps = self._nodes(case[None, :])
        tree = np.arange(len(self.value))
        for here, there in pairwise(steps):
            moved = self.value[tree, there[0]] - self.value[tree, here[0]]
            for feature, change in zip(self.feature[tree, here[0]], moved, strict=True):
                if change:
                    name = self.names[feature]
                    added[name] = added.get(name, 0.0) + float(change)
        return added

    def _nodes(self, cases: NDArray[np.float32]) -> list[NDArray[np.int32]]:
        """The node of each case in each tree at each depth: arrays (cases, trees)."""
        tree = np.arange(len(self.value))[None, :]
        row = np.arange(len(cases))[:, None]
        at = np.zeros((len(cases), len(self.value)), np.int32)
        steps = [at]
        for _ in range(self.depth):
            goes_left = cases[row, self.feature[tree, at]] <= self.threshold[tree, at]
            at = np.where(goes_left, self.left[tree, at], self.right[tree, at])
            steps.append(at)
        return steps

    def _leaves(self, cases: NDArray[np.float32]) -> NDArray[np.float64]:
        tree = np.arange(len(self.value))[None, :]
        return self.value[tree, self._nodes(cases)[-1]]


def logistic(odds: float) -> float:
    """The chance, 0..1, of log-odds."""
    return float(1 / (1 + np.exp(-odds)))


def logit(chance: float) -> float:
    """The log-odds of a chance; near 1 they are bounded."""
    return float(np.log(chance / max(1 - chance, 1e-9)))


def matrix(rows: Sequence[Mapping[str, float]], names: Sequence[str]) -> NDArray[np.float32]:
    """Features by name as an array (rows, names); a feature that a row lacks is 0."""
    return np.array([[row.get(name, 0.0) for name in names] for row in rows], np.float32).reshape(len(rows), len(names))


def read_trees(stored: Mapping[str, Any]) -> Trees:
    """The trees as `benchmarks/fit_evidence.py` stores them: nodes as [feature, threshold, left, right, value]."""
    trees = stored["trees"]
    widest = max(len(nodes) for nodes in trees)
    table = np.zeros((len(trees), widest, 5))
    for index, nodes in enumerate(trees):
        table[index, : len(nodes)] = nodes
    return Trees(
        names=tuple(stored["names"]),
        base=float(stored["base"]),
        feature=table[:, :, 0].astype(np.int32),
        threshold=table[:, :, 1],
        left=table[:, :, 2].astype(np.int32),
        right=table[:, :, 3].astype(np.int32),
        value=table[:, :, 4],
        depth=int(stored["depth"]),
    )
