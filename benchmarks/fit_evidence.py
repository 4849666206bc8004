"""Fits retrieval/data/evidence.json: which unit answers, and how likely the best one does. Prints what it is worth.

    python benchmarks/fit_evidence.py WORK [OUT]    cross-validated figures; models written to OUT

WORK is what `evidence_cases.py` wrote. Fitted on what `evidence_sets.untouched` leaves;
`measure_evidence.py` measures on the rest. Needs scikit-learn.
"""

from __future__ import annotations

import json
import pickle
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from evidence_cases import Case
from evidence_sets import share
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score, roc_auc_score

from retrieval.ask.support import support_row
from retrieval.types import Evidence, Hit, Passage, Source, Unit

RANK_SETS = ("reading_even", "xquad_en", "nq_oracle", "clapnq", "written")
SUPPORT_SETS = (*RANK_SETS, "nomiracl_en")
FOLDS = 3
NEARLY = 0.01  # balanced accuracy given up for answering more: an abstention helps nobody who asked well
UNIT = Unit(0, 0, "sentence")
HIT = Hit(Passage(Source("", ""), "", 0, 0, ""), 0.0)  # support looks at features only
INSERTED = (
    0.4  # weight of an inserted sentence: it always follows the sentence most like the question, real ones do not
)
# Two tell the length of a passage, and so the role of a pair; the weight of the others is set, not fitted.
NOT_RANKED = ("units", "position", "year far", "names far")
RANK = {"max_iter": 90, "learning_rate": 0.09, "max_leaf_nodes": 12, "l2_regularization": 5, "min_samples_leaf": 40}
SUPPORT = {
    "max_iter": 300,
    "learning_rate": 0.05,
    "max_leaf_nodes": 16,
    "l2_regularization": 10,
    "min_samples_leaf": 40,
}
RISING = frozenset(
    [
        "similarity", "similarity behind best", "similarity with forerunner", "similarity with forerunner behind best",
        "passage similarity", "passage similarity behind best", "best similarity", "unit covers",
        "unit covers behind best", "unit repeats", "unit repeats behind best", "near covers", "near covers behind best",
        "near repeats",
        "near repeats behind best", "passage covers", "passage covers behind best", "passage repeats", "words met",
        "focus met", "focus met behind best", "focus near", "pairs met", "pairs met behind best", "offers asked",
        "only offer", "offer beside words", "measures focus", "same year", "score",
    ]
)  # fmt: skip
FALLING = frozenset(
    [
        "other year", "plan for deed", "asks itself", "about the article", "rarest word lost", "rarest word far",
        "years lost", "numbers lost", "names lost", "qualifiers lost",
    ]
)  # fmt: skip


def monotone(names: Sequence[str], rising: frozenset[str]) -> list[int]:
    """The sense in which each feature may count: what is lost never speaks for, what is like never against."""
    bare = [name.partition(": ")[2] or name for name in names]
    # Of all units the most that is lost says nothing: an also-ran may lack anything.
    return [
        1 if b in rising else -1 if b in FALLING and not n.startswith("any") else 0
        for n, b in zip(names, bare, strict=True)
    ]


def fit_rank(cases: Sequence[Case], columns: Sequence[int], names: Sequence[str]) -> HistGradientBoostingClassifier:
    """Which unit answers: trees over units of answerable questions, each set weighing as the root of its size."""
    used = [c for c in cases if c.set in RANK_SETS and c.answerable and c.answers.any() and not c.answers.all()]
    weight = _balanced(used)
    weights = [[w * (INSERTED if c.role == "d" else 1)] * len(c.answers) for c, w in zip(used, weight, strict=True)]
    return HistGradientBoostingClassifier(**RANK, monotonic_cst=monotone(names, RISING)).fit(
        np.concatenate([c.rows[:, columns] for c in used]),
        np.concatenate([c.answers for c in used]),
        sample_weight=np.concatenate(weights),
    )


