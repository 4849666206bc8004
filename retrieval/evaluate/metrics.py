"""Every metric of a run, each with the numbers per case that it is computed from.

Which cases a metric counts depends on the question set alone, never on what came back: a case without an answer, or
one that crashed, scores the metric's worst and stays in. No value is ever NaN.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from retrieval.evaluate import aggregates
from retrieval.evaluate.aggregates import Aggregate, Numbers
from retrieval.evaluate.cases import Claim, Question
from retrieval.evaluate.gold import Occurrences
from retrieval.evaluate.metrics_answer import Outcome, answer_text, contained, contained_share, outcome, token_f1
from retrieval.evaluate.metrics_citation import citation_scores, gold_support
from retrieval.evaluate.metrics_retrieval import retrieval_scores
from retrieval.evaluate.results import Checks, Row, Run
from retrieval.types import Verdict

Group = Literal[
    "outcome", "retrieval", "answer", "citation", "abstention", "calibration", "claim", "delivery", "latency"
]
STAGES = ("condense", "retrieve", "rerank", "answer", "verify", "total")
LABELS = get_args(Verdict)


@dataclass(frozen=True, slots=True)
class Metric:
    """`value == aggregate(columns)`. `columns` (m, c) has one row for each case counted, `places` says which those are.

    `needs` is a column that must not be all zero for the metric to say anything of some cases only (of one tag).
    """

    name: str
    group: Group
    places: tuple[int, ...]
    columns: Numbers
    aggregate: Aggregate = aggregates.mean
    lower_is_better: bool = False
    needs: int | None = None

    @property
    def value(self) -> float:
        """The metric over all its cases."""
        return float(self.aggregate(self.columns))

    def over(self, places: Sequence[int]) -> Metric | None:
        """The metric over some of the run's cases; None where it says nothing of them."""
        wanted = frozenset(places)
        kept = [at for at, place in enumerate(self.places) if place in wanted]
        columns = self.columns[kept]
        if not kept or (self.needs is not None and not columns[:, self.needs].any()):
            return None
        return Metric(
            self.name, self.group, tuple(self.places[at] for at in kept), columns, self.aggregate, self.lower_is_better
        )


def measure(run: Run) -> list[Metric]:
    """All metrics that the run's question set can tell, in the order of a report."""
    asked = [place for place, case in enumerate(run.cases) if isinstance(case, Question)]
    checked = [place for place, case in enumerate(run.cases) if isinstance(case, Claim)]
    metrics: list[Metric] = []
    if asked:
        questions = [case for case in run.cases if isinstance(case, Question)]
        rows, gold = [run.rows[place] for place in asked], [run.gold[place] for place in asked]
        outcomes = [outcome(*each) for each in zip(questions, gold, rows, strict=True)]
        metrics += [_per_case("right", "outcome", asked, [float(o.startswith("right")) for o in outcomes])]
        metrics += _of_retrieval(questions, asked, gold, rows)
        metrics += _of_answers(questions, asked, gold, rows)
        checks = [run.checks[place] for place in asked]
        metrics += _judged(questions, asked, checks) if run.stamp.get("judged") else []
        metrics += _of_abstention(questions, asked, rows)
        metrics += _of_calibration(asked, rows, outcomes)
        metrics += _of_delivery(asked, rows, checks) if run.stamp.get("delivery") else []
    if checked:
        metrics += _of_claims([case for case in run.cases if isinstance(case, Claim)], checked, run)
    return metrics + _of_latency(run.rows)


def outcomes_of(run: Run) -> list[Outcome]:
    """How each case ended, claims too: a claim's verdict is right, or it is a wrong answer."""
    found: list[Outcome] = []
    for case, gold, row in zip(run.cases, run.gold, run.rows, strict=True):
        if isinstance(case, Question):
            found.append(outcome(case, gold, row))
        elif "error" in row:
            found.append("error")
        else:
            found.append("right" if row["verdict"] == case.label else "wrong answer")
    return found


def confusion(run: Run) -> dict[str, dict[str, int]]:
    """Claims by label, then by verdict ("error" where the case crashed)."""
    table = {label: dict.fromkeys((*LABELS, "error"), 0) for label in LABELS}
    for case, row in zip(run.cases, run.rows, strict=True):
        if isinstance(case, Claim):
            table[case.label]["error" if "error" in row else row["verdict"]] += 1
    return table


def _per_case(name: str, group: Group, places: Sequence[int], values: Sequence[float]) -> Metric:
    return Metric(name, group, tuple(places), np.array(values, dtype=np.float64)[:, None])


