"""A small deterministic engine for tests of runs: word overlap over a few documents, no index and no model.

It is content-dependent: what it retrieves, quotes and abstains from follows from the words of question and documents.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Sequence

from retrieval.types import (
    Answer,
    Check,
    Citation,
    Document,
    Evidence,
    Hit,
    Passage,
    Query,
    Source,
    Statement,
    Trace,
    Turn,
    Unit,
)

TEXTS = {
    "canal": "# The canal\n\nThe canal opened in 1911. It carries barges of grain.\n\nIts keeper is Marta Vel.",
    "tower": "# The tower\n\nThe tower is 40 metres tall. The bells ring at noon.\n\nVisitors climb 212 steps.",
    "market": "# The market\n\nThe market sells apples and honey. Honey comes from the hills.",
}


def make_document(name: str, text: str) -> Document:
    source = Source(id=name, title=name.title(), date="2024")
    return Document(source, text, hashlib.sha256(text.encode()).hexdigest()[:8])


DOCUMENTS = tuple(make_document(name, text) for name, text in TEXTS.items())


def split_paragraphs(document: Document) -> list[Passage]:
    """Paragraphs as passages and their sentences as units."""
    passages = []
    for paragraph in re.finditer(r"[^\n]+", document.text):
        if paragraph[0].startswith("#"):
            continue
        units = tuple(
            Unit(paragraph.start() + s.start(), paragraph.start() + s.end(), "sentence")
            for s in re.finditer(r"[^.]+\.?(?=\s|$)", paragraph[0])
            if s[0].strip()
        )
        passages.append(
            Passage(document.source, document.hash, paragraph.start(), paragraph.end(), paragraph[0], (), units)
        )
    return passages


COMMON = frozenset(
    ["about", "did", "do", "does", "is", "it", "not", "of", "that", "the", "there", "they", "what", "which"]
)


def stems(text: str) -> set[str]:
    return {word[:4] for word in re.findall(r"\w+", text.lower()) if word not in COMMON}


def overlap(question: str, text: str) -> float:
    """The share of the question's words, cut to four letters, that the text has."""
    asked = stems(question)
    return len(asked & stems(text)) / max(1, len(asked))


class OverlapEngine:
    """Answers with the sentence that shares most words; abstains under half; crashes on the word "crash"."""

    index_version = "overlap-1"

    def __init__(self, pause: float = 0.0, asked: Callable[[str], None] = lambda question: None) -> None:
        self.pause, self.asked = pause, asked

    def show(self, passage_id: str) -> Passage:
        return {p.id: p for d in DOCUMENTS for p in split_paragraphs(d)}[passage_id]

    def ask(self, question: str, history: Sequence[Turn] = (), *, context: Sequence[Passage] | None = None) -> Answer:
        began = time.perf_counter()
        self.asked(question)
        time.sleep(self.pause)
        if "crash" in question:
            raise ValueError(f"cannot read {question!r}")
        standalone = " ".join([*(turn.text for turn in history), question])
        hits = self._hits(standalone, context)
        evidence = sorted(
            (
                Evidence(hit, unit, overlap(standalone, hit.passage.slice(unit.start, unit.end)))
                for hit in hits
                for unit in hit.passage.units
            ),
            key=lambda one: (-one.score, one.hit.passage.id, one.unit.start),
        )
        best = evidence[0] if evidence and evidence[0].score >= 0.5 else None
        citations, statements = (), ()
        if best:
            passage = best.hit.passage
            citations = (Citation(1, passage.id, passage.source, best.quote, best.unit.start, best.unit.end),)
            statements = (Statement(best.quote, (1,)),)
        return Answer(
            query=Query(question, standalone, tuple(history)),
            answered=bool(best),
            support=evidence[0].score if evidence else 0.0,
            reason=None if best else "no_evidence",
            statements=statements,
            citations=citations,
            nearest=() if best else tuple(hits[:3]),
            retrieved=tuple(hits),
            engine="overlap",
            index_version=self.index_version,
            seconds={"retrieve": 0.001, "total": time.perf_counter() - began},
            trace=Trace(),
        )

    def check(self, claim: str, *, context: Sequence[Passage] | None = None) -> Check:
        began = time.perf_counter()
        answer = self.ask(claim, context=context)
        against = answer.answered and " not " in f" {claim} "
        verdict = "contradicted" if against else "supported" if answer.answered else "not_enough"
        return Check(
            claim=claim,
            verdict=verdict,
            support=answer.support,
            evidence_for=() if against else answer.citations,
            evidence_against=answer.citations if against else (),
            seconds={"total": time.perf_counter() - began},
        )

    def _hits(self, question: str, context: Sequence[Passage] | None) -> list[Hit]:
        passages = [p for d in DOCUMENTS for p in split_paragraphs(d)] if context is None else context
        scored = sorted(((overlap(question, p.text), p) for p in passages), key=lambda one: (-one[0], one[1].id))
        return [Hit(p, s, rank_lexical=n, score_lexical=s) for n, (s, p) in enumerate(scored, 1) if s > 0]
