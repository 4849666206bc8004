"""What the sources say of a claim: supported, contradicted, or not in them, with the units for and against.

A unit speaks of the claim when it holds what the claim is about. It supports the claim when nothing of the claim is
missing from it: no date, amount, name or negation differs and the entailment score is high. It contradicts the claim
when it says the same but for one of those. Knows retrieval and the comparisons; no language model is asked.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.ask.amounts import amounts, unstated
from retrieval.ask.clean import clean_question
from retrieval.ask.dates import Date, dates, read_date
from retrieval.ask.entail import coverage, entailment, stems
from retrieval.ask.facts import content, stem
from retrieval.ask.names import names, unnamed
from retrieval.ask.negation import contradiction
from retrieval.ask.retrieve import retrieve, retrieve_given
from retrieval.ask.roles import exchanged
from retrieval.ask.steps import Tools
from retrieval.ask.synonyms import LIGHT, opposite_of, said_by
from retrieval.index.index import Index
from retrieval.models import Embedder
from retrieval.types import Check, Citation, Hit, Passage, Query, Unit, Verdict

PASSAGES = 12  # passages read for a claim
UNITS = 8  # units compared in earnest: those that hold most of the claim's words
SUPPORTED = 0.5  # entailment from which a unit without a conflict supports the claim
ABOUT = 0.6  # share of the claim's words, weighed by rarity, that a unit must hold to speak of it
WHOLE = 0.85  # that share from which two differences still speak of the same thing
BESIDE = 0.75  # that share from which a contradiction is shown beside what supports the claim
NEAR = 0.6  # nearness from which another word says the same
RARE = 3.0  # rarity (natural logarithm) from which a word of the claim may not be missing
REPEATED, LOST = 0.8, 4  # share of the claim's words as they are under which it is reworded; words it may then lose
SENSE, ALIKE = 0.7, 0.75  # cosine from which other words have that sense, and from which a difference is of the same
SHOWN = 3
_COUNTED = 30  # characters after a number within which what it counts stands
_AT_LEAST = re.compile(
    r"\b(?:at least|(?<!no )(?<!not )more than|no fewer than|no less than|(?:over|above) (?=\W?\d))", re.IGNORECASE
)
_AT_MOST = re.compile(
    r"\b(?:at most|(?:no|not) more than|less than|fewer than|up to (?=\W?\d)|(?:under|below) (?=\W?\d))", re.IGNORECASE
)
_EXCEPT = re.compile(r"\b(?:except|excluding|apart from|but not|other than)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Finding:
    """One unit beside the claim: `held` is the share of the claim's words it holds, `conflicts` what differs.

    `repeated` is the share of the claim's words that it has as they are, `near` the cosine of the two.
    """

    hit: Hit
    unit: Unit
    held: float
    entailed: float
    conflicts: tuple[str, ...]
    missing: tuple[str, ...]
    repeated: float = 1.0
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
        whole = not one.missing and one.entailed >= SUPPORTED and one.held >= ABOUT
        return not one.conflicts and (whole or _reworded(one))
    if verdict == "contradicted":
        turned = any(conflict.startswith("it ") for conflict in one.conflicts)  # a word turned round, and its figure
        few = len(one.conflicts) == 1 or (len(one.conflicts) == 2 and turned and one.held >= WHOLE)
        lost = one.missing and not (_few_plain(one) and one.near >= ALIKE)
        return few and not lost and one.held >= ABOUT
    return False


def _reworded(one: Finding) -> bool:
    """Whether a unit says the claim in other words: much of its wording is another, its sense near, nothing named lost.

    Where all but a word or two are the same, a word that is lost is a word changed.
    """
    return _few_plain(one) and one.repeated < REPEATED and one.near >= SENSE and one.entailed >= SUPPORTED


def _few_plain(one: Finding) -> bool:
    return len(one.missing) <= LOST and all(word.islower() and word.replace("-", "").isalpha() for word in one.missing)


def _compare(claim: str, hit: Hit, unit: Unit, held: float, embedder: Embedder) -> Finding:
    quote = hit.passage.slice(unit.start, unit.end)
    frame = " . ".join([hit.passage.source.title, *hit.passage.headings, unit.lead_in])
    stated = _stated(hit.passage, unit)
    conflicts: list[str] = []
    missing: list[str] = _lost_words(claim, f"{stated} . {frame}", conflicts)
    claim = _ranges_spelt(claim)
    _compare_dates(claim, stated, hit.passage, conflicts, missing)
    _compare_amounts(claim, stated, conflicts, missing)
    _compare_counts(claim, stated, conflicts, missing)
    _compare_names(claim, stated, frame, conflicts, missing)
    if turned := contradiction(claim, quote) or contradiction(claim, stated) or exchanged(claim, stated):
        conflicts.append(turned)
    entailed = entailment(claim, [quote], frame, embedder)
    repeated, near = _likeness(claim, stated, frame, embedder)
    return Finding(hit, unit, held, entailed, *_settled(conflicts, missing), repeated, near)


def _likeness(claim: str, stated: str, frame: str, embedder: Embedder) -> tuple[float, float]:
    """The share of the claim's words that are there as they are, weighed by rarity, and the cosine of the two."""
    rarity, held = coverage(claim, [f"{frame} . {stated}"])
    repeated = float((held[:, 0] >= 1) @ rarity) / max(float(rarity.sum()), 1e-6) if held.size else 0.0
    vectors = embedder.embed([claim, stated])
    return repeated, float(vectors[0] @ vectors[1])


