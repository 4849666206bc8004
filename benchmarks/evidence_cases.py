"""Examples as what evidence is fitted on: the features of their units, and which of these hold an answer.

    python benchmarks/evidence_cases.py DATA MODEL WORK PASSAGES    writes WORK/<set>.pkl (an hour on 2 cores)

DATA holds the folders reading, nomiracl_en, xquad_en, nq_oracle and clapnq, MODEL the exported embedding model,
PASSAGES those of the written questions (reader/passages.py).
"""

from __future__ import annotations

import pickle
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from evidence_sets import Example, nomiracl, over_corpus, over_written, reading, untouched

from retrieval.ask.asks import asks
from retrieval.ask.compare import measure_all
from retrieval.ask.evidence import PASSAGES
from retrieval.ask.features import question
from retrieval.ask.furniture import is_candidate
from retrieval.ask.wordtable import word_table
from retrieval.evaluate.cases import ContextText
from retrieval.evaluate.gold import context_document
from retrieval.index.units import unit_vectors
from retrieval.ingest.split import context, split
from retrieval.models import OnnxEmbedder
from retrieval.types import Passage


@dataclass(frozen=True, slots=True)
class Case:
    """An example measured: `rows` is (units, features), `answers` says which units hold an answer."""

    set: str
    group: str
    role: str
    answerable: bool
    names: tuple[str, ...]
    rows: np.ndarray
    answers: np.ndarray
    held: bool


def measure(data: Path, model: Path, work: Path, passages: Path) -> None:
    """Measures every set and writes WORK/<set>.pkl."""
    embedder = OnnxEmbedder(model, "int8", 1)
    makers: dict[str, Callable[[], Iterable[Example]]] = {
        "reading": lambda: reading(data / "reading", even=False),
        "reading_even": lambda: reading(data / "reading", even=True),
        "nomiracl_en": lambda: nomiracl(data / "nomiracl_en"),
        "written": lambda: over_written(passages, embedder),
        **{name: lambda name=name: over_corpus(data / name, embedder) for name in ("xquad_en", "nq_oracle", "clapnq")},
    }
    work.mkdir(parents=True, exist_ok=True)
    for name, make in makers.items():
        known: dict[str, tuple[Passage, np.ndarray]] = {}
        cases = [measured(example, embedder, known) for example in make()]
        (work / f"{name}.pkl").write_bytes(pickle.dumps([case for case in cases if case is not None]))
        print(name, len(cases), flush=True)


def passages_of(example: Example) -> list[Passage]:
    """The passages of an example's texts, split as a question set's context is."""
    return [
        passage
        for name, title, text in example.texts
        for passage in split(context_document(ContextText(re.sub(r"\W", "-", name), title, text)))
    ]


def vectors_of(passages: Sequence[Passage], embedder: OnnxEmbedder, known: dict[str, Any]) -> list[np.ndarray]:
    """The units' vectors of passages, each computed once."""
    new = [passage for passage in passages if passage.id not in known]
    if new:
        contexts = [context(passage) for passage in new]
        for passage, text, tokens in zip(new, contexts, embedder.embed_tokens(contexts)[1], strict=True):
            known[passage.id] = unit_vectors(passage, text, tokens).astype(np.float32)
    return [known[passage.id] for passage in passages]


def ordered(
    example: Example, embedder: OnnxEmbedder, known: dict[str, Any]
) -> tuple[list[Passage], list[np.ndarray], Any]:
    """The passages as a hit list would hold them, their vectors and the question's."""
    found = passages_of(example)
    vectors = vectors_of(found, embedder, known)
    asked = embedder.embed([example.question])[0]
    order = list(range(len(found)))
    if example.set == "nomiracl_en":  # given in no order: the likest first
        order.sort(key=lambda at: -float(vectors[at].mean(axis=0) @ asked))
    return [found[at] for at in order][:PASSAGES], [vectors[at] for at in order][:PASSAGES], asked


def measured(example: Example, embedder: OnnxEmbedder, known: dict[str, Any]) -> Case | None:
    """The features of an example's units; None where it has none."""
    passages, vectors, asked = ordered(example, embedder, known)
    if not passages:
        return None
    words = word_table()
    table = measure_all(question(asks(example.question), asked, words), passages, vectors, words)
    units = [(p, u, p.slice(u.start, u.end)) for p in passages for u in p.units]
    kept = [at for at, (_, unit, text) in enumerate(units) if is_candidate(unit, text)]
    gold = re.sub(r"\W", "-", example.gold)
    answers = [
        holds(example, text) and example.answerable and (not gold or p.source.id == gold) for p, _, text in units
    ]
    names = tuple(table[0])
    rows = np.array([[row[name] for name in names] for row in table], np.float32)
    return Case(
        example.set, example.group, example.role, example.answerable, names, rows[kept], np.array(answers)[kept],
        untouched(example),
    )  # fmt: skip


def plain(text: str) -> str:
    """Small letters and digits, single blanks, a blank at each end."""
    return f" {re.sub(r'[^a-z0-9]+', ' ', text.lower()).strip()} "


def holds(example: Example, text: str) -> bool:
    """Whether a unit holds an answer or one of the sentences marked as the answer's."""
    inside = plain(text)
    if example.sentences:
        return any(plain(s) in inside or inside in plain(s) for s in example.sentences if len(plain(s)) > 5)
    return any(plain(answer) in inside for answer in example.answers if plain(answer).strip())


if __name__ == "__main__":
    measure(*map(Path, sys.argv[1:5]))
