"""What the sources say of a claim: supported, contradicted, or not in them, with the units for and against.

A unit speaks of the claim when it holds what the claim is about. It supports the claim when nothing of the claim is
missing from it: no date, amount, name or negation differs and the entailment score is high. It contradicts the claim
when it says the same but for one of those. Knows retrieval and the comparisons; no language model is asked.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.ask.clean import clean_question
from retrieval.ask.differences import differences
from retrieval.ask.entail import coverage, entailment
from retrieval.ask.facts import words
from retrieval.ask.names import canonical
from retrieval.ask.retrieve import retrieve, retrieve_given
from retrieval.ask.state import Tools
from retrieval.index.index import Index
from retrieval.models import TokenEmbedder
from retrieval.types import Check, Citation, Hit, Passage, Query, Unit, Verdict

PASSAGES = 12  # passages read for a claim
UNITS = 8  # units compared in earnest: those that hold most of the claim's words
SUPPORTED = 0.5  # entailment from which a unit without a conflict supports the claim
ABOUT = 0.6  # share of the claim's words, weighed by rarity, that a unit must hold to speak of it
WHOLE = 0.85  # that share from which two differences still speak of the same thing
BESIDE = 0.75  # that share from which a contradiction is shown beside what supports the claim
LOST = 4  # plain words that a unit may lack and still contradict the claim, where its sense is near
MEANT = 0.55  # cosine of tokens in their places from which one word means another
ALIKE = 0.75  # cosine from which a difference is of the same thing
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One unit beside the claim: `held` is the share of the claim's words it holds, `conflicts` what differs.

    `near` is the cosine of the two.
    """

    hit: Hit
    unit: Unit
    held: float
    entailed: float
    conflicts: tuple[str, ...]
    missing: tuple[str, ...]
    near: float = 0.0


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
    speaking = [one for one in findings if _speaks(one, "supported")][:SHOWN]
    denying = [one for one in findings if _speaks(one, "contradicted") and _beside(one, verdict)][:SHOWN]
    ended = time.perf_counter()
    return Check(
        claim=claim,
        verdict=verdict,
        support=support,
        evidence_for=tuple(_cite(one, number) for number, one in enumerate(speaking, 1)),
        evidence_against=tuple(_cite(one, number) for number, one in enumerate(denying, 1 + len(speaking))),
        seconds={"retrieve": retrieved - started, "answer": ended - retrieved, "total": ended - started},
    )


def _beside(one: Finding, verdict: Verdict) -> bool:
    """Whether what contradicts is shown: always for a contradicted claim, beside support where it says all but that."""
    return verdict == "contradicted" or (verdict == "supported" and one.held >= BESIDE)


def weigh_claim(claim: str, hits: Sequence[Hit], embedder: TokenEmbedder) -> list[Finding]:
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
        turned = any(conflict.startswith("it ") for conflict in one.conflicts)  # a word turned round, and its figure
        few = len(one.conflicts) == 1 or (len(one.conflicts) == 2 and turned and one.held >= WHOLE)
        lost = one.missing and not (_few_plain(one) and one.near >= ALIKE)
        return few and not lost and one.held >= ABOUT
    return False


def _few_plain(one: Finding) -> bool:
    return len(one.missing) <= LOST and all(map(_is_plain, one.missing))


def _is_plain(word: str) -> bool:
    """Whether it is an ordinary word: no name, number or date."""
    return word.islower() and word.replace("-", "").isalpha()


def _compare(claim: str, hit: Hit, unit: Unit, held: float, embedder: TokenEmbedder) -> Finding:
    quote = hit.passage.slice(unit.start, unit.end)
    frame = " . ".join([hit.passage.source.title, *hit.passage.headings, unit.lead_in])
    stated = _stated(hit.passage, unit)
    differing, lost = differences(claim, quote, stated, frame, hit.passage)
    entailed = entailment(claim, [quote], frame, embedder)
    near, lost = _in_context(claim, stated, lost, embedder)
    return Finding(hit, unit, held, entailed, differing, lost, near)


def _in_context(
    claim: str, stated: str, missing: Sequence[str], embedder: TokenEmbedder
) -> tuple[float, tuple[str, ...]]:
    """The cosine of the two, and what is missing less the plain words that one of the unit's words means in its place.

    Words are compared by their tokens' vectors, which know what stands around them.
    """
    vectors, (ours, theirs) = embedder.embed_tokens([claim, stated])
    near = float(vectors[0] @ vectors[1])
    meant = set()
    for word in words(claim):
        rows = (ours.spans[:, 0] < word.end) & (ours.spans[:, 1] > word.start)
        if canonical(word.text) in missing and _is_plain(canonical(word.text)) and rows.any() and len(theirs.vectors):
            likeness = (ours.vectors[rows] @ theirs.vectors.T).max(axis=1).mean()
            meant |= {canonical(word.text)} if likeness >= MEANT else set()
    return near, tuple(one for one in missing if one not in meant)


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
