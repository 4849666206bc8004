"""The list or table whose introduction asks what the question asks: then every item of it is the answer.

"Where did the parties still differ in the draft?" is answered by what stands under "The draft shows where the parties
still differed:", whole, though no single item holds the question's words. Knows evidence and the comparison of words;
must not know scores of retrieval or how statements are worded.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from retrieval.ask.asks import asks
from retrieval.ask.dates import dates
from retrieval.ask.entail import coverage
from retrieval.ask.names import unnamed
from retrieval.types import Evidence, Query

HELD = 0.72  # share of the question's words, weighed by rarity, that introduction, heading and title must hold
HELD_ALONE = 0.3  # share that the introduction must hold alone, where the question asks for several things
HELD_FOR_ONE = 0.75  # the same where it asks for one
LISTED_AT_MOST = 10
_WHO = re.compile(r"^\W*(?:who\b|(?:which|what) (?:\w+ ){0,2}(?:countries|states|governments|leaders|people)\b)", re.I)


def introduced(query: Query, evidence: Sequence[Evidence]) -> tuple[list[Evidence], float]:
    """The items or rows under the introduction that asks the question, in their order, and how much of it that holds.

    ([], 0.0) where there is none: no list, or a name or date of the question that introduction and headings lack.
    """
    lists: dict[tuple[str, str, str], list[Evidence]] = {}
    for one in evidence:
        if one.unit.kind in ("item", "row") and one.unit.lead_in and "|" not in one.unit.lead_in:
            passage = one.hit.passage
            key = (passage.source.id, passage.document_hash, one.unit.lead_in)
            lists.setdefault(key, []).append(one)
    lists = {key: members for key, members in lists.items() if len(members) > 1}
    if not lists:
        return [], 0.0
    frames = [_frame(members[0]) for members in lists.values()]
    alone = [members[0].unit.lead_in for members in lists.values()]
    rarity, held = coverage(query.standalone, [*frames, *alone])
    shares = (rarity @ held) / max(float(rarity.sum()), 1e-6)
    framed, own = shares[: len(frames)], shares[len(frames) :]
    best = max(range(len(frames)), key=lambda at: float(framed[at] + own[at]))
    needed = HELD_ALONE if asks(query.standalone).wants_list else HELD_FOR_ONE
    if framed[best] < HELD or own[best] < needed or _lacks(query.standalone, frames[best]):
        return [], 0.0
    members = sorted(list(lists.values())[best], key=lambda one: one.unit.start)
    if not names_whom(query.standalone, members):
        return [], 0.0
    return members[:LISTED_AT_MOST], float(framed[best])


def names_whom(question: str, members: Sequence[Evidence]) -> bool:
    """Whether half of the items at least name somebody whom the question does not, where it asks for countries or
    people."""
    naming = sum(bool(unnamed(one.quote, question)) for one in members)
    return not _WHO.search(question) or 2 * naming >= len(members)


def _frame(one: Evidence) -> str:
    """What introduces a list: its lead-in, under the nearest heading and the title."""
    return " . ".join([one.unit.lead_in, *one.hit.passage.headings[-1:], one.hit.passage.source.title])


def _lacks(question: str, frame: str) -> bool:
    """Whether the introduction lacks a name or a date of the question: then it is about something else."""
    known = dates(frame)
    return bool(unnamed(question, frame)) or any(not any(d.within(o) for o in known) for d in dates(question))
