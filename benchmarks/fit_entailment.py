"""Fits retrieval/data/entailment.json on half of WiCE's claims and prints what it is worth on the other half.

    python benchmarks/fit_entailment.py WICE.jsonl MODEL_FOLDER

A line of WICE.jsonl is a claim: `claim`, `evidence` (sentences of the cited page), `label`, `meta.claim_title`
(Kamoi et al. 2023, arXiv 2303.01432; labels ODC-BY). MODEL_FOLDER holds the exported embedding model. Of the claims,
counted from 0, the even ones are fitted on and the odd ones measured. The sentences that a claim rests on are chosen as
Parley chooses them.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.ask.cite import choose
from retrieval.ask.entail import FEATURES, measure
from retrieval.models import OnnxEmbedder

Numbers = NDArray[np.float64]
RIDGE = 0.2
STEPS, RATE = 3000, 0.1


def main(wice: Path, model: Path) -> None:
    embedder = OnnxEmbedder(model, "int8", 1)
    claims = [json.loads(line) for line in wice.read_text(encoding="utf-8").splitlines()]
    rows = np.array([features(claim, embedder) for claim in claims])
    labels = np.array([claim["label"] for claim in claims])
    fitting = np.arange(len(rows)) % 2 == 0
    supported = (labels == "supported").astype(float)
    weights, bias = fit(rows[fitting], supported[fitting])
    scores, held = rows[~fitting] @ weights + bias, labels[~fitting]
    for name, wanted, other in (
        ("supported against the rest", held == "supported", held != "supported"),
        ("supported against not supported", held == "supported", held == "not_supported"),
    ):
        print(f"{name}: AUROC {auroc(scores[wanted], scores[other]):.3f}, balanced accuracy "
              f"{((scores[wanted] >= 0).mean() + (scores[other] < 0).mean()) / 2:.3f}, "
              f"kept {(scores[wanted] >= 0).mean():.2f} against {(scores[other] >= 0).mean():.2f}")  # fmt: skip
    covered = rows[~fitting][:, FEATURES.index("covered")]
    print(f"word coverage alone: AUROC {auroc(covered[held == 'supported'], covered[held != 'supported']):.3f}")
    fitted = {"bias": round(bias, 5)} | {name: round(float(w), 5) for name, w in zip(FEATURES, weights, strict=True)}
    target = Path(__file__).resolve().parent.parent / "retrieval" / "data" / "entailment.json"
    target.write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")


def features(claim: dict[str, object], embedder: OnnxEmbedder) -> list[float]:
    evidence = [str(sentence) for sentence in claim["evidence"]]  # type: ignore[attr-defined]
    units = [sentence for sentence in evidence if not sentence.startswith("(meta") and len(sentence) > 3]
    chosen = [units[index] for index in choose(str(claim["claim"]), units)]
    heading = evidence[0] if evidence[0].startswith("(meta") else ""
    context = f"{heading} . {claim['meta']['claim_title']}"  # type: ignore[index]
    row = measure(str(claim["claim"]), chosen, context, embedder)
    return [row[name] for name in FEATURES]


def fit(rows: Numbers, wanted: Numbers) -> tuple[Numbers, float]:
    """Logistic regression with a ridge, both classes weighing the same."""
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    scaled = (rows - mean) / spread
    share = wanted.mean()
    balance = np.where(wanted == 1, 0.5 / share, 0.5 / (1 - share))
    weights, bias = np.zeros(rows.shape[1]), 0.0
    for _ in range(STEPS):
        error = (1 / (1 + np.exp(-(scaled @ weights + bias))) - wanted) * balance
        weights -= RATE * (scaled.T @ error / len(rows) + RIDGE * weights)
        bias -= RATE * float(error.mean())
    return weights / spread, float(bias - (weights / spread) @ mean)


def auroc(better: Numbers, worse: Numbers) -> float:
    """The chance that one of the better scores higher than one of the worse."""
    difference = better[:, None] - worse[None, :]
    return float(((difference > 0) + 0.5 * (difference == 0)).mean())


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
