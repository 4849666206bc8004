"""What the sources say of a claim: supported, contradicted, or not in them, with the units for and against.

A unit speaks of the claim when it holds what the claim is about. It supports the claim when nothing of the claim is
missing from it: no date, amount, name or negation differs and the entailment score is high. It contradicts the claim
when it says the same but for one of those. Knows retrieval and the comparisons; no language model is asked.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.ask.amounts import amounts, unstated
from retrieval.ask.dates import Date, dates, read_date
from retrieval.ask.entail import coverage, entailment, stems
from retrieval.ask.names import names, unnamed
from retrieval.ask.negation import contradiction
from retrieval.ask.retrieve import retrieve, retrieve_given
from retrieval.ask.roles import exchanged
from retrieval.ask.steps import Tools, clean_question
from retrieval.index.index import Index
from retrieval.models import Embedder
from retrieval.types import Check, Citation, Hit, Passage, Query, Unit, Verdict

PASSAGES = 12  # passages read for a claim
UNITS = 8  # units compared in earnest: those that hold most of the claim's words
SUPPORTED = 0.5  # entailment from which a unit without a conflict supports the claim
ABOUT = 0.6  # share of the claim's words, weighed by rarity, that a unit must hold to speak of it
NEAR = 0.6  # nearness from which another word says the same
RARE = 3.0  # rarity (natural logarithm) from which a word of the claim may not be missing
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One unit beside the claim: `held` is the share of the claim's words it holds, `conflicts` what differs."""

    hit: Hit
    unit: Unit
    held: float
    entailed: float
    conflicts: tuple[str, ...]
    missing: tuple[str, ...]


def check_claim(claim: str, index: Index | None, tools: Tools, context: Sequence[Passage] | None = None) -> Check:
    """What the sources, or the passages of `context` alone, say of a claim.

    Raises:
        UsageError: the claim is far too long.
    """
    started = time.perf_counter()
    text = clean_question(claim).rstrip(" ?")
    query = Query(text, text)
    if not any(map(str.isalnum, text)):
        hits: Sequence[Hit] = ()
    elif context is not None or index is None:
        hits = retrieve_given(query, context or (), tools.embedder)[:PASSAGES]
    else:
        hits = retrieve(query, index, tools.embedder, PASSAGES)
    retrieved = time.perf_counter()
    findings = weigh_claim(text, hits, tools.embedder)
    verdict, support = judge(findings)
    shown = [one for one in findings if _speaks(one, verdict)][:SHOWN]
    cited = tuple(_cite(one, number) for number, one in enumerate(shown, 1))
    ended = time.perf_counter()
    return Check(
        claim=claim,
        verdict=verdict,
        support=support,
        evidence_for=cited if verdict == "supported" else (),
        evidence_against=cited if verdict == "contradicted" else (),
        seconds={"retrieve": retrieved - started, "answer": ended - retrieved, "total": ended - started},
    )


def weigh_claim(claim: str, hits: Sequence[Hit], embedder: Embedder) -> list[Finding]:
    """The units that hold most of the claim's words, each compared with it; those that say most of it first."""
    places = [(hit, unit) for hit in hits for unit in hit.passage.units if unit.kind != "heading"]
    if not places:
        return []
    rarity, held = coverage(claim, [_stated(hit.passage, unit) for hit, unit in places])
    shares = (rarity @ held) / max(float(rarity.sum()), 1e-6)
    best = sorted(range(len(places)), key=lambda at: (-shares[at], at))[:UNITS]
    findings = [_compare(claim, *places[at], float(shares[at]), embedder) for at in best]
    return sorted(findings, key=lambda one: (len(one.conflicts) + len(one.missing), -one.entailed))


def judge(findings: Sequence[Finding]) -> tuple[Verdict, float]:
    """The verdict on all findings, and how sure it is, 0..1."""
    supporting = [one.entailed for one in findings if _speaks(one, "supported")]
    if supporting:
        return "supported", max(supporting)
    against = [one.held for one in findings if _speaks(one, "contradicted")]
    if against:
        return "contradicted", max(against)
    return "not_enough", 1.0 - max((one.held for one in findings), default=0.0)


