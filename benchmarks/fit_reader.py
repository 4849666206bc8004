"""Fits how much the reader counts beside the evidence's own features: retrieval/data/reader/mix.json.

    python benchmarks/fit_reader.py DATA MODEL [OUT]

DATA and MODEL as for evidence_cases.py. Only what neither the trees nor the reader were trained on is used
(`evidence_sets.untouched`): one half of its groups gives the calibration and the thresholds, the other
half is printed as measured. Needs scikit-learn.
"""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from evidence_cases import holds, ordered
from evidence_sets import share, untouched
from measure_evidence import examples
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from retrieval.ask.evidence import weigh
from retrieval.ask.read import mix, read
from retrieval.ask.support import log_odds, read_odds
from retrieval.ask.trees import logit
from retrieval.models import OnnxEmbedder
from retrieval.reader import OnnxReader
from retrieval.types import Hit, Query

SETS = ("reading_even", "nomiracl_en", "xquad_en", "clapnq")
WEIGHTS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.4)  # printed
RANK, SUPPORT = 0.7, 0.5  # set, read off what is printed and off the questions on the shipped corpus (LOG.md)
LIFT = 0.3  # log-odds, set: without it support comes out too low on the shipped corpus, with more too high elsewhere
NEARLY = 0.01  # balanced accuracy given up for answering more


@dataclass(frozen=True, slots=True)
class Row:
    """One question: `own` are its units' log-odds without the reader, `read` the reader's, `held` where answers are."""

    set: str
    fitted_on: bool
    answerable: bool
    own: np.ndarray
    read: np.ndarray
    held: np.ndarray
    odds: float
    passage: float


def measured(data: Path, embedder: OnnxEmbedder) -> list[Row]:
    """A row for every question that nothing was trained on."""
    reader, rows = OnnxReader(1), []
    for name in SETS:
        known: dict[str, Any] = {}
        for example in examples(data, name, embedder):
            if not untouched(example):
                continue
            passages, vectors, _ = ordered(example, embedder, known)
            stored = {passage.id: one for passage, one in zip(passages, vectors, strict=True)}
            asked = Query(example.question, example.question)
            hits = [Hit(p, 1 / (1 + n)) for n, p in enumerate(passages)]
            found = weigh(asked, hits, embedder, lambda p, stored=stored: stored[p.id])
            if not found:
                continue
            found = read(asked, found, reader)
            own = np.array([logit(one.score) - mix().rank * one.features["reader unit"] for one in found])
            rows.append(
                Row(
                    name,
                    share(example.group + "mix") < 0.5,
                    example.answerable,
                    own,
                    np.array([one.features["reader unit"] for one in found]),
                    np.array([example.answerable and holds(example, one.quote) for one in found]),
                    log_odds(found),
                    read_odds(found),
                )
            )
        print(name, sum(row.set == name for row in rows), flush=True)
    return rows


def first_right(rows: list[Row], weight: float, first: int = 1) -> float:
    """Mean over sets of the share of answerable questions one of whose `first` units holds an answer."""
    values = []
    for name in SETS:
        told = [r for r in rows if r.set == name and r.held.any()]
        if told:
            tops = [r.held[np.argsort(-(r.own + weight * r.read))[:first]].any() for r in told]
            values.append(np.mean(tops))
    return float(np.mean(values))


def areas(rows: list[Row], weight: float) -> dict[str, float]:
    """AUROC by set of answerable against not."""
    return {
        name: roc_auc_score(
            [r.answerable for r in rows if r.set == name],
            [r.odds + weight * r.passage for r in rows if r.set == name],
        )
        for name in SETS
    }


def balanced(rows: list[Row], chances: np.ndarray, threshold: float) -> float:
    """Mean over sets of balanced accuracy."""
    truth, sets = np.array([r.answerable for r in rows]), np.array([r.set for r in rows])
    said = chances >= threshold
    each = [
        (said[truth & (sets == name)].mean() + (~said[~truth & (sets == name)]).mean()) / 2
        for name in sorted(set(sets))
    ]
    return float(np.mean(each))


def main(data: Path, model: Path, out: Path | None) -> None:
    rows = measured(data, OnnxEmbedder(model, "int8", 1))
    fitted, kept = ([r for r in rows if r.fitted_on == side] for side in (True, False))
    for title, some in (("fitted half", fitted), ("kept half", kept)):
        for weight in WEIGHTS:
            told = ", ".join(f"{name} {area:.3f}" for name, area in areas(some, weight).items())
            tops = f"first {first_right(some, weight):.3f}, first two {first_right(some, weight, 2):.3f}"
            print(f"{title}, weight {weight}: {tops}; support, AUROC: {told}", flush=True)
    line, chance = calibrated(fitted, RANK, SUPPORT)
    slope, offset = float(line.coef_[0, 0]), float(line.intercept_[0]) + LIFT
    tried = np.linspace(0.03, 0.9, 88)
    means = [balanced(fitted, chance(fitted), t) for t in tried]
    threshold = float(next(t for t, mean in zip(tried, means, strict=True) if mean >= max(means) - NEARLY))
    print(f"threshold, balanced: {threshold:.2f} (fitted {max(means):.3f}, kept half", end=" ")
    print(f"{balanced(kept, chance(kept), threshold):.3f}); slope {slope:.3f}, offset {offset:.3f}")
    false = [np.mean(chance([r for r in fitted if not r.answerable]) >= t) for t in tried]
    print(f"threshold, cautious: {tried[next(n for n, rate in enumerate(false) if rate <= 0.2)]:.2f}")
    if out:
        weights = files("retrieval") / "data" / "reader" / "reader.int8.onnx"
        digest = hashlib.sha256(weights.read_bytes()).hexdigest()
        fields = {"rank": RANK, "support": SUPPORT, "slope": round(slope, 4), "offset": round(offset, 4)}
        out.write_text(json.dumps({**fields, "model": digest}, indent=1) + "\n", encoding="utf-8")


def calibrated(rows: list[Row], rank: float, support: float) -> tuple[LogisticRegression, Any]:
    """Platt's line from mixed log-odds to "the first unit is right", every set weighing the same."""
    right = [r.answerable and (not r.held.any() or bool(r.held[np.argmax(r.own + rank * r.read)])) for r in rows]
    count = {name: sum(r.set == name for r in rows) for name in SETS}
    weight = np.array([count[r.set] ** -0.5 for r in rows])
    odds = np.array([[r.odds + support * r.passage] for r in rows])
    line = LogisticRegression(C=1e6).fit(odds, right, sample_weight=weight / weight.mean())

    def chance(given: list[Row]) -> np.ndarray:
        odds = line.decision_function(np.array([[r.odds + support * r.passage] for r in given])) + LIFT
        return np.asarray(1 / (1 + np.exp(-odds)))

    return line, chance


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]) if len(sys.argv) > 3 else None)
