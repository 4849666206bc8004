"""Two sources side by side: what each says nearest to a topic, or to the topics that both have.

Knows the index and unit vectors; not how the pairs are shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.ask.retrieve import retrieve
from retrieval.index.index import Index
from retrieval.models import TokenEmbedder
from retrieval.types import Passage, Query, Unit

TOPICS = 8
PASSAGES = 4
NEAR = 0.45  # cosine under which a unit is not about the topic


@dataclass(frozen=True, slots=True)
class Said:
    """A unit and how near it is to the topic, a cosine."""

    passage: Passage
    unit: Unit
    near: float


@dataclass(frozen=True, slots=True)
class Pair:
    """What each of two sources says of a topic; None where it says nothing near it."""

    topic: str
    left: Said | None
    right: Said | None


def compare(index: Index, embedder: TokenEmbedder, left: str, right: str, topic: str = "") -> list[Pair]:
    """What `left` and `right`, ids of sources, say of a topic, or of each heading of the first that both speak of."""
    topics = [topic] if topic else _headings(index, left) + _headings(index, right)
    pairs = [
        Pair(one, _nearest(index, embedder, one, left), _nearest(index, embedder, one, right))
        for one in dict.fromkeys(topics)
    ]
    if topic:
        return pairs
    both = [pair for pair in pairs if pair.left and pair.right]
    seen: set[tuple[str, int]] = set()
    kept: list[Pair] = []
    for pair in sorted(both, key=lambda pair: -min(s.near for s in (pair.left, pair.right) if s)):
        places = {(s.passage.id, s.unit.start) for s in (pair.left, pair.right) if s}
        if not places & seen:
            kept.append(pair)
            seen |= places
    return kept[:TOPICS]


def _headings(index: Index, source: str) -> list[str]:
    number = index.lexical.documents.index(source)
    passages = index.passages([index.lexical.ids[row] for row in index.lexical.rows[number]])
    return list(dict.fromkeys(passage.headings[-1] for passage in passages if passage.headings))


def _nearest(index: Index, embedder: TokenEmbedder, topic: str, source: str) -> Said | None:
    hits = retrieve(Query(topic, topic, (), (source,)), index, embedder, PASSAGES)
    vectors = index.unit_vectors([hit.passage.id for hit in hits])
    wanted = embedder.embed([topic])[0]
    said = [
        Said(hit.passage, unit, float(vector @ wanted))
        for hit in hits
        for unit, vector in zip(hit.passage.units, vectors.get(hit.passage.id, ()), strict=False)
        if unit.kind != "heading"
    ]
    best = max(said, key=lambda one: one.near, default=None)
    return best if best and best.near >= NEAR else None


def differing_dates(pairs: Sequence[Pair]) -> list[str]:
    """The dates of the two sources of each pair, where both are dated and differ: which is the newer."""
    found = []
    for pair in pairs:
        if pair.left and pair.right:
            one, other = pair.left.passage.source, pair.right.passage.source
            if one.date and other.date and one.date != other.date:
                found.append(f"{max(one, other, key=lambda source: source.date).title} is the newer of the two")
    return list(dict.fromkeys(found))
