"""From a document to its passages: runs of whole units, where a reader would pause.

Knows how long a passage may be and where it is best cut; knows nothing of models (it estimates wordpieces by the
characters) and nothing of files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from retrieval.ingest.blocks import Piece, pieces_of
from retrieval.ingest.sentences import sentences
from retrieval.types import Document, Passage, Unit

__all__ = ["SPLITTER_VERSION", "context", "sentences", "split"]

SPLITTER_VERSION = "1"
LIMIT = 200.0  # estimated wordpieces of a passage: with its context it stays within the 256 that the model reads
UNIT_LIMIT = 150.0  # a longer unit is cut
ITEM_LIMIT = 80.0  # an item longer than this is prose that happens to be numbered: its sentences are the units
ROOMY, SMALL = 160.0, 75.0  # between these a passage costs nothing by its size
TOP = 2  # a passage never crosses a heading of this level or above
CONTEXT_MAX = 240  # characters of title and headings put before an embedded passage

_WORDS = re.compile(r"[A-Za-z]{1,18}|\d{4}(?!\d)|\d{1,2}|\w|[^\w\s]")
_RARER = re.compile(r"[A-Z][A-Za-z]|[a-z]{9}")
_CLAUSE = re.compile(r"(?<=[;:,—–。，；、])\s*|\s+(?=[—–(])")


def split(document: Document) -> list[Passage]:
    """Cuts a document into passages of about 60-180 words that do not overlap.

    Units are whole unless a single one is too long; a list item or table row carries its lead-in. Headings stand in
    the path, or inside where a passage holds several small sections.

    Returns:
        Passages in order. Together they hold every letter of the prose, lists and tables. The same text always gives
        the same passages.
    """
    passages: list[Passage] = []
    section: list[Piece] = []
    for piece in pieces_of(document.text):
        if piece.level and piece.level <= TOP:
            passages.extend(_pack(document, section))
            section = []
        else:
            section.extend(_cut(document.text, piece))
    passages.extend(_pack(document, section))
    return passages


def context(passage: Passage) -> str:
    """What is embedded for a passage: title and headings, the lead-in unless it is inside, then the passage's text."""
    names = [passage.source.title, *(name for name in passage.headings if name != passage.source.title)]
    above = " > ".join(name for name in names if name)
    if len(above) > CONTEXT_MAX:
        above = f"{names[0][: CONTEXT_MAX // 2].rstrip()}… > {names[-1][: CONTEXT_MAX // 2].rstrip()}"
    return "\n".join(part for part in (above, passage.lead_in, passage.text) if part)


def weigh(text: str) -> float:
    """Estimates the wordpieces of a text: on English prose within 15 % of the embedding model's own count."""
    return len(_WORDS.findall(text)) + 0.35 * len(_RARER.findall(text))


def _cut(text: str, piece: Piece) -> list[Piece]:
    """A piece as it is; a long item as its sentences; what is too long still, at clause or word borders."""
    unit = piece.unit
    weight = weigh(text[unit.start : unit.end])
    kind = unit.kind
    spans = [(unit.start, unit.end)]
    if kind == "item" and weight > ITEM_LIMIT:
        spans = sentences(text[unit.start : unit.end], unit.start)
        kind = "sentence" if len(spans) > 1 else kind
    if piece.level or (weight <= UNIT_LIMIT and len(spans) == 1):
        return [piece]
    spans = [part for start, end in spans for part in _cut_sentence(text, start, end)]
    last = len(spans) - 1
    return [
        replace(piece, unit=Unit(start, end, kind, unit.lead_in), introduces=piece.introduces and at == last)
        for at, (start, end) in enumerate(spans)
    ]


