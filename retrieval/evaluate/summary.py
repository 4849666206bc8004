"""The figures of a run, each with its interval, overall and by tag: what the table, the report and --json show."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, get_args

from retrieval.evaluate import stats
from retrieval.evaluate.metrics import Metric, confusion, measure, outcomes_of
from retrieval.evaluate.metrics_answer import Outcome
from retrieval.evaluate.results import Run


@dataclass(frozen=True, slots=True)
class Figure:
    """One metric's value over `cases` cases, with its 95 % bootstrap interval."""

    name: str
    group: str
    value: float
    low: float
    high: float
    cases: int
    lower_is_better: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """All figures of a run. `confusion` is empty where the set has no claims."""

    cases: int
    outcomes: dict[Outcome, int]
    figures: tuple[Figure, ...]
    by_tag: dict[str, tuple[Figure, ...]]
    confusion: dict[str, dict[str, int]]

    def figure(self, name: str) -> Figure | None:
        """The figure with that name, if the set can tell it."""
        return next((one for one in self.figures if one.name == name), None)


def summarise(run: Run) -> Summary:
    """Measures a run; takes some seconds for the intervals of a large set."""
    metrics = measure(run)
    counted = Counter(outcomes_of(run))
    claims = any(metric.group == "claim" for metric in metrics)
    return Summary(
        cases=len(run.cases),
        outcomes={outcome: counted[outcome] for outcome in get_args(Outcome)},
        figures=tuple(map(_figure, metrics)),
        by_tag=_by_tag(run, metrics),
        confusion=confusion(run) if claims else {},
    )


def summary_form(run: Run, summary: Summary) -> dict[str, Any]:
    """The summary as JSON."""
    return {
        "run": str(run.folder),
        "cases": summary.cases,
        "outcomes": dict(summary.outcomes),
        "metrics": {figure.name: _form(figure) for figure in summary.figures},
        "by_tag": {tag: {one.name: _form(one) for one in figures} for tag, figures in summary.by_tag.items()},
        "confusion": summary.confusion,
    }


def _by_tag(run: Run, metrics: list[Metric]) -> dict[str, tuple[Figure, ...]]:
    tags = sorted({tag for case in run.cases for tag in case.tags})
    by_tag = {}
    for tag in tags:
        places = [place for place, case in enumerate(run.cases) if tag in case.tags]
        told = [metric.over(places) for metric in metrics if metric.group != "latency"]
        by_tag[tag] = tuple(_figure(metric) for metric in told if metric is not None)
    return by_tag


def _figure(metric: Metric) -> Figure:
    low, high = stats.bootstrap(metric.columns, metric.aggregate)
    return Figure(metric.name, metric.group, metric.value, low, high, len(metric.places), metric.lower_is_better)


def _form(figure: Figure) -> dict[str, Any]:
    return {"value": figure.value, "low": figure.low, "high": figure.high, "cases": figure.cases}