def _settled(conflicts: Sequence[str], missing: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The differences, one of each kind; what conflicts is not missing besides."""
    told = {stem(word) for conflict in conflicts for word in re.findall(r"\w+", conflict)}
    kinds: dict[str, str] = {}
    for conflict in conflicts:
        kind = conflict.split()[0]
        kinds.setdefault("amount" if kind in ("number", "bound") else kind, conflict)
    return tuple(kinds.values()), tuple(w for w in dict.fromkeys(missing) if not {stem(p) for p in w.split()} & told)


def _ranges_spelt(claim: str) -> str:
    """23 and 24 June 2023 as 23 June 2023 and 24 June 2023."""
    return re.sub(r"\b(\d{1,2}) (and|to) (\d{1,2}) ([A-Z][a-z]+(?: \d{4})?)", r"\1 \4 \2 \3 \4", claim)


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


def _compare_counts(claim: str, stated: str, conflicts: list[str], missing: list[str]) -> None:
    """A number of the claim that the unit gives to another thing, where it gives this thing a number of its own.

    "Five votes and ten abstentions" beside "ten votes and five abstentions": every number is there, each elsewhere.
    An exception that the unit does not make conflicts too; a bound that it does not set is missing.
    """
    ours, theirs = _counts(claim), _counts(stated)
    for thing in ours.keys() & theirs.keys():
        if ours[thing] and theirs[thing] and not ours[thing] & theirs[thing]:
            conflicts.append(f"number of {thing}")
    for bound, contrary in ((_AT_LEAST, _AT_MOST), (_AT_MOST, _AT_LEAST)):
        if bound.search(claim) and not bound.search(stated):
            (conflicts if contrary.search(stated) else missing).append(f"bound {bound.search(claim).group()}")  # type: ignore[union-attr]
    if _EXCEPT.search(claim) and not _EXCEPT.search(stated):
        conflicts.append(f"exception {_EXCEPT.search(claim).group()}")  # type: ignore[union-attr]


def _counts(text: str) -> dict[str, set[float]]:
    """The numbers that a text gives to each thing: the first word of content within three words of them."""
    found: dict[str, set[float]] = {}
    for amount in amounts(text):
        after = [word for word in content(text) if amount.end <= word.start < amount.end + _COUNTED]
        for word in after[:2]:
            if not word.text[0].isdigit() and not word.text[0].isupper():
                found.setdefault(word.stem, set()).add(amount.value)
                break
    return found


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


def _lost_words(claim: str, text: str, conflicts: list[str]) -> list[str]:
    """The words of the claim that are rare enough to matter and that the text neither holds nor says otherwise.

    A word whose opposite the text has, and which the text lacks, is a conflict.
    """
    rarity, held = coverage(claim, [text])
    theirs = stems(text)
    lost = []
    for word, rare, near in zip(stems(claim), rarity, held[:, 0] if held.size else (), strict=False):
        if near >= 1.0 or word.isdigit():
            continue
        if other := opposite_of(word, theirs):
            conflicts.append(f"it says “{word}” where its sources say “{other}”")
        elif near < NEAR and rare >= RARE and word not in LIGHT and not said_by(word, theirs):
            lost.append(word)
    return lost


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
