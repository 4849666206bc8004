"""Metrics beside tables worked out by hand, and beside the libraries that define them."""

from __future__ import annotations

import math
from typing import Any

import ir_measures
import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, brier_score_loss, f1_score, precision_score, recall_score

from retrieval.evaluate import aggregates
from retrieval.evaluate.gold import Span
from retrieval.evaluate.metrics import confusion, measure, outcomes_of
from retrieval.evaluate.metrics_answer import contained, contained_share, token_f1, words
from retrieval.evaluate.metrics_citation import citation_scores, gold_support
from retrieval.evaluate.metrics_retrieval import retrieval_scores
from tests.retrieval.evaluate.forms import RunMaker, plain_tools


def retrieved(*passages: str) -> dict[str, Any]:
    return {"retrieved": [{"passage": passage} for passage in passages]}


GOLD = ((Span("s@1", 0, 100),), (Span("s@1", 200, 300), Span("t@1", 0, 100)))  # two quotes; the second stands twice


def test_retrieval_by_hand() -> None:
    rows = [
        retrieved("x@1#0-90", "s@1#0-150", "s@1#10-90", "t@1#0-100"),  # quotes at places 2 and 4; 3 finds nothing new
        retrieved("s@1#0-300"),  # one passage with both
        retrieved("s@1#140-210"),  # too little of it
        {},
    ]
    scores = retrieval_scores([GOLD] * 4, rows)
    ideal = 1 + 1 / math.log2(3)
    assert scores["Recall@1"] == [0.0, 1.0, 0.0, 0.0]
    assert scores["Recall@5"] == [1.0, 1.0, 0.0, 0.0]
    assert scores["RR@10"] == [0.5, 1.0, 0.0, 0.0]
    assert scores["nDCG@10"] == pytest.approx([(1 / math.log2(3) + 1 / math.log2(5)) / ideal, 1.0, 0.0, 0.0])


def test_retrieval_of_one_quote_each_equals_ir_measures_on_passages() -> None:
    generator = np.random.default_rng(3)
    gold, rows, qrels, run = [], [], [], []
    for number in range(40):
        order = [int(place) for place in generator.permutation(30)]
        gold.append(((Span("d@1", 0, 10),),))
        rows.append(retrieved(*(f"d@1#{place * 10}-{place * 10 + 10}" for place in order)))
        qrels.append(ir_measures.Qrel(str(number), "0", 1))
        run += [ir_measures.ScoredDoc(str(number), str(place), -float(at)) for at, place in enumerate(order)]
    scores = retrieval_scores(gold, rows)
    for ours, theirs in {"Recall@5": "R@5", "RR@10": "RR@10", "nDCG@10": "nDCG@10"}.items():
        metric = ir_measures.parse_measure(theirs)
        assert np.mean(scores[ours]) == pytest.approx(ir_measures.calc_aggregate([metric], qrels, run)[metric])


@pytest.mark.parametrize(
    ("text", "answers", "f1", "share"),
    [
        ("The canal opened in 1911.", ["1911"], 2 / 5, 1.0),
        ("A canal, the Canal!", ["canal"], 2 / 3, 1.0),
        ("", ["1911"], 0.0, 0.0),
        ("apples and pears", ["apples", "honey"], 1 / 2, 0.5),
        ("the 19 11", ["1911"], 0.0, 0.0),
        ("Russia’s “aims”", ["Russia's aims"], 1.0, 1.0),
        ("anything", ["the"], 0.0, 0.0),
    ],
)
def test_answer_words_by_hand(text: str, answers: list[str], f1: float, share: float) -> None:
    assert token_f1(text, answers) == pytest.approx(f1)
    assert contained_share(text, answers) == share


def test_words_in_order_and_without_a_gap() -> None:
    assert words("The  Bells, an hour.") == ["bells", "hour"]
    assert contained("It costs 40 roubles a day", "40 roubles")
    assert not contained("It costs 40 new roubles", "40 roubles")
    assert not contained("It costs 140 roubles", "40 roubles")


def cited(n: int, start: int, end: int) -> dict[str, Any]:
    return {"n": n, "passage": "s@1#0-1000", "start": start, "end": end, "quote": "q"}


def test_citations_by_gold_quotes() -> None:
    row = {
        "statements": [
            {"text": "a", "citations": [1, 2]},  # supported by 1
            {"text": "b", "citations": [2]},  # not supported
            {"text": "c", "citations": []},  # cites nothing
            {"text": "d", "citations": [1, 9]},  # 9 is not listed
        ],
        "citations": [cited(1, 0, 50), cited(2, 500, 600)],
    }
    recall, precision = citation_scores(row, gold_support(GOLD))
    assert recall == 1 / 4
    assert precision == 1 / 5
    assert citation_scores({"statements": [], "citations": []}, gold_support(GOLD)) == (0.0, 0.0)


def test_citations_that_support_only_together_are_both_precise() -> None:
    """ALCE: a citation that does not suffice alone still counts when the others do not suffice without it."""
    row = {
        "statements": [{"text": "a", "citations": [1, 2, 3]}],
        "citations": [cited(1, 0, 1), cited(2, 2, 3), cited(3, 4, 5)],
    }
    together = {1, 2}
    assert citation_scores(row, lambda _, cs: together <= {c["n"] for c in cs}) == (1.0, 2 / 3)


