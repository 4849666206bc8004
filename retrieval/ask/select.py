"""Which evidence becomes the answer: the best unit and what it needs, or the whole list for a question that wants one.

Knows evidence, what the question asks for, and when two texts say the same. Must not know how statements are worded.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from retrieval.ask.asks import Asks, asks
from retrieval.ask.facts import content
from retrieval.ask.features import stems_of
from retrieval.ask.furniture import leans_back, needs_company
from retrieval.ask.introduced import introduced, names_whom
from retrieval.ask.offers import offers
from retrieval.types import Evidence, Query, Unit

FACT_WORDS = 45
"""Words of an answer to a question that asks for one thing."""

_SAME = 0.75
"""Share of common stems from which two units say the same."""

_WORTHY = 0.5
"""Score beside the best one's from which another unit belongs to an answer with several parts."""

_WORTHY_AT_LARGE = 0.1
"""The same for a list, to a question for factors or tactics at large."""

_RIVAL = 0.15
"""Score beside the best one's from which the runner-up is told as well, when there is room for both."""

_RIVALS = 2
"""Runners-up that are told at most."""

_TIE, _TIED_WORDS = 0.4, 66
"""Score beside the best one's from which a runner-up is told in more words than a fact's, and how many at most."""

_SHORT = 2
"""Passages of a text so short that nothing is told of it in more words than a fact's."""

_REPEATED = 0.6
"""Share of the shorter unit's stems in the other from which a runner-up tells nothing new."""

_COUNTED = 25
"""Characters after a number within which what it counts stands."""

_LONG_QUESTION = 20
"""Words from which a sentence that ends with a question mark may tell a figure besides."""

_LISTED_AT_MOST = 8
_SENTENCES_AT_MOST = 3
_CITATIONS_AT_MOST = 3
_REASONS = re.compile(
    r"\b(?:factors?|reasons?|causes?|motives?|drivers?|explain\w*|underpin\w*|because|why|grounds)\b", re.I
)

_ADDS = re.compile(r"(?:[^\s,;:]+[\s,]+){1,14}?also\b", re.I)
_COUNTS = re.compile(r"\b(?:two|three|four|five|six|seven|several|[2-7])\s+(?:[\w-]+\s+){0,2}?[a-z]+s\b", re.I)
_FIRST = re.compile(r"\W*(?:the )?(?:first(?:ly)?|one)\b", re.I)
_NEXT = re.compile(
    r"\W*(?:the )?(?:second(?:ly)?|third(?:ly)?|fourth(?:ly)?|fifth(?:ly)?|sixth|seventh|other|next|then comes?|another"
    r"|last(?:ly)?|finally)\b",
    re.I,
)

Groups = list[list[Evidence]]


def select(
    query: Query, evidence: Sequence[Evidence], *, at_large: bool = False, sides: Sequence[Evidence] = ()
) -> Groups:
    """Groups of evidence in the order of the answer: each group says one thing, its first member says it best.

    A list question gets every item of the best list, every row of the best table, or the sentences that the best one
    counts. Another question gets the best unit, after the sentence that says who "he" is or what "also" adds to, with
    runners-up where there is room or they tie, or, where sources differ on a number or date, with the other side. To a
    question at large a list is a better answer than a sentence that scores a good deal higher. Of a comparison both
    `sides` are told.
    """
    if not evidence:
        return []
    asked = asks(query.standalone)
    chosen = (
        list(sides)
        or _counted_out(asked, evidence)
        or introduced(query, evidence)[0]
        or _listed(asked, evidence, at_large)
        or _told(asked, evidence)
    )
    taken = {one.place for one in chosen}
    return [[one, *_duplicates(one, evidence, taken)] for one in chosen]


def _listed(asked: Asks, evidence: Sequence[Evidence], at_large: bool) -> list[Evidence]:
    """Every item or row of the list that the question asks for; none if it asks for none or there is no list."""
    for one in evidence[:_SENTENCES_AT_MOST]:
        if one.score < (_WORTHY_AT_LARGE if at_large else _WORTHY) * evidence[0].score:
            break
        members = _members(one, evidence)
        if len(members) > 1 and _wants_all(asked, members[0].unit.lead_in, one) and names_whom(asked.question, members):
            return members[:_LISTED_AT_MOST]
    return []


