from __future__ import annotations

import json
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from retrieval.errors import UsageError
from retrieval.evaluate.compare import compare_runs, comparison_form, parse_limits, regressions, shortfalls
from retrieval.evaluate.export import table_rows
from retrieval.evaluate.metrics import measure
from retrieval.evaluate.report import write_report
from retrieval.evaluate.results import Run, read_run
from retrieval.evaluate.summary import summarise, summary_form
from retrieval.evaluate.table import print_comparison, print_summary
from retrieval.types import Answer, Turn
from tests.retrieval.evaluate.forms import FORMS, RunMaker
from tests.retrieval.evaluate.overlap_engine import OverlapEngine

MANY: list[dict[str, Any]] = [form | {"id": f"{form['id']} {n}"} for n in range(8) for form in FORMS]


class WorseEngine(OverlapEngine):
    """Crashes on the market, and abstains from bells, which is better."""

    def ask(self, question: str, history: Sequence[Turn] = (), **more: Any) -> Answer:
        if "market" in question:
            raise ValueError("closed")
        return super().ask(question.replace("bells ring at dawn", "queen"), history, **more)


@pytest.fixture
def pair(make_run: RunMaker) -> tuple[Run, Run]:
    return make_run("before", forms=MANY), make_run("after", forms=MANY, engine=WorseEngine())


def test_differences_are_paired_and_both_ways(pair: tuple[Run, Run]) -> None:
    comparison = compare_runs(*pair)
    found = {one.name: one for one in comparison.differences}
    right = found["right"]
    assert (right.before, right.after, right.wins, right.losses) == (5 / 8, 5 / 8, 8, 8)
    assert right.test == "McNemar"
    assert right.p == 1.0
    recall = found["Recall@5"]
    assert recall.change == pytest.approx(-1 / 3)
    assert recall.interval.high < 0
    assert recall.p == pytest.approx(2 / 2**8)
    assert found["abstention_recall"].change == pytest.approx(1 / 2)
    assert found["answer_f1"].test == "permutation"
    assert found["Brier"].lower_is_better
    assert {(one.before, one.after) for one in comparison.changed} == {
        ("right", "error"),
        ("false answer", "right to abstain"),
    }
    assert len(comparison.changed) == 16


def test_a_run_against_itself_differs_in_nothing(pair: tuple[Run, Run]) -> None:
    comparison = compare_runs(pair[0], pair[0])
    assert comparison.changed == ()
    assert all(one.change == 0 and one.p == 1.0 for one in comparison.differences)
    assert regressions(comparison, {"right": 0.0, "p95_total": 0.0}) == []


def test_other_sets_and_unfinished_runs_are_refused(make_run: RunMaker, tmp_path: Path) -> None:
    first, other = make_run("first"), make_run("other", forms=FORMS[:4])
    with pytest.raises(UsageError, match="different sets"):
        compare_runs(first, other)

    def stop(question: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_run("cut", engine=OverlapEngine(asked=stop))
    with pytest.raises(UsageError, match="did not finish"):
        read_run(tmp_path / "cut")


def test_gate_on_a_regression(pair: tuple[Run, Run]) -> None:
    comparison = compare_runs(*pair)
    (sentence,) = regressions(comparison, {"Recall@5": 0.3, "answer_f1": 0.5, "abstention_recall": 0.0})
    assert sentence.startswith("Recall@5 got worse by 0.3333, more than 0.3")
    assert regressions(comparison, {"Recall@5": 0.34}) == []
    (sentence,) = regressions(comparison, {"Brier": 0.01})  # lower is better: it went up
    assert "Brier got worse" in sentence
    with pytest.raises(UsageError, match="no metric here is called nDCG@3"):
        regressions(comparison, {"nDCG@3": 0.1})


def test_gate_on_a_value(pair: tuple[Run, Run]) -> None:
    metrics = measure(pair[0])
    assert shortfalls(pair[0], metrics, {"Recall@5": 1.0, "right": 0.625, "Brier": 0.9}) == []
    under, over = shortfalls(pair[0], metrics, {"right": 0.63, "Brier": 0.1})
    assert "under 0.63" in under
    assert "over 0.1" in over
    with pytest.raises(UsageError, match="no metric"):
        shortfalls(pair[0], metrics, {"wrong": 0.1})


@pytest.mark.parametrize("typed", ["right", "right=", "=0.1", "right=much", "right=nan", "right=-0.1"])
def test_limits_are_read_or_refused(typed: str) -> None:
    with pytest.raises(UsageError, match="--fail-under needs METRIC=NUMBER"):
        parse_limits([typed], "--fail-under")
    assert parse_limits(["nDCG@10=0.02", "right=0"], "--fail-under") == {"nDCG@10": 0.02, "right": 0.0}


def test_forms_are_json_without_nan(pair: tuple[Run, Run]) -> None:
    for form in (comparison_form(compare_runs(*pair)), summary_form(pair[0], summarise(pair[0]))):
        json.loads(json.dumps(form, allow_nan=False))


def test_tables_say_the_figures(pair: tuple[Run, Run]) -> None:
    out = Console(file=StringIO(), width=160)
    print_summary(out, summarise(pair[0]))
    print_comparison(out, compare_runs(*pair))
    text = out.file.getvalue()  # type: ignore[attr-defined]
    assert "right                 0.625" in text
    assert "fact" in text
    assert "16 of 96 cases ended otherwise" in text
    assert "false answer → right to abstain" in text


def test_intervals_hold_the_value_and_tags_are_told(pair: tuple[Run, Run]) -> None:
    summary = summarise(pair[0])
    assert all(one.low <= one.value <= one.high for one in summary.figures if one.name != "ECE")
    assert set(summary.by_tag) == {"fact", "follow-up", "list", "unanswerable", "context"}
    facts = {figure.name: figure for figure in summary.by_tag["fact"]}
    assert facts["right"].value == 0.5
    assert facts["right"].cases == 32
    assert "abstention_recall" not in facts


@pytest.mark.parametrize(
    "forms",
    [
        pytest.param([form for form in FORMS if "claim" in form], id="claims alone"),
        pytest.param([form for form in FORMS if form.get("answerable") is False], id="unanswerable alone"),
        pytest.param([FORMS[6]], id="one case, which crashes"),
        pytest.param([FORMS[0]], id="one case"),
        pytest.param([FORMS[7]], id="own context alone"),
    ],
)
def test_sets_of_one_kind_have_figures_a_page_and_a_comparison(
    make_run: RunMaker, forms: list[dict[str, Any]], tmp_path: Path
) -> None:
    run = make_run(forms=forms)
    summary = summarise(run)
    json.dumps([summary_form(run, summary), comparison_form(compare_runs(run, run))], allow_nan=False)
    write_report(run, summary, tmp_path / "page.html")
    assert (tmp_path / "page.html").read_text().count('<details class="case"') == len(forms)
    out = Console(file=StringIO(), width=100)
    print_summary(out, summary)
    print_comparison(out, compare_runs(run, run))
    assert table_rows(run)[0]["id"] == forms[0]["id"]
