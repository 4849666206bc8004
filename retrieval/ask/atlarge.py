"""Questions for the factors or the tactics at large, and their answers: every head that the corpus has, widest first.

Knows the words of such questions, evidence and drafts. Must not know how factors and tactics are recognised: it is
given them in groups.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from retrieval.ask.extract import cite, word
from retrieval.ask.facts import content, stem
from retrieval.ask.select import Groups, same
from retrieval.types import Citation, Draft, Evidence, Query, Statement

ITEMS, TOPICAL = 12, 6
"""Statements of an answer at large, and of one that narrows itself to a topic."""

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
_WHAT_IF = re.compile(
    r"\bwhat (?:would |will |might |could )?happens? (?:if|when)\b|\bwhat (?:if|follows if)\b", re.IGNORECASE
)
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
    give gives given take taken
    what which why could can may might would should do be an""".split()
)


@dataclass(frozen=True, slots=True)
class AtLarge:
    """What such a question wants.

    `topic` holds the stems of what it narrows itself to, `names` those it names, `subject` who it is that refuses.
    """

    kind: Literal["factor", "tactic"]
    topic: frozenset[str]
    names: tuple[str, ...]
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Surveyed:
    """Heads as groups of evidence, the first member of each the one that is told; how many heads there are in all.

    `narrowed` is true where the question names somebody whom only some sources name; `exact` where one head holds every
    word of the question's topic.
    """

    groups: Groups
    narrowed: bool
    exact: bool
    heads: int
    sources: int


Survey = Callable[[AtLarge, Query], Surveyed]


def at_large(question: str) -> AtLarge | None:
    """What a question for the factors or tactics at large wants; None where it is about one event or anything else."""
    words = content(question)
    named = tuple(dict.fromkeys(one.text for one in words if one.text[:1].isupper() and one.stem not in _AT_LARGE))
    others = frozenset(one.stem for one in words if one.stem not in _AT_LARGE and one.text not in named)
    if _WHAT_IF.search(question):
        return AtLarge("tactic", others, named) if others else None
    if others or any(character.isdigit() for character in question):
        return None
    if _TACTICS.search(question):
        return AtLarge("tactic", frozenset(), named)
    if _FACTORS.search(question) and _REFUSED.search(question):
        return AtLarge("factor", frozenset(), named, _subject(question, named))
    return None


def _subject(question: str, named: Sequence[str]) -> str:
    """The first of the names that is not one's who says so."""
    bare = _ACCORDING.sub(" ", question)
    return next((name for name in named if name in bare), "")


def extend(draft: Draft, query: Query, wanted: AtLarge, found: Surveyed) -> Draft:
    """The draft and, behind its own statements, the heads that it does not tell yet; with a note of how many there are.

    The draft's support is left as it is: what was added is its sources' own words, but nobody measured whether a
    list is the answer.
    """
    if (found.narrowed or found.exact) and found.groups:  # what the draft tells may be anybody's, or another step
        draft = dataclasses.replace(draft, statements=(), citations=())
    statements, citations = list(draft.statements), list(draft.citations)
    for group in found.groups:
        if len(statements) >= (TOPICAL if wanted.topic else ITEMS):
            break
        if any(_told(member, citations) for member in group):
            continue
        added = [cite(member, len(citations) + at) for at, member in enumerate(_distinct(group), 1)]
        citations += added
        statements.append(Statement(word(query, group[0], WORDS), tuple(one.n for one in added)))
    return dataclasses.replace(
        draft,
        statements=tuple(statements),
        citations=tuple(citations),
        notes=(*draft.notes, _note(wanted, found, len(statements), citations)),
    )


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


def _note(wanted: AtLarge, found: Surveyed, told: int, citations: Sequence[Citation]) -> str:
    sources = len({one.source.id for one in citations})
    return (
        f"{told} {wanted.kind}s told, from {sources} source{'s' if sources != 1 else ''}; the index holds {found.heads}"
        f" from {found.sources}: `parley {wanted.kind}s` lists them all."
    )
