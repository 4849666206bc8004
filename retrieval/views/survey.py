"""The heads that answer a question for factors or tactics at large, nearest and most widely sourced first.

Knows groups of findings and unit vectors; not how an answer is worded.
"""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from collections.abc import Mapping, Sequence, Set

import numpy as np

from retrieval.ask.atlarge import ITEMS, AtLarge, Surveyed
from retrieval.ask.entail import coverage
from retrieval.ask.furniture import leans_back
from retrieval.ask.voiced import VOICED
from retrieval.index.index import Index
from retrieval.models import TokenEmbedder
from retrieval.types import Evidence, Hit, Query
from retrieval.views.actors import named_in, speak_for
from retrieval.views.build import Group, by_actor
from retrieval.views.recognise import Finding
from retrieval.views.voices import hear, voices

NEAR = 0.2  # cosine to the question under which a head is not about it
WIDE = 0.1  # what each doubling of the sources of a head is worth beside that cosine
ABOUT, WHOLE = 0.85, 0.85  # share of a topic's words plus cosine from which a head is about it; share that is all of it
EACH = 0.12  # how near a head must come to every word of the topic to answer by itself
ENOUGH = 3  # heads, of more than one source, from which they answer by themselves
MOSTLY = (
    0.6  # share of the most named actor's findings that another must have for the factors at large to be theirs too
)
LEANING = 0.3
"""What a statement that leaves open what it speaks of loses of its likeness: it is told late, or another for it."""

COMMON = 0.4  # share of the sources that name somebody from which the name narrows nothing


def survey(groups: Sequence[Group], wanted: AtLarge, query: Query, index: Index, embedder: TokenEmbedder) -> Surveyed:
    """The groups that the question is about, each as evidence with the nearest member first."""
    if wanted.kind in VOICED:
        return hear(wanted, query, index, embedder)
    held = voices(index).offices if wanted.names else {}
    if wanted.subject and not _is_theirs(groups, speak_for(wanted.subject, held), held):
        return Surveyed([], False, False, 0, 0)
    narrowing = _narrowing(groups, wanted.names, held)
    spoken = [dataclasses.replace(one, members=_naming(one, narrowing, held)) for one in groups]
    vector = embedder.embed([query.standalone])[0]
    vectors = index.unit_vectors(list({m.passage.id for group in spoken for m in group.members}))
    ranked: list[tuple[float, Group, list[Evidence]]] = []
    for group in (one for one in spoken if one.members):
        members = sorted((_evidence(one, vector, vectors) for one in group.members), key=lambda one: -one.score)
        share = _share(group, wanted)[0]
        if (share + members[0].score >= ABOUT) if wanted.topic else (members[0].score >= NEAR):
            ranked.append((members[0].score + WIDE * math.log2(group.sources) + share, group, members))
    if wanted.topic and any(_share(group, wanted)[1] >= EACH for _, group, _ in ranked):
        ranked = [one for one in ranked if _share(one[1], wanted)[1] >= EACH / 2]
    ranked.sort(key=lambda one: -one[0])
    told = [group for _, group, _ in ranked]
    sources = {one.passage.source.id for group in groups for one in group.members}
    near = {one.passage.source.id for group in told for one in group.members}
    return Surveyed(
        [side for _, group, members in ranked for side in _sides(group, members)],
        bool(narrowing) or _answer_alone(told, near, wanted),
        bool(wanted.topic) and any(_share(group, wanted)[0] >= WHOLE for group in told),
        len(groups),
        len(sources),
        against=frozenset((m.passage.id, m.unit.start) for g in told for m in g.members if m.says == "denies"),
        counts=tuple(f"“{g.head}”: {g.counted}" for g in told[:ITEMS] if 0 < g.against < g.sources),
        named=bool(narrowing),
    )


def _sides(group: Group, members: Sequence[Evidence]) -> list[list[Evidence]]:
    """Those who say so, then those who deny it: a source is cited only for what it says."""
    denying = {(one.passage.id, one.unit.start) for one in group.members if one.says == "denies"}
    sides: tuple[list[Evidence], list[Evidence]] = ([], [])
    for member in members:
        sides[(member.hit.passage.id, member.unit.start) in denying].append(member)
    return [side for side in sides if side]


def _is_theirs(groups: Sequence[Group], names_of: frozenset[str], held: Mapping[str, str]) -> bool:
    """Whether the heads are mostly about what this actor refuses: else a list of them would be another's reasons."""
    spoken = Counter(
        name
        for group in groups
        for one in group.members
        for name in {held.get(name, name) for name in named_in(f"{one.unit.lead_in} {one.words}")}
    )
    return max(spoken[held.get(name, name)] for name in names_of) >= MOSTLY * max(spoken.values(), default=1)


def _narrowing(groups: Sequence[Group], named: Sequence[str], held: Mapping[str, str]) -> list[str]:
    """The names save those that nearly every source has."""
    findings = [one for group in groups for one in group.members]
    most = COMMON * len({one.passage.source.id for one in findings})
    return [n for n in named if len({one.passage.source.id for one in by_actor(findings, n, held)}) < most]


def _answer_alone(told: Sequence[Group], sources: Set[str], wanted: AtLarge) -> bool:
    """Whether heads answer whatever a single sentence is worth: one holds something of each word, or there are many."""
    if wanted.topic:
        return any(_share(group, wanted)[1] >= EACH for group in told)
    return len(told) >= ENOUGH and len(sources) > 1


def _share(group: Group, wanted: AtLarge) -> tuple[float, float]:
    """The share of the topic's words, weighed by rarity, that one member comes near, and how near to the farthest word.

    1 and 1 without a topic.
    """
    if not wanted.topic:
        return 1.0, 1.0
    rarity, held = coverage(" ".join(wanted.words), [f"{one.head} {one.words}" for one in group.members])
    shares = (rarity @ held) / max(float(rarity.sum()), 1e-6)
    best = int(shares.argmax())
    return float(shares[best]), float(held[:, best].min())


def _naming(group: Group, named: Sequence[str], held: Mapping[str, str]) -> tuple[Finding, ...]:
    """The members that name them all."""
    members = group.members
    for name in named:
        members = tuple(by_actor(members, name, held))
    return members


def _evidence(one: Finding, vector: np.ndarray, vectors: dict[str, np.ndarray]) -> Evidence:
    rows = vectors.get(one.passage.id)
    place = next((n for n, unit in enumerate(one.passage.units) if unit.start == one.unit.start), -1)
    near = float(rows[place] @ vector) if rows is not None and 0 <= place < len(rows) else 0.0
    near -= LEANING * leans_back(one.passage.slice(one.unit.start, one.unit.end))
    return Evidence(Hit(one.passage, near), one.unit, near)