def _balanced(cases: Sequence[Case]) -> np.ndarray:
    counts = {name: sum(c.set == name for c in cases) for name in {c.set for c in cases}}
    weight = np.array([counts[c.set] ** -0.5 for c in cases])
    return weight / weight.mean()


def fit_support(rows: np.ndarray, cases: Sequence[Case], names: Sequence[str]) -> HistGradientBoostingClassifier:
    """Whether the question is answered: trees over one row a question; both sides weigh the same in each set."""
    weight = _balanced(cases)
    for name in {c.set for c in cases}:
        for side in (True, False):
            at = np.array([c.set == name and c.answerable == side for c in cases])
            weight[at] *= 0.5 * sum(c.set == name for c in cases) / max(at.sum(), 1)
    model = HistGradientBoostingClassifier(**SUPPORT, monotonic_cst=monotone(names, frozenset(["score"])))
    return model.fit(rows, [c.answerable for c in cases], sample_weight=weight / weight.mean())


def rows_of_support(cases: Sequence[Case], odds: Sequence[np.ndarray]) -> tuple[np.ndarray, list[str]]:
    """A row for each question, made by the very function that makes it when Parley answers."""
    rows = [
        support_row(
            [
                Evidence(
                    HIT, UNIT, float(1 / (1 + np.exp(-score[at]))), (), dict(zip(c.names, c.rows[at], strict=True))
                )
                for at in np.argsort(-score)
            ]
        )
        for c, score in zip(cases, odds, strict=True)
    ]
    names = list(rows[0])
    return np.array([[row[name] for name in names] for row in rows]), names


def fit(work: Path, out: Path | None) -> None:
    """Fits on what is not untouched, prints cross-validated figures, writes the models."""
    loaded = [case for path in sorted(work.glob("*.pkl")) for case in pickle.loads(path.read_bytes())]
    cases = [case for case in loaded if not case.held and (case.set in SUPPORT_SETS or case.set == "reading")]
    columns = [at for at, name in enumerate(cases[0].names) if name not in NOT_RANKED]
    names = [cases[0].names[at] for at in columns]
    fold = np.array([int(share(case.group + "f") * FOLDS) for case in cases])
    odds: list[np.ndarray] = [np.zeros(0)] * len(cases)
    for k in range(FOLDS):
        model = fit_rank([c for c, f in zip(cases, fold, strict=True) if f != k], columns, names)
        for at in np.flatnonzero(fold == k):
            odds[at] = model.decision_function(cases[at].rows[:, columns])
    print_ranking(cases, odds)
    rows, row_names = rows_of_support(cases, odds)
    trained = np.array([case.set in SUPPORT_SETS for case in cases])
    support = np.zeros(len(cases))
    for k in range(FOLDS):
        chosen = np.flatnonzero((fold != k) & trained)
        model = fit_support(rows[chosen], [cases[at] for at in chosen], row_names)
        support[fold == k] = model.decision_function(rows[fold == k])
    print_support("all sets", cases, support)
    for left in SUPPORT_SETS:
        print_left_out(left, cases, rows, row_names)
    right = np.array(
        [c.answerable and (not c.answers.any() or c.answers[np.argmax(o)]) for c, o in zip(cases, odds, strict=True)]
    )
    line = LogisticRegression(C=1e6).fit(support[trained, None], right[trained])
    slope, offset = float(line.coef_[0, 0]), float(line.intercept_[0])
    print_thresholds([c for c, t in zip(cases, trained, strict=True) if t], support[trained] * slope + offset)
    if out:
        rank_model = fit_rank(cases, columns, names)
        support_model = fit_support(rows[trained], [c for c in cases if c.set in SUPPORT_SETS], row_names)
        models = {"rank": exported(rank_model, names), "support": exported(support_model, row_names)}
        out.write_text(json.dumps({"alone": {**models, "slope": slope, "offset": offset}}, separators=(",", ":")))


