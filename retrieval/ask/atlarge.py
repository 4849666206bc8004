"""Questions for the factors or the tactics at large, and their answers: every head that the corpus has, widest first.

Knows the words of such questions, evidence and drafts. Must not know how factors and tactics are recognised: it is
given them in groups.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from retrieval.ask.extract import cite, word
from retrieval.ask.facts import content, stem
from retrieval.ask.names import unnamed
from retrieval.ask.select import Groups, same
from retrieval.ask.support import THRESHOLDS
from retrieval.ask.tallies import large_notes, voice_notes
from retrieval.ask.voiced import (
    VOICED,
    Kind,
    actor_of,
    asks_against,
    asks_demands,
    proposition_of,
    runs_of,
    topic_of,
    voiced,
)
from retrieval.types import Citation, Draft, Evidence, Query, Statement

ITEMS, TOPICAL = 20, 6
"""Statements of an answer at large, and of one that narrows itself to a topic."""

VOICES = 8
"""Statements of an answer to who says what, or what has changed."""

SEVERAL, SURE = 3, 0.5
"""Heads from which a single sentence of less support than SURE gives way to them."""

LISTED = 0.6
"""Support of a list whose heads answer by themselves: set, not fitted."""

WORDS, CITATIONS = 60, 3
"""Words of one such statement, and citations that it carries."""

_FACTORS = re.compile(
    r"\b(?:factors?|reasons|causes|motives|drivers|obstacles)\b"
    r"|^why (?!did\b|was\b|were\b).*\b(?:refus|resist|reject|reluctan|oppos"
    r"|unwilling|not (?:agree|accept|want|stop)|against)"
    r"|\b(?:explains?|behind|underl\w+)\b.*\b(?:refus|resist|reluctan|oppos)",
    re.IGNORECASE,
)
_REFUSED = re.compile(
    r"\b(?:refus|resist|reject|reluctan|oppos|unwilling|hesitan|cease-?fire|truce"
    r"|peace|(?:stop|end)\w* the (?:war|fight))",
    re.I,
)
_TACTICS = re.compile(
    r"\b(?:tactics|approaches|strategies|levers|options"
    r"|(?:what|which) (?:\w+ ){0,2}(?:measures|steps|instruments|tools|means)"
    r"|what (?:can|could|may|might|should) (?:\w+ ){1,4}do\b)",
    re.IGNORECASE,
)
_CAN_DO = re.compile(r"^what (?:can|could|may|might|should) (?:\w+ ){1,3}do\b", re.IGNORECASE)
_WHAT_IF = re.compile(
    r"\bwhat (?:would |will |might |could )?happens? (?:if|when)\b|\bwhat (?:if|follows if)\b", re.IGNORECASE
)
_IF, _OUTRIGHT = re.compile(r"\b(?:if|unless|once|as soon as)\b", re.IGNORECASE), 2.0
"""What a sentence has that says what follows on what, and the reader's log-odds from which it answers alone."""

_ACCORDING = re.compile(r"\baccording to (?:the )?[^,?]+", re.IGNORECASE)
_AT_LARGE = frozenset(
    stem(one)
    for one in """factor factors reason reasons cause causes motive motives driver drivers obstacle obstacles explain
    explains explained underlie underlying underpin behind reluctance reluctant refusal refuse refuses refusing resist
    resists resistance reject rejects rejection oppose opposes opposition unwilling unwillingness hesitancy hesitation
    agree agreeing agreement accept accepting want stop end ending fight fighting war conflict ceasefire truce
    peace talks negotiate negotiation negotiations negotiating settlement deal towards toward tactic tactics approach
    approaches strategy strategies lever levers option options measure measures step steps instrument instruments tool
    tools means employ employed use used available government governments country countries state states others other
    outsiders persuade bring move press main key core various different possible list name tell happen happens happened
    outcome outcomes expected expect likely likelier effect effects influence make get position stance according all
    give gives given take taken propose proposes proposed suggest suggests recommend recommends favour favours advise
    advises goal goals aim aims objective objectives stand stands way prevent prevents block blocks hinder hinders side
    sides together table lead leads led describe described mention mentioned result results yield
    what which why could can may might would should do be an""".split()
)


@dataclass(frozen=True, slots=True)
class AtLarge:
    """What such a question wants.

    `topic` holds the stems of what it narrows itself to, `words` the same as written, `names` those it names, `subject`
    who it is that refuses, or whose word is asked for; `spoken` what is supposed to be said, `against` whether those
    are asked for who deny it, `demands` whether demands or aims are asked for and not any word,
    `settled` whether the topic is but the war and its end.
    """

    kind: Kind
    topic: frozenset[str]
    names: tuple[str, ...]
    subject: str = ""
    words: tuple[str, ...] = ()
    spoken: str = ""
    against: bool = False
    demands: bool = False
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Surveyed:
    """Heads as groups of evidence, the first member of each the one that is told; how many heads there are in all.

    `narrowed` is true where the heads answer by themselves, whatever the best single sentence is worth: each names whom
    the question asks after, or several sources tell them; `exact` where one head holds every word of the question's
    topic. `told` is who says it and when, group by group, where that is asked; `against` are the places of those that
    deny, `named` whether the question's names narrow.
    """

    groups: Groups
    narrowed: bool
    exact: bool
    heads: int
    sources: int
    told: tuple[tuple[str, str], ...] = ()
    against: frozenset[tuple[str, int]] = frozenset()
    counts: tuple[str, ...] = ()
    named: bool = False
    denied: tuple[bool, ...] = ()


