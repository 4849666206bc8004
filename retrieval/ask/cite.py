"""Which characters of which passages carry a sentence: the fewest units that hold its words, figures and quoted words.

Knows passages, units and words; must not know models or prompts. The numbers that a reader sees are given here, by
first use: those that a model wrote only say where to look.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.ask.entail import coverage
from retrieval.ask.prose import Written
from retrieval.ask.quotes import find, quotations
from retrieval.types import Citation, Draft, Passage, Statement, Unit

MOST = 3  # units that one sentence may rest on
GAIN = 0.08  # share of a sentence's content that a further unit must add


def choose(sentence: str, units: Sequence[str], needed: Sequence[int] = ()) -> list[int]:
    """Indexes of the units to cite, in their order; `needed` are those that hold the words quoted in the sentence.

    Greedy: the unit that adds most of the sentence's content, weighted by rarity, until a further one adds too little.
    """
    if not units:
        return []
    rarity, held = coverage(sentence, units)
    weights = rarity / max(float(rarity.sum()), 1e-6)
    chosen = list(dict.fromkeys(needed))
    best = held[:, chosen].max(axis=1) if chosen and len(rarity) else np.zeros(len(rarity), np.float32)
    while len(chosen) < MOST and len(rarity):
        gains = weights @ np.maximum(held - best[:, None], 0)
        gains[chosen] = -1.0
        index = int(np.argmax(gains))
        if gains[index] < GAIN and chosen:
            break
        chosen.append(index)
        best = np.maximum(best, held[:, index])
    return sorted(chosen or [0])


def renumbered(draft: Draft) -> Draft:
    """The draft with its citations numbered 1, 2, … again, after some were dropped; in its notes too."""
    number = {citation.n: place for place, citation in enumerate(draft.citations, 1)}
    return dataclasses.replace(
        draft,
        statements=tuple(
            dataclasses.replace(one, citations=tuple(number[n] for n in one.citations)) for one in draft.statements
        ),
        citations=tuple(dataclasses.replace(one, n=number[one.n]) for one in draft.citations),
        notes=tuple(re.sub(r"\[(\d+)\]", lambda m: f"[{number.get(int(m[1]), m[1])}]", note) for note in draft.notes),
    )


@dataclass(frozen=True, slots=True)
class Cites:
    """The passages that the model was shown, number 1 first."""

    passages: tuple[Passage, ...]

    def place(self, written: Written, taken: Sequence[Citation]) -> tuple[Statement, tuple[Citation, ...], str]:
        """The sentence as a statement with citations, those in `taken` under their numbers, or why there is none."""
        nothing = Statement(written.text, ()), ()
        if written.refused:
            return *nothing, written.refused
        if not written.numbers:
            return *nothing, "it names no source"
        strange = next((n for n in written.numbers if not 1 <= n <= len(self.passages)), None)
        if strange is not None:
            return *nothing, f"it cites [{strange}], which does not exist"
        places = [(p, u) for n in written.numbers for p in [self.passages[n - 1]] for u in _citable(p)]
        texts = [passage.slice(unit.start, unit.end) for passage, unit in places]
        quoted = [find(quotation.text, texts) for quotation in quotations(written.text)]
        needed = [match.text for match in quoted if match.verdict == "found"]
        spans = _merged([places[index] for index in choose(written.text, texts, needed[:MOST])])
        found = number(spans, taken)
        return Statement(written.text, tuple(citation.n for citation in found)), found, ""


def number(spans: Sequence[tuple[Passage, int, int]], taken: Sequence[Citation]) -> tuple[Citation, ...]:
    """Citations of the spans: one that is in `taken` keeps its number, a new one gets the next."""
    known = {(citation.passage, citation.start, citation.end): citation for citation in taken}
    found: list[Citation] = []
    for passage, start, end in spans:
        old = known.get((passage.id, start, end))
        fresh = len(known) + 1
        citation = old or Citation(fresh, passage.id, passage.source, passage.slice(start, end), start, end)
        known[passage.id, start, end] = citation
        found.append(citation)
    return tuple(found)


def _citable(passage: Passage) -> list[Unit]:
    """Its units without headings; all there is where it has no units."""
    units = [unit for unit in passage.units if unit.kind != "heading"]
    return units or [Unit(passage.start, passage.end, "sentence")]


def _merged(places: Sequence[tuple[Passage, Unit]]) -> list[tuple[Passage, int, int]]:
    """Spans to cite; sentences that follow each other in one paragraph are one span."""
    spans: list[tuple[Passage, int, int]] = []
    for passage, unit in sorted(places, key=lambda place: (place[0].id, place[1].start)):
        before = spans[-1] if spans else None
        if before and before[0].id == passage.id and unit.kind == "sentence":
            between = passage.slice(before[2], unit.start)
            if not between.strip() and "\n" not in between:
                spans[-1] = (passage, before[1], unit.end)
                continue
        spans.append((passage, unit.start, unit.end))
    return spans
