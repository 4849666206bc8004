"""What is told beside an answer at large: who says it, how many stand on each side, how recent, how many there are.

Knows what was asked at large and what is cited. Must not know how statements are found.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from retrieval.ask.voiced import differing
from retrieval.types import Citation

if TYPE_CHECKING:
    from retrieval.ask.atlarge import AtLarge, Surveyed


def voice_notes(
    wanted: AtLarge, found: Surveyed, citations: Sequence[Citation], first: Sequence[int]
) -> tuple[str, ...]:
    """Who says each and when; whether what is said over time differs; how many more there are."""
    quotes = {one.n: one.quote for one in citations}
    told = [(n, who, when) for n, (who, when) in zip(first, found.told, strict=False) if n]
    if not told:
        return ()
    order = "In order of time" if wanted.kind == "changed" else "Who says it"
    notes = [f"{order}: " + "; ".join(f"[{n}] {who}, {when or 'undated'}" for n, who, when in told) + "."]
    if wanted.kind != "changed":
        sides = () if wanted.demands else (*_disagreements(wanted, found, citations), *_sides(found, first))
        return (*notes, *(sides or (_unsided(wanted, citations),)))
    leanings = differing([quotes[n] for n, _, _ in told])  # a change is told alone, so that it is cited from 1 on
    notes.append(
        f"By their words they differ: {leanings}."
        if leanings
        else "By words of acceptance and refusal they do not differ; whether what they ask for does is for the reader."
    )
    return tuple(notes)


def _unsided(wanted: AtLarge, citations: Sequence[Citation]) -> str:
    """How many passages of how many sources, and how recent, where no side denies by its words."""
    newest = max((one.source.date for one in citations), default="") or "undated"
    sources = len({one.source.id for one in citations})
    told = f"Passages told: {len(citations)}; sources: {sources}; newest {newest}"
    if wanted.kind != "disagree":
        return f"{told}."
    return f"{told}. None denies by its words what another says; their figures or conditions may differ."


def _sides(found: Surveyed, first: Sequence[int]) -> tuple[str, ...]:
    """How many of the voices deny, how many do not, and how recent each side is, where there are both."""
    sides: dict[bool, list[tuple[int, str]]] = {False: [], True: []}
    for n, (_, when), denies in zip(first, found.told, found.denied, strict=False):
        if n:
            sides[denies].append((n, when))
    if not sides[True] or not sides[False]:
        return ()
    words = [
        f"{len(side)} {verb} ({''.join(f'[{n}]' for n, _ in side)}, newest"
        f" {max(when for _, when in side) or 'undated'})"
        for side, verb in (
            (sides[False], "do not speak against it"),
            (sides[True], "deny it, refuse it or saw no effect"),
        )
    ]
    return (f"The sources disagree: {'; '.join(words)}.",)


def _disagreements(wanted: AtLarge, found: Surveyed, citations: Sequence[Citation]) -> tuple[str, ...]:
    """Which of what is told speaks against it, how many sources are on each side, and how recent they are."""
    notes = [f"Sources disagree on {told}." for told in found.counts]
    against = [one for one in citations if (one.passage, one.start) in found.against]
    if against and len(against) < len(citations):
        dates = {
            name: max((one.source.date for one in side), default="") or "undated"
            for name, side in (("against", against), ("rest", [one for one in citations if one not in against]))
        }
        marks = "".join(f"[{one.n}]" for one in against)
        notes.append(
            f"Told against such {wanted.kind}s, or without effect: {marks} (newest {dates['against']}); not so:"
            f" {len(citations) - len(against)} passages (newest {dates['rest']})."
        )
    return tuple(notes)


def large_notes(wanted: AtLarge, found: Surveyed, told: int, citations: Sequence[Citation]) -> tuple[str, ...]:
    """Which of the factors or tactics told are spoken against, and how many there are in all."""
    sources = len({one.source.id for one in citations})
    count = (
        f"{told} {wanted.kind}s told, from {sources} source{'s' if sources != 1 else ''}; the index holds {found.heads}"
        f" from {found.sources}: `parley {wanted.kind}s` lists them all."
    )
    return (*_disagreements(wanted, found, citations), count)