Survey = Callable[[AtLarge, Query], Surveyed]


def at_large(question: str) -> AtLarge | None:
    """What a question for factors, tactics or voices at large wants; None where it is about one event or otherwise."""
    words = content(question)
    capitals = {one.text for one in words if one.text[:1].isupper() and one.stem not in _AT_LARGE}
    named = tuple(run for run in runs_of(question) if capitals & set(run.split()))
    others = frozenset(one.stem for one in words if one.stem not in _AT_LARGE and one.text not in capitals)
    if _WHAT_IF.search(question):
        written = tuple(one.text for one in words if not one.stem.startswith("happen") and one.stem != "follow")
        return AtLarge("tactic", frozenset(map(stem, written)), (), words=written) if written else None
    if re.search(r"\b\d", question):
        return None
    if others and _CAN_DO.search(question):
        written = tuple(one.text for one in words if one.stem in others)
        return AtLarge("tactic", others, (), words=written)
    if not others and _TACTICS.search(question):
        return AtLarge("tactic", frozenset(), named)
    if not others and _FACTORS.search(question) and _REFUSED.search(question):
        return AtLarge("factor", frozenset(), named, _subject(question, named))
    return _voices(question)


def foretells(best: Evidence) -> bool:
    """Whether the best sentence says itself what follows on what ("If … stops, …"), as sure as the reader can be."""
    return bool(_IF.search(best.quote)) and best.features.get("reader unit", 0.0) >= _OUTRIGHT


def _voices(question: str) -> AtLarge | None:
    kind = voiced(question)
    if kind is None:
        return None
    actor = actor_of(question) if kind in ("said", "changed") else ""
    topic = topic_of(question, actor)
    against = kind == "who" and asks_against(question)
    if not topic or (kind in ("said", "changed") and not actor):
        return None
    spoken = proposition_of(question) if kind in ("who", "disagree") else question
    stems = frozenset(stem(word) for word in topic)
    demands, settled = asks_demands(question), stems <= _AT_LARGE
    return AtLarge(kind, stems, (), actor, topic, spoken, against, demands=demands, settled=settled)


def _subject(question: str, named: Sequence[str]) -> str:
    """The first of the names that is not one's who says so."""
    bare = _ACCORDING.sub(" ", question)
    return next((name for name in named if name in bare), "")


def extend(draft: Draft, query: Query, wanted: AtLarge, found: Surveyed) -> Draft:
    """The draft and, behind its own statements, the heads that it does not tell yet; with notes of how many there are.

    What is too weakly supported to be told alone gives way to the heads, and so does what may be anybody's, another's
    or another step's word. Where voices are asked for they are the answer, in their order.
    """
    listed = len(found.groups) >= SEVERAL and wanted.kind not in VOICED
    weak = draft.support < (SURE if listed else THRESHOLDS["balanced"])
    alone = found.named or found.exact or weak
    if wanted.kind == "said":
        weak = weak or (wanted.demands and len(found.groups) > 1) or not _names(draft, wanted.subject)
    if found.groups and (alone if wanted.kind not in VOICED else wanted.kind == "changed" or weak):
        draft = dataclasses.replace(draft, statements=(), citations=())
    statements, citations = list(draft.statements), list(draft.citations)
    first: list[int] = []  # the citation that opens each statement of a voice
    for group in found.groups:
        if len(statements) >= (ITEMS if not wanted.topic else VOICES if wanted.kind in VOICED else TOPICAL):
            break
        if any(_told(member, citations) for member in group):
            first.append(0)
            continue
        added = [cite(member, len(citations) + at) for at, member in enumerate(_distinct(group), 1)]
        first.append(added[0].n)
        citations += added
        statements.append(Statement(word(query, group[0], WORDS), tuple(one.n for one in added)))
    notes = voice_notes(wanted, found, citations, first) if wanted.kind in VOICED else ()
    if wanted.kind not in VOICED:
        notes = large_notes(wanted, found, len(statements), citations)
    return dataclasses.replace(
        draft,
        statements=tuple(statements),
        citations=tuple(citations),
        support=max(draft.support, LISTED) if found.narrowed else draft.support,
        notes=(*draft.notes, *notes),
    )


def _names(draft: Draft, subject: str) -> bool:
    """Whether every statement of the draft cites something that names whom the question asks after."""
    quotes = {one.n: one.quote for one in draft.citations}
    return all(any(not unnamed(subject, quotes[n]) for n in one.citations) for one in draft.statements)


def _distinct(group: Sequence[Evidence]) -> list[Evidence]:
    return list({one.hit.passage.source.id: one for one in reversed(group)}.values())[::-1][:CITATIONS]


def _told(one: Evidence, citations: Sequence[Citation]) -> bool:
    """Whether the draft cites that very place, or words that say the same."""
    return any(
        (cited.passage.rpartition("#")[0] == one.hit.passage.id.rpartition("#")[0]
         and cited.start < one.unit.end and one.unit.start < cited.end)
        or same_words(cited.quote, one)
        for cited in citations
    )  # fmt: skip


def same_words(quote: str, one: Evidence) -> bool:
    """Whether a quotation says the same as a unit in nearly the same words."""
    unit = dataclasses.replace(one.unit, start=0, end=len(quote))
    passage = dataclasses.replace(one.hit.passage, start=0, end=len(quote), text=quote)
    return same(dataclasses.replace(one, hit=dataclasses.replace(one.hit, passage=passage), unit=unit), one)
