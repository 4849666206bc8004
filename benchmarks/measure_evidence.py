"""Asks the untouched part of each set end to end (weigh, support, select, extract) and prints what comes out.

    python benchmarks/measure_evidence.py DATA MODEL [SHARE] [SET]... [alone]

DATA and MODEL as for evidence_cases.py; SHARE of the untouched questions (default 1). Sets: reading, reading_even,
nomiracl_en, xquad_en, nq_oracle, clapnq; "alone" for without the reader. "contained" is over all answerable questions,
an abstention being a miss; "forced" is the same when Parley must answer.
"""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from evidence_cases import ordered, plain
from evidence_sets import Example, nomiracl, over_corpus, reading, share, untouched

from retrieval.ask.evidence import weigh
from retrieval.ask.extract import extract
from retrieval.ask.read import read
from retrieval.ask.select import select
from retrieval.ask.support import least, support
from retrieval.evaluate.aggregates import brier, expected_calibration_error
from retrieval.models import OnnxEmbedder
from retrieval.reader import OnnxReader
from retrieval.types import Hit, Query

SETTINGS = ("balanced", "cautious")
SETS = ("reading", "reading_even", "nomiracl_en", "xquad_en", "nq_oracle", "clapnq")


def main(data: Path, model: Path, part: float, sets: list[str]) -> None:
    embedder = OnnxEmbedder(model, "int8", 1)
    reader = None if "alone" in sets else OnnxReader(1)
    for name in [name for name in sets if name in SETS] or SETS:
        known: dict[str, Any] = {}
        rows = [
            ask(example, embedder, known, reader)
            for example in examples(data, name, embedder)
            if untouched(example) and share(example.group + "part") < part
        ]
        report(name, np.array(rows))


def examples(data: Path, name: str, embedder: OnnxEmbedder) -> Any:
    """The examples of one set."""
    if name.startswith("reading"):
        return reading(data / "reading", even=name == "reading_even")
    return nomiracl(data / name) if name == "nomiracl_en" else over_corpus(data / name, embedder)


def ask(
    example: Example, embedder: OnnxEmbedder, known: dict[str, Any], reader: OnnxReader | None
) -> tuple[float, ...]:
    """Answerable, natural, support, an answer inside, words, milliseconds, the least support by setting."""
    passages, vectors, _ = ordered(example, embedder, known)
    stored = {passage.id: one for passage, one in zip(passages, vectors, strict=True)}
    asked = Query(example.question, example.question)
    began = time.perf_counter()
    evidence = weigh(
        asked, [Hit(p, 1 / (1 + n)) for n, p in enumerate(passages)], embedder, vectors=lambda p: stored[p.id]
    )
    if reader is not None:
        evidence = read(asked, evidence, reader)
    chance, _ = support(asked, evidence)
    draft = extract(asked, select(asked, evidence))
    took = time.perf_counter() - began
    told = " ".join(statement.text for statement in draft.statements)
    golds = [answer for answer in example.answers if plain(answer).strip()]
    inside = any(plain(re.sub(r"\s+", " ", answer)) in plain(told) for answer in golds)
    if example.sentences:  # answers written freely: the marked sentences count
        inside = any(plain(s).strip()[:60] in plain(told) for s in example.sentences if s)
    right = inside or (not golds and not example.sentences)
    return (
        example.answerable,
        example.role in "a+",
        chance,
        example.answerable and right,
        len(told.split()),
        1000 * took,
        *(least(setting, evidence, given=example.set == "nomiracl_en") if evidence else 1.0 for setting in SETTINGS),
    )


def report(name: str, rows: np.ndarray) -> None:
    """The figures of one set."""
    truth, natural, chance, inside, words, took, *needed = rows.T
    truth, natural, inside = truth > 0, natural > 0, inside > 0
    short = inside & (words <= 45)
    line = [f"{name}: {len(rows)} questions, {took.mean():.0f} ms each"]
    for setting, enough in zip(SETTINGS, needed, strict=True):
        told = chance >= enough
        balanced = (told[truth].mean() + (~told[~truth]).mean()) / 2
        sides = f"{told[truth].mean():.3f} of answerable, {told[~truth].mean():.3f} of others"
        line.append(f"{setting}: answers {sides}, BA {balanced:.3f}")
        if name != "nomiracl_en":
            line.append(
                f"contained {(told & inside)[truth].mean():.3f}, in 45 words {(told & short)[truth].mean():.3f}"
            )
    if name != "nomiracl_en":
        line.append(f"forced: contained {inside[truth].mean():.3f}, in 45 words {short[truth].mean():.3f}")
        if name.startswith("reading"):
            line.append(f"of natural ones {short[truth & natural].mean():.3f}")
    told = chance >= needed[0]
    columns = np.stack([chance, inside, np.ones(len(rows))], axis=1)
    line.append(f"Brier {brier(columns):.3f}, ECE {expected_calibration_error(columns):.3f} over all")
    columns = columns[told]
    line.append(
        f"{brier(columns):.3f}, {expected_calibration_error(columns):.3f} over answers; words {words[told].mean():.0f}"
    )
    print("; ".join(line), flush=True)


if __name__ == "__main__":
    sizes = [value for value in sys.argv[3:] if value.replace(".", "").isdigit()]
    main(
        Path(sys.argv[1]),
        Path(sys.argv[2]),
        float(sizes[0]) if sizes else 1.0,
        [v for v in sys.argv[3:] if v in (*SETS, "alone")],
    )
