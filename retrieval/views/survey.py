"""The heads that answer a question for factors or tactics at large, nearest and most widely sourced first.

Knows groups of findings and unit vectors; not how an answer is worded.
"""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from retrieval.ask.atlarge import AtLarge, Surveyed
from retrieval.ask.facts import content
from retrieval.ask.names import canonical, names
from retrieval.index.index import Index
from retrieval.models import TokenEmbedder
from retrieval.types import Evidence, Hit, Query
from retrieval.views.build import Group, by_actor
from retrieval.views.recognise import Finding

NEAR = 0.2  # cosine to the question under which a head is not about it
WIDE = 0.1  # what each doubling of the sources of a head is worth beside that cosine
HALF = 0.5  # share of the topic's words that a head must have
MOSTLY = (
    0.6  # share of the most named actor's findings that another must have for the factors at large to be theirs too
)
COMMON = 0.4  # share of the sources that name somebody from which the name narrows nothing


def survey(groups: Sequence[Group], wanted: AtLarge, query: Query, index: Index, embedder: TokenEmbedder) -> Surveyed:
    """The groups that the question is about, each as evidence with the nearest member first."""
    if wanted.subject and not _is_theirs(groups, wanted.subject):
        return Surveyed([], False, False, 0, 0)
    narrowing = _narrowing(groups, wanted.names)
    spoken = [dataclasses.replace(one, members=_naming(one, narrowing)) for one in groups]
    narrowed = [one for one in spoken if one.members and _share(one, wanted.topic) >= HALF]
    vector = embedder.embed([query.standalone])[0]
    vectors = index.unit_vectors(list({m.passage.id for group in narrowed for m in group.members}))
    ranked: list[tuple[float, list[Evidence]]] = []
    for group in narrowed:
        members = sorted((_evidence(one, vector, vectors) for one in group.members), key=lambda one: -one.score)
        if members[0].score >= NEAR or wanted.topic:
            worth = members[0].score + WIDE * math.log2(group.sources) + _share(group, wanted.topic)
            ranked.append((worth, members))
    ranked.sort(key=lambda one: -one[0])
    sources = {one.passage.source.id for group in groups for one in group.members}
    exact = bool(wanted.topic) and any(_share(group, wanted.topic) == 1.0 for group in narrowed)
    return Surveyed([members for _, members in ranked], bool(narrowing), exact, len(groups), len(sources))


def _is_theirs(groups: Sequence[Group], subject: str) -> bool:
    """Whether the heads are mostly about what this actor refuses: else a list of them would be another's reasons."""
    spoken = Counter(
        name
        for group in groups
        for one in group.members
        for name in {canonical(word) for word in names(f"{one.unit.lead_in} {one.words}")}
    )
    return spoken[canonical(subject)] >= MOSTLY * max(spoken.values(), default=1)


def _narrowing(groups: Sequence[Group], named: Sequence[str]) -> list[str]:
    """The names save those that nearly every source has."""
    findings = [one for group in groups for one in group.members]
    most = COMMON * len({one.passage.source.id for one in findings})
    return [name for name in named if len({one.passage.source.id for one in by_actor(findings, name)}) < most]


def _share(group: Group, topic: frozenset[str]) -> float:
    """The share of the topic's words that one member has; 1 where there is no topic."""
    held = ({word.stem for word in content(f"{one.head} {one.words}")} for one in group.members)
    return max(len(topic & stems) / len(topic) for stems in held) if topic else 1.0


def _naming(group: Group, named: Sequence[str]) -> tuple[Finding, ...]:
    """The members that name them all."""
    members = group.members
    for name in named:
        members = tuple(by_actor(members, name))
    return members


def _evidence(one: Finding, vector: np.ndarray, vectors: dict[str, np.ndarray]) -> Evidence:
    rows = vectors.get(one.passage.id)
    place = next((n for n, unit in enumerate(one.passage.units) if unit.start == one.unit.start), -1)
    near = float(rows[place] @ vector) if rows is not None and 0 <= place < len(rows) else 0.0
    return Evidence(Hit(one.passage, near), one.unit, near)