def print_ranking(cases: Sequence[Case], odds: Sequence[np.ndarray]) -> None:
    """How often the best unit, one of the best two, one of the best three holds an answer."""
    for name in sorted({(c.set, c.role if c.set.startswith("reading") else "") for c in cases}):
        tops = [
            [c.answers[np.argsort(-o)[:n]].any() for n in (1, 2, 3)]
            for c, o in zip(cases, odds, strict=True)
            if (c.set, c.role if c.set.startswith("reading") else "") == name and c.answerable and c.answers.any()
        ]
        if tops:
            print("rank", *name, len(tops), np.round(np.mean(tops, axis=0), 3))


def print_support(title: str, cases: Sequence[Case], odds: np.ndarray) -> None:
    """AUROC and balanced accuracy at even odds, by set."""
    for name in sorted({c.set for c in cases}):
        at = np.array([c.set == name for c in cases])
        truth = np.array([c.answerable for c in cases])[at]
        figures = roc_auc_score(truth, odds[at]), balanced_accuracy_score(truth, odds[at] > 0)
        print(f"support, {title}: {name} {at.sum()} AUROC {figures[0]:.3f} balanced accuracy {figures[1]:.3f}")


def print_left_out(left: str, cases: Sequence[Case], rows: np.ndarray, names: Sequence[str]) -> None:
    """The same for a set that the model has not seen."""
    seen = [at for at, case in enumerate(cases) if case.set in SUPPORT_SETS and case.set != left]
    unseen = [at for at, case in enumerate(cases) if case.set == left]
    model = fit_support(rows[seen], [cases[at] for at in seen], names)
    print_support("left out", [cases[at] for at in unseen], model.decision_function(rows[unseen]))


def print_thresholds(cases: Sequence[Case], odds: np.ndarray) -> None:
    """The support from which to answer: nearly the best mean balanced accuracy over sets; one false answer in five."""
    chance = 1 / (1 + np.exp(-odds))
    truth, sets = np.array([c.answerable for c in cases]), np.array([c.set for c in cases])
    tried = np.linspace(0.05, 0.9, 86)
    means = [
        np.mean([balanced_accuracy_score(truth[sets == s], chance[sets == s] > t) for s in set(sets)]) for t in tried
    ]
    false = [np.mean([(chance[(sets == s) & ~truth] > t).mean() for s in set(sets)]) for t in tried]
    lowest = next(at for at, mean in enumerate(means) if mean >= max(means) - NEARLY)
    print(f"threshold, balanced: {tried[lowest]:.2f} (mean balanced accuracy {means[lowest]:.3f} of {max(means):.3f})")
    print(f"threshold, cautious: {tried[next(at for at, rate in enumerate(false) if rate <= 0.2)]:.2f}")


def _node(node: Any, at: int, value: float) -> list[float]:
    if node["is_leaf"]:
        return [0, 0.0, at, at, float(f"{value:.5g}")]
    threshold = float(f"{node['num_threshold']:.7g}")
    return [int(node["feature_idx"]), threshold, int(node["left"]), int(node["right"]), float(f"{value:.5g}")]


def exported(model: HistGradientBoostingClassifier, names: Sequence[str]) -> dict[str, Any]:
    """The trees as plain lists: [feature, threshold, left, right, value]; an inner value is the mean of its leaves."""
    trees, deepest = [], 0
    for (predictor,) in model._predictors:
        found = predictor.nodes
        deepest = max(deepest, int(found["depth"].max()))
        value = [float(node["value"]) for node in found]
        for at in range(len(found) - 1, -1, -1):  # children come after their parents
            if not found[at]["is_leaf"]:
                sides = [int(found[at]["left"]), int(found[at]["right"])]
                value[at] = float(np.average([value[s] for s in sides], weights=[found[s]["count"] for s in sides]))
        trees.append([_node(node, at, value[at]) for at, node in enumerate(found)])
    return {
        "names": list(names),
        "base": float(np.ravel(model._baseline_prediction)[0]),
        "depth": deepest,
        "trees": trees,
    }


if __name__ == "__main__":
    fit(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