def _speaks(one: Finding, verdict: Verdict) -> bool:
    if verdict == "supported":
        return not one.conflicts and not one.missing and one.entailed >= SUPPORTED and one.held >= ABOUT
    if verdict == "contradicted":
        return len(one.conflicts) == 1 and not one.missing and one.held >= ABOUT
    return False


def _compare(claim: str, hit: Hit, unit: Unit, held: float, embedder: Embedder) -> Finding:
    quote = hit.passage.slice(unit.start, unit.end)
    frame = " . ".join([hit.passage.source.title, *hit.passage.headings, unit.lead_in])
    stated = _stated(hit.passage, unit)
    conflicts: list[str] = []
    missing: list[str] = _lost_words(claim, f"{stated} . {frame}")
    _compare_dates(claim, stated, hit.passage, conflicts, missing)
    _compare_amounts(claim, stated, conflicts, missing)
    _compare_names(claim, stated, frame, conflicts, missing)
    if turned := contradiction(claim, quote) or contradiction(claim, stated) or exchanged(claim, stated):
        conflicts.append(turned)
    return Finding(
        hit, unit, held, entailment(claim, [quote], frame, embedder), tuple(dict.fromkeys(conflicts)), tuple(missing)
    )


def _compare_dates(claim: str, stated: str, passage: Passage, conflicts: list[str], missing: list[str]) -> None:
    """A date of the claim that the unit does not state conflicts where the unit states another of the same kind."""
    theirs = list(dates(stated))
    frame = [read_date(passage.source.date)] if passage.source.date else []
    for date in dates(claim):
        if any(date.within(other) for other in theirs):
            continue
        if any(_same_kind(date, other) for other in theirs):
            conflicts.append(f"date {claim[date.start : date.end].strip()}")
        elif not any(date.within(other) for other in frame):
            missing.append(claim[date.start : date.end].strip())


def _same_kind(one: Date, other: Date) -> bool:
    return bool(one.year) == bool(other.year) and bool(one.day) <= bool(other.day)


def _compare_amounts(claim: str, stated: str, conflicts: list[str], missing: list[str]) -> None:
    theirs = amounts(stated)
    for amount in unstated(amounts(claim), theirs):
        word = claim[amount.start : amount.end].strip()
        rivals = [other for other in theirs if other.unit == amount.unit]
        (conflicts if rivals else missing).append(f"amount {word}" if rivals else word)


def _compare_names(claim: str, stated: str, frame: str, conflicts: list[str], missing: list[str]) -> None:
    """A name of the claim that the unit lacks conflicts where the unit has one instead that the claim lacks.

    A name that only the title or a heading has counts as said where the unit names nobody else.
    """
    others = unnamed(stated, claim)
    lost = [name for name in unnamed(claim, stated) if others or unnamed(name, frame)]
    framed = [name for name in lost if not unnamed(name, frame)]
    if lost and others and len(lost) <= 2 and len(names(claim)) > len(lost) and not framed:
        conflicts.append(f"name {' '.join(lost)}")  # a first name and a family name are one difference
    else:
        missing.extend(lost)


def _lost_words(claim: str, text: str) -> list[str]:
    """The words of the claim that are rare enough to matter and that the text neither holds nor comes near."""
    rarity, held = coverage(claim, [text])
    return [
        word
        for word, rare, near in zip(stems(claim), rarity, held[:, 0] if held.size else (), strict=False)
        if near < NEAR and rare >= RARE and not word.isdigit()
    ]


def _stated(passage: Passage, unit: Unit) -> str:
    """The unit with what introduces it: what it states when it is read alone."""
    quote = passage.slice(unit.start, unit.end)
    return f"{unit.lead_in} {quote}" if unit.lead_in else quote


def _cite(one: Finding, number: int) -> Citation:
    passage = one.hit.passage
    return Citation(
        number,
        passage.id,
        passage.source,
        passage.slice(one.unit.start, one.unit.end),
        one.unit.start,
        one.unit.end,
    )