def _cut_sentence(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cuts a sentence that is too long at clause borders, else between words, else anywhere."""
    spans: list[tuple[int, int]] = []
    while start < end:
        room = _reach(text, start, end)
        if room >= end:
            spans.append((start, end))
            break
        at = max((m.end() for m in _CLAUSE.finditer(text, start + (room - start) // 2, room)), default=0)
        if at <= start:
            at = max((text.rfind(space, start + 1, room) for space in " \t\n\u00a0"), default=0)
        at = at if at > start else room
        piece = text[start:at]
        if piece.strip():
            spans.append((start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())))
        while at < end and text[at].isspace():
            at += 1
        start = at
    return spans


def _reach(text: str, start: int, end: int) -> int:
    """How far from `start` a unit of the largest size reaches."""
    total = 0.0
    for match in _WORDS.finditer(text, start, end):
        total += weigh(match.group())
        if total > UNIT_LIMIT:
            return match.start() if match.start() > start else min(end, start + int(3 * UNIT_LIMIT))
    return end


def _pack(document: Document, pieces: Sequence[Piece]) -> list[Passage]:
    """Packs the pieces of one section into the cheapest runs: right in size, cut where the text pauses."""
    pieces = _without_bare_headings(pieces)
    weights = [weigh(document.text[piece.unit.start : piece.unit.end]) for piece in pieces]
    best = [0.0] + [float("inf")] * len(pieces)
    begins = [0] * (len(pieces) + 1)
    for end in range(1, len(pieces) + 1):
        for begin, weight in _openings(pieces, weights, end):
            cost = best[begin] + _size_cost(weight) + (_break_cost(pieces, begin) if begin else 0.0)
            if cost < best[end]:
                best[end], begins[end] = cost, begin
    runs: list[Passage] = []
    end = len(pieces)
    while end > 0:
        runs.append(_passage(document, pieces[begins[end] : end]))
        end = begins[end]
    return runs[::-1]


def _without_bare_headings(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces without headings that have nothing under them: the next piece is a heading no deeper, or none."""
    kept: list[Piece] = []
    following = 1
    for piece in reversed(pieces):
        if piece.level and 0 < following <= piece.level:
            continue
        kept.append(piece)
        following = piece.level
    return kept[::-1]


def _openings(pieces: Sequence[Piece], weights: Sequence[float], end: int) -> Iterator[tuple[int, float]]:
    """Where a run that stops before `end` may open, and its weight then.

    A run does not end in a heading, and goes past a heading only from the heading of a section beside it.
    """
    if pieces[end - 1].level:
        return
    weight, contents, highest = 0.0, 0, 7
    for begin in range(end - 1, -1, -1):
        level = pieces[begin].level
        weight += weights[begin]
        contents += not level
        if weight > LIMIT and contents > 1:
            return
        if highest == 7 or 0 < level <= highest:
            yield begin, weight
        highest = min(highest, level or 7)


def _size_cost(weight: float) -> float:
    """Grows with the distance from a good size."""
    if weight < SMALL:
        return 1.0 + 8.0 * (1 - weight / SMALL) ** 2
    return 1.0 + (4.0 * ((weight - ROOMY) / (LIMIT - ROOMY)) ** 2 if weight > ROOMY else 0.0)


def _break_cost(pieces: Sequence[Piece], at: int) -> float:
    """What it costs to cut before the piece at `at`: least before a heading, most between a lead-in and its list."""
    before, after = pieces[at - 1], pieces[at]
    if after.level:
        return 0.0
    if before.introduces:
        return 40.0
    if before.block != after.block:
        return 0.4
    if before.unit.kind == "heading":  # the column names
        return 40.0
    return 4.0 if after.block_kind in ("list", "table") else 2.0


def _passage(document: Document, pieces: Sequence[Piece]) -> Passage:
    """The passage of a run; headings at its start move to the path unless it holds several sections."""
    held = [piece for piece in pieces if piece.level]
    leading = next(at for at, piece in enumerate(pieces) if not piece.level)
    several = len(held) > leading
    kept = pieces if several else pieces[leading:]
    path = pieces[0].path if several else pieces[leading].path
    units: tuple[Unit, ...] = tuple(piece.unit for piece in kept)
    start, end = units[0].start, units[-1].end
    text = document.text[start:end]
    return Passage(document.source, document.hash, start, end, text, path, units)