def _of_retrieval(
    cases: Sequence[Question], places: Sequence[int], gold: Sequence[tuple[Occurrences, ...]], rows: Sequence[Row]
) -> list[Metric]:
    # A case with its own context retrieves nothing, so its ranking says nothing.
    kept = [at for at, case in enumerate(cases) if case.relevant and not case.context]
    if not kept:
        return []
    scores = retrieval_scores([gold[at] for at in kept], [rows[at] for at in kept])
    return [_per_case(name, "retrieval", [places[at] for at in kept], values) for name, values in scores.items()]


def _of_answers(
    cases: Sequence[Question], places: Sequence[int], gold: Sequence[tuple[Occurrences, ...]], rows: Sequence[Row]
) -> list[Metric]:
    metrics = []
    texts = [answer_text(row) for row in rows]
    if kept := [at for at, case in enumerate(cases) if case.answers]:
        where = [places[at] for at in kept]
        pairs = [(texts[at], cases[at].answers) for at in kept]
        metrics += [
            _per_case("answer_f1", "answer", where, [token_f1(*pair) for pair in pairs]),
            _per_case("contains_each", "answer", where, [contained_share(*pair) for pair in pairs]),
            _per_case("contains_any", "answer", where, [float(any(contained(t, a) for a in g)) for t, g in pairs]),
        ]
    if kept := [at for at, case in enumerate(cases) if case.relevant]:
        where = [places[at] for at in kept]
        scores = [citation_scores(rows[at], gold_support(gold[at])) for at in kept]
        metrics += [
            _per_case("citation_recall", "citation", where, [recall for recall, _ in scores]),
            _per_case("citation_precision", "citation", where, [precision for _, precision in scores]),
        ]
    return metrics


def _judged(cases: Sequence[Question], places: Sequence[int], checks: Sequence[Checks]) -> list[Metric]:
    kept = [at for at, case in enumerate(cases) if case.answerable]
    if not kept:
        return []
    where = [places[at] for at in kept]
    return [
        _per_case(f"{name}_judged", "citation", where, [checks[at].get("judged", {}).get(name, 0.0) for at in kept])
        for name in ("citation_recall", "citation_precision")
    ]


def _of_abstention(cases: Sequence[Question], places: Sequence[int], rows: Sequence[Row]) -> list[Metric]:
    if all(case.answerable for case in cases):
        return []
    answered = [float(bool(row["answered"])) for row in rows]
    abstained = [float(not row["answered"] and "error" not in row) for row in rows]
    silent = [float(not case.answerable) for case in cases]
    columns = np.array([answered, abstained, silent], dtype=np.float64).T
    named = {
        "abstention_precision": aggregates.abstention_precision,
        "abstention_recall": aggregates.abstention_recall,
        "balanced_accuracy": aggregates.balanced_accuracy,
    }
    return [Metric(name, "abstention", tuple(places), columns, how, needs=2) for name, how in named.items()]


def _of_calibration(places: Sequence[int], rows: Sequence[Row], outcomes: Sequence[Outcome]) -> list[Metric]:
    # `support` speaks of answers, so abstentions do not count; a crash counts as a wrong answer given with certainty.
    support = [1.0 if "error" in row else float(row["support"]) for row in rows]
    right = [float(one == "right") for one in outcomes]
    counted = [float(bool(row["answered"]) or "error" in row) for row in rows]
    columns = np.array([support, right, counted], dtype=np.float64).T
    named = {"Brier": aggregates.brier, "ECE": aggregates.expected_calibration_error}
    return [Metric(name, "calibration", tuple(places), columns, how, True, needs=2) for name, how in named.items()]


def _of_delivery(places: Sequence[int], rows: Sequence[Row], checks: Sequence[Checks]) -> list[Metric]:
    good = [float("error" not in row and not one.get("delivery")) for row, one in zip(rows, checks, strict=True)]
    return [_per_case("delivered", "delivery", places, good)]


def _of_claims(cases: Sequence[Claim], places: Sequence[int], run: Run) -> list[Metric]:
    said = [LABELS.index(run.rows[p]["verdict"]) if "error" not in run.rows[p] else -1 for p in places]
    labels = [LABELS.index(case.label) for case in cases]
    columns = np.array([labels, said], dtype=np.float64).T
    return [
        _per_case("claim_accuracy", "claim", places, [float(a == b) for a, b in zip(labels, said, strict=True)]),
        Metric("claim_macro_f1", "claim", tuple(places), columns, aggregates.macro_f1),
    ]


def _of_latency(rows: Sequence[Row]) -> list[Metric]:
    places = tuple(range(len(rows)))
    metrics = []
    for stage in STAGES:
        seconds = np.array([float(row["seconds"].get(stage, 0.0)) for row in rows])[:, None]
        if stage == "total" or seconds.any():
            metrics.append(Metric(f"p50_{stage}", "latency", places, seconds, aggregates.median, True))
            metrics.append(Metric(f"p95_{stage}", "latency", places, seconds, aggregates.percentile_95, True))
    return metrics