def _wants_all(asked: Asks, lead_in: str, found: Evidence) -> bool:
    """Whether a question wants the whole list: it asks for several, or for reasons that the list promises."""
    if found.unit.kind == "row" and _names_row(asked, found):
        return False
    return asked.wants_list or ("reason" in asked.kinds and bool(_REASONS.search(lead_in)))


def _names_row(asked: Asks, row: Evidence) -> bool:
    """Whether the question is about one row: it says most of what stands in the row's first cell."""
    head = {word.stem for word in content(row.quote.strip().strip("|").split("|")[0])}
    stems = {word.stem for word in asked.content}
    return bool(head) and len(head & stems) >= max(1, len(head) - 1)


def _members(one: Evidence, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The items or rows that share a unit's introduction, or that the unit introduces, in the order of the document."""
    document = (one.hit.passage.source.id, one.hit.passage.document_hash)
    lead_in = one.unit.lead_in if one.unit.kind in ("item", "row") else one.quote
    if not lead_in:
        return []
    members = [
        other
        for other in evidence
        if other.unit.kind in ("item", "row")
        and other.unit.lead_in.strip() == lead_in.strip()
        and (other.hit.passage.source.id, other.hit.passage.document_hash) == document
    ]
    return sorted(members, key=lambda member: member.unit.start)


def _told(asked: Asks, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The best unit with its companion, the other side of a disagreement, or further sentences for a list question."""
    evidence = [one for one in evidence if not _introduces(asked, one.quote)] or evidence
    best = evidence[0]
    chosen = [*_companion(best, evidence), best]
    if asked.wants_list:
        more = [
            one
            for one in evidence[1 : _SENTENCES_AT_MOST + 1]
            if one.score >= _WORTHY * best.score and one.hit.passage.id == best.hit.passage.id and one not in chosen
        ]
        more = [one for one in more if not any(same(one, other) for other in chosen)]
        return sorted(chosen + more[: _SENTENCES_AT_MOST - 1], key=lambda one: one.unit.start)
    other = disagreeing(asked, evidence)
    if other:
        return [*chosen, other[0]]
    return chosen + _runner_up(chosen, evidence)


def _runner_up(chosen: list[Evidence], evidence: Sequence[Evidence]) -> list[Evidence]:
    """The next-best units where they are nearly as good and all stay within a fact's words: one of them will do."""
    best = chosen[-1]
    told = sum(len(one.quote.split()) for one in chosen)
    long_enough = len({one.hit.passage.id for one in evidence}) > _SHORT  # who asks of a short text can read it all
    more: list[Evidence] = []
    for one in evidence[1:]:
        if one.score < _RIVAL * best.score or len(more) == _RIVALS:
            break
        apart = one.hit.passage.id != best.hit.passage.id
        if one in chosen or (apart and leans_back(one.quote)) or any(_repeats(one, o) for o in (*chosen, *more)):
            continue
        told += len(one.quote.split())
        tied = long_enough and not more and one.score >= _TIE * best.score and told <= _TIED_WORDS
        prose = best.unit.kind == one.unit.kind == "sentence"
        if not tied and (told > FACT_WORDS or not prose):
            break
        more.append(one)
    return more


def _repeats(one: Evidence, other: Evidence) -> bool:
    """Whether the shorter of two units says little that the other does not."""
    left, right = set(stems_of(one.quote)), set(stems_of(other.quote))
    return len(left & right) >= _REPEATED * min(len(left), len(right))


def _introduces(asked: Asks, text: str) -> bool:
    """Whether a sentence only leads to what follows: it ends with a colon, or asks itself; a long question may tell a
    number or a date besides."""
    bare = text.rstrip(" \n\"'”’)")
    besides = {"number", "date"} & set(asked.kinds) and len(text.split()) >= _LONG_QUESTION
    return bare.endswith(":") or (bare.endswith("?") and not besides)


def disagreeing(asked: Asks, evidence: Sequence[Evidence]) -> list[Evidence]:
    """Units of other sources, nearly as good as the best, that give another number of the same thing or another date;
    best first."""
    best = evidence[0]
    values = _values(asked, best)
    return [
        one
        for one in evidence[1:20]
        if one.hit.passage.source.id != best.hit.passage.source.id
        and one.score >= _WORTHY * best.score
        and one.features.get("unit covers", 0.0) >= max(0.6, best.features.get("unit covers", 0.0) - 0.1)
        and any(not values[thing] & others for thing, others in _values(asked, one).items() if thing in values)
    ]


def _values(asked: Asks, one: Evidence) -> dict[str, set[str]]:
    """The numbers and dates that a unit offers as answers, as digits, by the stem of what is counted ("date")."""
    found: dict[str, set[str]] = {}
    for kind in asked.kinds:
        if kind not in ("number", "date"):
            continue
        for start, end in offers(kind, one.quote, asked.facts.stems):
            digits = re.findall(r"\d[\d.,]*\d|\d", one.quote[start:end])
            counted = content(one.quote[start : end + _COUNTED])
            things = [word.stem for word in counted if not word.text[0].isdigit()]
            thing = "date" if kind == "date" else things[0] if things else ""
            if digits:
                found.setdefault(thing, set()).update(digits)
    return found


def _companion(one: Evidence, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The sentence before a unit that begins with "He" or is very short, if both stay within a fact's words; and before
    one that tells what somebody "also" said or did, if it is an answer itself."""
    units = list(one.hit.passage.units)
    index = next((at for at, unit in enumerate(units) if unit.start == one.unit.start), 0)
    before = _of_passage(one, units[index - 1 : index] if index else [], evidence)
    if one.unit.kind != "sentence" or not before or before[0].unit.kind != "sentence":
        return []
    if _ADDS.match(one.quote) and before[0].score >= _RIVAL * one.score:
        return before
    if not (needs_company(one.quote) or len(one.quote.split()) < 6):
        return []
    return before if len(before[0].quote.split()) + len(one.quote.split()) <= FACT_WORDS else []


def _of_passage(one: Evidence, units: Sequence[Unit], evidence: Sequence[Evidence]) -> list[Evidence]:
    """The evidence of these units of a passage, in their order; fewer where a unit can answer nothing."""
    known = {other.unit.start: other for other in evidence if other.hit.passage.id == one.hit.passage.id}
    return [known[unit.start] for unit in units if unit.start in known]


def _counted_out(asked: Asks, evidence: Sequence[Evidence]) -> list[Evidence]:
    """What a question for several things is told where the best sentence only counts them ("named two conditions"): the
    sentences behind it that begin with "First", "The second" and so on."""
    best = evidence[0]
    if not asked.wants_list or best.unit.kind != "sentence" or not _COUNTS.search(best.quote):
        return []
    behind = [unit for unit in best.hit.passage.units if unit.start > best.unit.start]
    first = _of_passage(best, behind[:1], evidence)
    if not first or not _FIRST.match(first[0].quote):
        return []
    more = [one for one in _of_passage(best, behind[1:], evidence) if _NEXT.match(one.quote)]
    return [*first, *more] if more else []


def _duplicates(one: Evidence, evidence: Sequence[Evidence], taken: set[tuple[str, int]]) -> list[Evidence]:
    """Units of other sources that say the same, best first."""
    own = one.hit.passage.source.id
    found: list[Evidence] = []
    for other in evidence:
        if other.hit.passage.source.id == own or other.place in taken or not same(one, other):
            continue
        if all(other.hit.passage.source.id != kept.hit.passage.source.id for kept in found):
            found.append(other)
    return found[: _CITATIONS_AT_MOST - 1]


def same(one: Evidence, other: Evidence) -> bool:
    """Whether two units say the same in nearly the same words, numbers included."""
    left, right = set(stems_of(one.quote)), set(stems_of(other.quote))
    return bool(left | right) and len(left & right) >= _SAME * len(left | right)
