"""The views: findings of the whole index joined under heads, dated statements in order, two sources side by side.

Built when first asked for and kept for one index version. Knows the index and findings; not how they are shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.ask.dates import Date, dates
from retrieval.ask.facts import content
from retrieval.ask.names import canonical
from retrieval.index.index import Index
from retrieval.types import Passage, Unit
from retrieval.views.actors import named_in, speak_for
from retrieval.views.recognise import Finding, Kind, recognise

COMMON = 0.5  # share of common stems of two heads, or of two units, from which they are one
SHARED, ALIKE = 0.46, 0.7  # share of the shorter unit's stems that the longer has, and cosine, from which they are one
SAME_DAY = 0.36  # that share where both state the same day
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
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
    def against(self) -> int:
        """How many sources deny it, or say that it had no effect."""
        return len({member.passage.source.id for member in self.members if member.says == "denies"})

    @property
    def reported(self) -> int:
        """How many sources report it as somebody's word and do not deny it."""
        return len({member.passage.source.id for member in self.members if member.says == "reports"})

    @property
    def counted(self) -> str:
        """How many sources speak for it and against it, and the newest date, in words."""
        reported = f" ({self.reported} by reporting it)" if self.reported else ""
        return f"{self.sources - self.against} for{reported}, {self.against} against, newest {self.newest or 'undated'}"

    @property
    def figures(self) -> dict[str, str]:
        """By title of source the figures that it gives, where every figure of one differs from all of another's."""
        given = {one.passage.source.title: _figures(one.words) for one in self.members}
        stated = {title: found for title, found in given.items() if found}
        pairs = [(one, other) for one in stated.values() for other in stated.values() if one is not other]
        return {t: ", ".join(sorted(f)) for t, f in stated.items()} if any(not a & b for a, b in pairs) else {}

    @property
    def difference(self) -> str:
        """Which source gives which figures, in words; "" where they do not differ."""
        told = "; ".join(f"“{title}” {figures}" for title, figures in self.figures.items())
        return f"Sources give different figures: {told}" if told else ""

    @property
    def newest(self) -> str:
        """The newest date of its sources, "" where none is dated."""
        return max((member.passage.source.date for member in self.members), default="")


def _figures(words: str) -> frozenset[str]:
    """The figures that a text gives, its dates and years apart."""
    bare = re.sub(rf"\b\d{{1,2}} (?:{_MONTHS})\b|\b(?:{_MONTHS}) \d{{1,2}}\b|\b(?:19|20)\d\d\b", " ", words)
    return frozenset(re.findall(r"\b\d[\d.,]*\d\b|\b\d\b", bare))


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
    """Findings of one kind and of different sources joined where their heads or their words are alike.

    Lists stay in their order; groups with the most sources come first.
    """
    vectors = index.unit_vectors(list(dict.fromkeys(finding.passage.id for finding in findings)))
    groups: list[list[_Said]] = []
    for finding in findings:
        days = frozenset((date.year, date.month, date.day) for date in dates(finding.words) if date.day)
        said = _Said(finding, _named(finding.head), _stems(finding.words), days, _vector(finding, vectors))
        alike, nearest = max(
            ((_alike(said, members), members) for members in groups), key=lambda pair: pair[0], default=(0.0, [])
        )
        if alike:
            nearest.append(said)
        else:
            groups.append([said])
    made = [Group(m[0].finding.kind, m[0].finding.head, tuple(one.finding for one in m)) for m in groups]
    return sorted(made, key=lambda one: -one.sources)


@dataclass(frozen=True, slots=True)
class _Said:
    finding: Finding
    head: frozenset[str]
    words: frozenset[str]
    days: frozenset[tuple[int, int, int]]
    vector: np.ndarray


def _named(head: str) -> frozenset[str]:
    """The stems of a head that is a name; the first words of a sentence are none."""
    return frozenset() if head.endswith("…") else _stems(head)


def _stems(text: str) -> frozenset[str]:
    """What a text speaks of; when it happened is compared by itself."""
    undated = re.sub(rf"\b(?:{_MONTHS})\b|\b\d{{1,4}}\b", " ", text)
    return frozenset(word.stem for word in content(undated))


def _vector(finding: Finding, vectors: dict[str, np.ndarray]) -> np.ndarray:
    rows = vectors.get(finding.passage.id)
    place = next((n for n, unit in enumerate(finding.passage.units) if unit.start == finding.unit.start), -1)
    return rows[place] if rows is not None and 0 <= place < len(rows) else np.zeros(0, dtype=np.float32)


def _alike(said: _Said, members: Sequence[_Said]) -> float:
    """How far it says what the first of the members says; 0 where it does not, or where its source has said so."""
    first = members[0]
    if first.finding.kind != said.finding.kind:
        return 0.0
    if any(one.finding.passage.source.id == said.finding.passage.source.id for one in members):
        return 0.0
    if said.head and first.head and len(said.head & first.head) >= COMMON * len(said.head | first.head):
        return 1.0
    common = len(said.words & first.words)
    share = common / max(1, min(len(said.words), len(first.words)))
    if said.days and first.days and not said.days & first.days:  # of another day: another statement
        return 0.0
    if share < (SAME_DAY if said.days & first.days else SHARED):
        return 0.0
    if common >= COMMON * len(said.words | first.words):
        return share
    near = bool(said.vector.size and first.vector.size) and float(said.vector @ first.vector) >= ALIKE
    return share if near else 0.0


def by_actor(findings: Sequence[Finding], actor: str, held: Mapping[str, str] | None = None) -> list[Finding]:
    """The findings that name this actor in any of its names, in the unit, what introduces it, or as the source's own.

    `held` says whose office each person holds: with it, what names such a person names the actor.
    """
    wanted = speak_for(actor, held or {})
    return [finding for finding in findings if wanted & _names_of(finding)]


def _names_of(finding: Finding) -> frozenset[str]:
    source = finding.passage.source
    publisher = "" if source.kind == "brief" else source.publisher
    return named_in(f"by {publisher}. {finding.unit.lead_in}. {finding.words}")


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