@pytest.fixture
def sample() -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(5)
    return generator.random(200), generator.random((200, 3)) < [0.6, 0.3, 0.5]


def test_abstention_equals_scikit_learn(sample: tuple[np.ndarray, np.ndarray]) -> None:
    _, draws = sample
    abstained, silent = draws[:, 0], draws[:, 1]
    columns = np.stack([~abstained, abstained, silent], axis=1).astype(float)
    assert aggregates.abstention_precision(columns) == pytest.approx(precision_score(silent, abstained))
    assert aggregates.abstention_recall(columns) == pytest.approx(recall_score(silent, abstained))
    assert aggregates.balanced_accuracy(columns) == pytest.approx(balanced_accuracy_score(silent, abstained))


def test_brier_and_macro_f1_equal_scikit_learn(sample: tuple[np.ndarray, np.ndarray]) -> None:
    support, draws = sample
    columns = np.stack([support, draws[:, 0], np.ones(200)], axis=1)
    assert aggregates.brier(columns) == pytest.approx(brier_score_loss(draws[:, 0], support))
    labels = np.random.default_rng(6).integers(0, 3, (200, 2)).astype(float)
    assert aggregates.macro_f1(labels) == pytest.approx(f1_score(labels[:, 0], labels[:, 1], average="macro"))


def test_calibration_error_by_hand() -> None:
    columns = np.array([[0.95, 1, 1], [0.95, 0, 1], [0.25, 0, 1], [1.0, 1, 1], [0.5, 0, 0]])
    # bin 0.9-1.0: mean support 2.9/3, 2/3 right; bin 0.2-0.3: 0.25 against 0; the last is not counted
    assert aggregates.expected_calibration_error(columns) == pytest.approx(0.75 * (2.9 / 3 - 2 / 3) + 0.25 * 0.25)


def test_nothing_to_divide_by_is_the_worst_and_not_nan() -> None:
    none = np.zeros((4, 3))
    for aggregate in (aggregates.abstention_precision, aggregates.abstention_recall, aggregates.balanced_accuracy):
        assert aggregate(none) == 0.0
    assert aggregates.brier(none) == aggregates.expected_calibration_error(none) == 1.0


def test_aggregates_work_on_many_resamples_at_once(sample: tuple[np.ndarray, np.ndarray]) -> None:
    support, draws = sample
    columns = np.stack([support, draws[:, 0], draws[:, 2]], axis=1)
    many = np.stack([columns[:100], columns[100:]])
    for aggregate in (
        aggregates.brier,
        aggregates.expected_calibration_error,
        aggregates.balanced_accuracy,
        aggregates.mean,
        aggregates.percentile_95,
    ):
        assert aggregate(many) == pytest.approx([float(aggregate(columns[:100])), float(aggregate(columns[100:]))])


def test_run_by_hand(make_run: RunMaker) -> None:
    run = make_run(tools=plain_tools(delivery=lambda answer: ["too long"] if len(answer.statements) > 0 else []))
    outcomes = dict(zip([case.id for case in run.cases], outcomes_of(run), strict=True))
    assert outcomes == {
        "opened": "right", "grain": "right", "market": "right", "queen": "right to abstain", "near": "false answer",
        "keeper": "missed", "crashes": "error", "own": "right",
        "claim-yes": "right", "claim-no": "right", "claim-silent": "right", "claim-wrong": "wrong answer",
    }  # fmt: skip
    metrics = {metric.name: metric for metric in measure(run)}
    values = {name: metric.value for name, metric in metrics.items()}
    assert values["right"] == 5 / 8
    assert values["Recall@1"] == 1.0
    assert len(metrics["Recall@1"].places) == 3  # the case with its own context retrieves nothing
    assert len(metrics["answer_f1"].places) == 5
    assert values["contains_each"] == values["contains_any"] == 4 / 5  # "keeper" was not answered and scores 0
    assert values["citation_recall"] == values["citation_precision"] == 1.0
    assert values["abstention_precision"] == 1 / 2  # "queen" was due, "keeper" was not
    assert values["abstention_recall"] == 1 / 2
    assert values["balanced_accuracy"] == pytest.approx((1 / 2 + 4 / 6) / 2)  # the crash is no answer
    assert values["delivered"] == 2 / 8  # abstentions are delivered; five answers have faults; one crashed
    assert values["claim_accuracy"] == 3 / 4
    assert confusion(run)["contradicted"] == {"supported": 1, "contradicted": 1, "not_enough": 0, "error": 0}
    assert not any(math.isnan(value) for value in values.values())


def test_metric_over_some_cases(make_run: RunMaker) -> None:
    run = make_run()
    metrics = {metric.name: metric for metric in measure(run)}
    facts = [place for place, case in enumerate(run.cases) if "fact" in case.tags]
    right = metrics["right"].over(facts)
    assert right is not None
    assert right.value == 2 / 4
    assert metrics["abstention_recall"].over(facts) is None  # all of them are answerable
    assert metrics["claim_accuracy"].over(facts) is None
