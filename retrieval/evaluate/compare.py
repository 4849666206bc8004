"""Two runs over the same set, paired by case: what changed, whether it may be chance, what the set can show at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from retrieval.errors import UsageError
from retrieval.evaluate import aggregates, stats
from retrieval.evaluate.metrics import Metric, measure, outcomes_of
from retrieval.evaluate.metrics_answer import Outcome
from retrieval.evaluate.results import Run

ROUNDING = 1e-12  # differences below this come from adding numbers up, not from the runs


@dataclass(frozen=True, slots=True)
class Difference:
    """One metric in both runs. `interval`, `p` and `smallest` are of after - before; wins count cases, where they can.

    `smallest` is the difference that this set finds 4 times of 5 at p < 0.05, given how much the cases vary; None where
    they do not vary at all.
    """

    name: str
    group: str
    before: float
    after: float
    interval: stats.Interval
    p: float
    test: str
    wins: int | None
    losses: int | None
    smallest: float | None
    lower_is_better: bool
    cases: int

    @property
    def change(self) -> float:
        """After less before."""
        return self.after - self.before

    @property
    def gain(self) -> float:
        """The change for the better: negative when it got worse, whichever way the metric runs."""
        return -self.change if self.lower_is_better else self.change


@dataclass(frozen=True, slots=True)
class Changed:
    """A case that ended otherwise."""

    id: str
    text: str
    before: Outcome
    after: Outcome


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs side by side. `unpaired` are metrics that only one of them has."""

    before: Run
    after: Run
    differences: tuple[Difference, ...]
    changed: tuple[Changed, ...]
    unpaired: tuple[str, ...]


def compare_runs(before: Run, after: Run) -> Comparison:
    """Compares two finished runs.

    Raises:
        UsageError: they are over different sets.
    """
    _refuse_other_set(before, after)
    old, new = ({metric.name: metric for metric in measure(run)} for run in (before, after))
    differences = tuple(_difference(old[name], new[name]) for name in old if name in new)
    outcomes = zip(before.cases, outcomes_of(before), outcomes_of(after), strict=True)
    changed = tuple(Changed(case.id, case.text, was, now) for case, was, now in outcomes if was != now)
    return Comparison(before, after, differences, changed, tuple(sorted(old.keys() ^ new.keys())))


def parse_limits(typed: Sequence[str], option: str) -> dict[str, float]:
    """`METRIC=NUMBER` as typed after an option, by metric.

    Raises:
        UsageError: one is not of that form.
    """
    limits: dict[str, float] = {}
    for text in typed:
        name, _, number = text.rpartition("=")
        try:
            limits[name] = float(number)
        except ValueError:
            name = ""
        if not name or not np.isfinite(limits[name]) or limits[name] < 0:
            raise UsageError(f"{option} needs METRIC=NUMBER (as nDCG@10=0.02), not {text!r}")
    return limits


def regressions(comparison: Comparison, limits: Mapping[str, float]) -> list[str]:
    """A sentence for each metric that got worse by more than its limit.

    Raises:
        UsageError: a limit names a metric that the runs do not share.
    """
    found = {one.name: one for one in comparison.differences}
    _refuse_unknown(limits, found)
    return [
        f"{name} got worse by {-found[name].gain:.4f}, more than {limit:g}: "
        f"{found[name].before:.4f} in {comparison.before.folder}, {found[name].after:.4f} in {comparison.after.folder}"
        for name, limit in limits.items()
        if -found[name].gain > limit + ROUNDING
    ]


def shortfalls(run: Run, metrics: Sequence[Metric], limits: Mapping[str, float]) -> list[str]:
    """A sentence for each metric on the wrong side of its limit: under it, or over it where lower is better.

    Raises:
        UsageError: a limit names a metric that the run does not have.
    """
    found = {metric.name: metric for metric in metrics}
    _refuse_unknown(limits, found)
    sentences = []
    for name, limit in limits.items():
        value = found[name].value
        if found[name].lower_is_better and value > limit + ROUNDING:
            sentences.append(f"{name} is {value:.4f} in {run.folder}, over {limit:g} (lower is better)")
        if not found[name].lower_is_better and value < limit - ROUNDING:
            sentences.append(f"{name} is {value:.4f} in {run.folder}, under {limit:g}")
    return sentences


def comparison_form(comparison: Comparison) -> dict[str, Any]:
    """The comparison as JSON."""
    return {
        "before": str(comparison.before.folder),
        "after": str(comparison.after.folder),
        "cases": len(comparison.before.cases),
        "metrics": {
            one.name: {
                "before": one.before,
                "after": one.after,
                "difference": one.change,
                "low": one.interval.low,
                "high": one.interval.high,
                "p": one.p,
                "test": one.test,
                "wins": one.wins,
                "losses": one.losses,
                "smallest_effect": one.smallest,
                "lower_is_better": one.lower_is_better,
                "cases": one.cases,
            }
            for one in comparison.differences
        },
        "changed": [{"id": c.id, "text": c.text, "before": c.before, "after": c.after} for c in comparison.changed],
        "only_in_one": list(comparison.unpaired),
    }


def _difference(before: Metric, after: Metric) -> Difference:
    interval, error = stats.bootstrap_difference(before.columns, after.columns, before.aggregate)
    per_case = before.aggregate is aggregates.mean
    pass_or_fail = per_case and bool(np.isin(np.concatenate([before.columns, after.columns]), (0.0, 1.0)).all())
    wins = losses = None
    if per_case:
        gains = after.columns[:, 0] - before.columns[:, 0]
        wins, losses = int((gains > ROUNDING).sum()), int((gains < -ROUNDING).sum())
    if pass_or_fail:
        p = stats.mcnemar(before.columns[:, 0] > 0, after.columns[:, 0] > 0)
    else:
        p = stats.permutation(before.columns, after.columns, before.aggregate)
    return Difference(
        name=before.name,
        group=before.group,
        before=before.value,
        after=after.value,
        interval=interval,
        p=p,
        test="McNemar" if pass_or_fail else "permutation",
        wins=wins,
        losses=losses,
        smallest=stats.smallest_effect(error, len(before.places), pass_or_fail),
        lower_is_better=before.lower_is_better,
        cases=len(before.places),
    )


def _refuse_other_set(before: Run, after: Run) -> None:
    sets = [run.stamp.get("set", {}).get("sha256") for run in (before, after)]
    ids = [[case.id for case in run.cases] for run in (before, after)]
    if sets[0] != sets[1] or ids[0] != ids[1]:
        apart = len(set(ids[0]) ^ set(ids[1]))
        raise UsageError(
            f"{before.folder} and {after.folder} are runs over different sets ({apart} cases are in one of them only); "
            "run the same set file for both"
        )


def _refuse_unknown(limits: Mapping[str, float], found: Mapping[str, object]) -> None:
    if unknown := [name for name in limits if name not in found]:
        raise UsageError(f"no metric here is called {', '.join(unknown)}; there are {', '.join(found)}")
