"""How well units are recognised: precision and recall against labels. Knows labels and findings; reads no index."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from retrieval.types import Passage
from retrieval.views.recognise import recognise


@dataclass(frozen=True, slots=True)
class Label:
    """A unit read by a person: `label` is "factor", "tactic" or "neither"; `half` is "tune" or "held"."""

    source: str
    quote: str
    label: str
    half: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of one kind: units given that kind, units labelled so, and units where both agree."""

    given: int
    wanted: int
    right: int

    @property
    def precision(self) -> float:
        """The share of what was given that is right; 1 where nothing was given."""
        return self.right / self.given if self.given else 1.0

    @property
    def recall(self) -> float:
        """The share of what was wanted that was given; 1 where nothing was wanted."""
        return self.right / self.wanted if self.wanted else 1.0


def read_labels(path: Path) -> list[Label]:
    """The labels of a file of JSON lines."""
    return [Label(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def figures(labels: Sequence[Label], passages: Sequence[Passage]) -> tuple[dict[str, Figures], list[dict[str, str]]]:
    """The figures of "factor", "tactic" and "both", and every label that the recogniser misses.

    Raises:
        ValueError: a labelled unit is not in the passages.
    """
    there = {(p.source.id, p.slice(unit.start, unit.end)) for p in passages for unit in p.units}
    lost = [one.quote for one in labels if (one.source, one.quote) not in there]
    if lost:
        raise ValueError(f"{len(lost)} labelled units are not in these texts any more, e.g. “{lost[0]}”")
    given: dict[tuple[str, str], str] = {
        (found.passage.source.id, found.words): found.kind for passage in passages for found in recognise(passage)
    }
    pairs = [(one, given.get((one.source, one.quote), "neither")) for one in labels]
    counted = {
        kind: Figures(
            sum(got in kinds for _, got in pairs),
            sum(one.label in kinds for one, _ in pairs),
            sum(got in kinds and got == one.label for one, got in pairs),
        )
        for kind, kinds in (("factor", ("factor",)), ("tactic", ("tactic",)), ("both", ("factor", "tactic")))
    }
    misses = [
        {"label": one.label, "given": got, "source": one.source, "quote": one.quote}
        for one, got in pairs
        if got != one.label
    ]
    return counted, misses
