"""The views: findings of the whole index joined under heads, dated statements in order, two sources side by side.

Built when first asked for and kept for one index version. Knows the index and findings; not how they are shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.ask.dates import Date, dates
from retrieval.ask.facts import content
from retrieval.ask.names import canonical
from retrieval.index.index import Index
from retrieval.types import Passage, Unit
from retrieval.views.recognise import Finding, Kind, recognise

ALIKE = 0.86  # cosine of two units from which they are joined under one head
COMMON = 0.5  # share of common stems of two heads from which they are one
PAGE = 500  # passages read at a time


@dataclass(frozen=True, slots=True)
class Group:
    """Findings that say the same or nearly the same; the first gives the head, each keeps its source's own words."""

    kind: Kind
    head: str
    members: tuple[Finding, ...]

    @property
    def sources(self) -> int:
        """How many sources say so."""
        return len({member.passage.source.id for member in self.members})

    @property
    def newest(self) -> str:
        """The newest date of its sources, "" where none is dated."""
        return max((member.passage.source.date for member in self.members), default="")


@dataclass(frozen=True, slots=True)
class Dated:
    """A unit with the date it states."""

    date: Date
    passage: Passage
    unit: Unit

    @property
    def iso(self) -> str:
        """ISO 8601, as far as the unit states it."""
        parts = [f"{self.date.year:04}", f"{self.date.month:02}", f"{self.date.day:02}"]
        return "-".join(parts[: 3 if self.date.day else 2 if self.date.month else 1])


def all_passages(index: Index) -> list[Passage]:
    """Every passage of the index, in its order."""
    ids = index.lexical.ids
    return [passage for at in range(0, len(ids), PAGE) for passage in index.passages(ids[at : at + PAGE])]


def find_all(index: Index) -> list[Finding]:
    """Every factor and tactic of the index."""
    return [finding for passage in all_passages(index) for finding in recognise(passage)]


def group(findings: Sequence[Finding], index: Index) -> list[Group]:
    """Findings of one kind and of different sources joined where their heads or their vectors are alike.

    Lists stay in their order; groups with the most sources come first.
    """
    vectors = index.unit_vectors(list(dict.fromkeys(finding.passage.id for finding in findings)))
    groups: list[list[Finding]] = []
    centres: list[np.ndarray] = []
    for finding in findings:
        vector = _vector(finding, vectors)
        at = next((n for n, members in enumerate(groups) if _belongs(finding, vector, members, centres[n])), None)
        if at is None:
            groups.append([finding])
            centres.append(vector)
        else:
            groups[at].append(finding)
    made = [Group(members[0].kind, members[0].head, tuple(members)) for members in groups]
    return sorted(made, key=lambda one: -one.sources)


def _vector(finding: Finding, vectors: dict[str, np.ndarray]) -> np.ndarray:
    rows = vectors.get(finding.passage.id)
    place = next((n for n, unit in enumerate(finding.passage.units) if unit.start == finding.unit.start), -1)
    return rows[place] if rows is not None and 0 <= place < len(rows) else np.zeros(0, dtype=np.float32)


def _belongs(finding: Finding, vector: np.ndarray, members: Sequence[Finding], centre: np.ndarray) -> bool:
    first = members[0]
    if first.kind != finding.kind or any(one.passage.source.id == finding.passage.source.id for one in members):
        return False
    left, right = ({word.stem for word in content(one.head)} for one in (finding, first))
    if left and right and len(left & right) >= COMMON * len(left | right):
        return True
    return bool(vector.size and vector.size == centre.size and float(vector @ centre) >= ALIKE)


def by_actor(findings: Sequence[Finding], actor: str) -> list[Finding]:
    """The findings that name this actor in any of its names, in the unit or in what introduces it."""
    wanted = canonical(actor)
    return [
        finding
        for finding in findings
        if wanted in {canonical(word.text) for word in content(f"{finding.unit.lead_in} {finding.words}")}
    ]


def timeline(index: Index, actor: str = "", since: str = "", until: str = "") -> list[Dated]:
    """What the corpus dates to the day, oldest first; of an actor, from and up to a date (ISO 8601) where given."""
    found: list[Dated] = []
    wanted = canonical(actor) if actor else ""
    for passage in all_passages(index):
        for unit in passage.units:
            words = passage.slice(unit.start, unit.end)
            if unit.kind == "heading" or (wanted and wanted not in {canonical(w.text) for w in content(words)}):
                continue
            stated = [date for date in dates(words) if date.year and date.day]
            found += [Dated(stated[0], passage, unit)] if stated else []
    chosen = [one for one in found if (not since or one.iso >= since) and (not until or one.iso <= until)]
    return sorted(chosen, key=lambda one: (one.iso, one.passage.id, one.unit.start))
