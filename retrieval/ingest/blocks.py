"""From a document's canonical text to its blocks, and from blocks to units in order.

Knows the light Markdown that repair writes (headings, paragraphs, lists, tables) and takes any other text as prose.
Knows nothing of passages or of their size.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from retrieval.ingest.sentences import sentences
from retrieval.types import Unit

BlockKind = Literal["heading", "paragraph", "list", "table"]

_HEADING = re.compile(r"(#{1,6})\s+(\S.*)")
_ITEM = re.compile(r"(\s*)- +(\S.*)")
_ROW = re.compile(r"\s*\|.*\S")
_EMPTY_ROW = re.compile(r"\s*\|\s*\|[\s|]*")
_SEPARATOR = re.compile(r"[\s|:+=_*#-]*")
_INTRODUCES = re.compile(
    r"\b(?:following|include[sd]?|including|below|these|such as|namely|as follows|in this order|steps|list(?:ed)?"
    r"|summari[sz]es?)\b",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\(?(?:\d{1,3}|[ivxlc]{1,5}|[a-z])[.)]\s")
_LEAD_IN_MAX = 400


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a block without its mark: `depth` is the level of a heading or the indent of an item."""

    start: int
    end: int
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of one kind that stand together."""

    kind: BlockKind
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A unit with its place: which block it is of, the headings above it, its level when it is a heading itself."""

    unit: Unit
    block: int
    block_kind: BlockKind
    path: tuple[str, ...]
    level: int = 0
    introduces: bool = False


def parse_blocks(text: str) -> list[Block]:
    """The blocks of a text in order; their lines hold every letter and digit of it."""
    blocks: list[Block] = []
    lines: list[Line] = []
    kind: BlockKind | None = None

    def close() -> None:
        if kind is not None and lines:
            blocks.append(Block(kind, tuple(lines)))
        lines.clear()

    offset = 0
    for raw in text.split("\n"):
        if kind == "table" and "|" in raw and "-" in raw and _SEPARATOR.fullmatch(raw):
            offset += len(raw) + 1
            continue
        found = _classify(raw, offset)
        if found is None or found[0] != kind or found[0] == "heading":
            close()
        kind = found[0] if found else None
        if found:
            lines.append(found[1])
        offset += len(raw) + 1
    close()
    return blocks


def _classify(raw: str, offset: int) -> tuple[BlockKind, Line] | None:
    """The kind of a line and its words; None for a blank line or a rule."""
    if _SEPARATOR.fullmatch(raw):  # a row of empty cells may stand where the column names would
        return ("table", Line(offset, offset)) if _EMPTY_ROW.fullmatch(raw) else None
    if match := _HEADING.fullmatch(raw):
        return "heading", _trimmed(raw, offset, match.start(2), len(match.group(1)), "# \t")
    if match := _ITEM.fullmatch(raw):
        return "list", _trimmed(raw, offset, match.start(2), len(match.group(1)))
    if _ROW.fullmatch(raw):
        return "table", _trimmed(raw, offset, 0, 0, "|")
    return "paragraph", _trimmed(raw, offset, 0)


def _trimmed(raw: str, offset: int, begin: int, depth: int = 0, marks: str = "") -> Line:
    """The line's words without surrounding space and marks."""
    end = len(raw)
    while begin < end and (raw[begin].isspace() or raw[begin] in marks):
        begin += 1
    while end > begin and (raw[end - 1].isspace() or raw[end - 1] in marks):
        end -= 1
    return Line(offset + begin, offset + end, depth)


def pieces_of(text: str) -> Iterator[Piece]:
    """The units of a text in order, each with its heading path and what introduces it."""
    path: list[tuple[int, str]] = []
    lead_in = ""
    blocks = parse_blocks(text)
    for at, block in enumerate(blocks):
        if block.kind == "heading":
            line = block.lines[0]
            while path and path[-1][0] >= line.depth:
                path.pop()
            above = tuple(name for _, name in path)
            path.append((line.depth, text[line.start : line.end]))
            yield Piece(Unit(line.start, line.end, "heading"), at, "heading", above, line.depth)
            lead_in = ""
            continue
        names = tuple(name for _, name in path)
        next_kind = blocks[at + 1].kind if at + 1 < len(blocks) else None
        if block.kind == "paragraph":
            units = _paragraph_units(text, block)
            lead_in = _lead_in(text, units[-1]) if units and next_kind in ("list", "table") else ""
            last = units[-1] if lead_in else None
        else:
            units, last = _list_units(text, block, lead_in) if block.kind == "list" else _table_units(text, block), None
        yield from (Piece(unit, at, block.kind, names, introduces=unit is last) for unit in units)


def _lead_in(text: str, unit: Unit) -> str:
    """The last sentence before a list or table, when it introduces what follows."""
    sentence = text[unit.start : unit.end]
    if len(sentence) > _LEAD_IN_MAX:
        return ""
    words = sentence.split()
    unfinished = sentence[-1].isalpha() and len(words) > 3 and words[-1].islower()
    return sentence if sentence[-1] in ":,;–—" or unfinished or _INTRODUCES.search(sentence) else ""


def _paragraph_units(text: str, block: Block) -> list[Unit]:
    first, last = block.lines[0].start, block.lines[-1].end
    return [Unit(start, end, "sentence") for start, end in sentences(text[first:last], first)]


def _list_units(text: str, block: Block, lead_in: str) -> list[Unit]:
    """One unit an item; an item under another that ends in a colon is introduced by that one."""
    units: list[Unit] = []
    above: list[tuple[float, str]] = []
    for line in block.lines:
        words = text[line.start : line.end]
        depth = line.depth + (0.0 if _NUMBERED.match(words) else 0.5)  # bullets under a numbered item are its own
        while above and above[-1][0] >= depth:
            above.pop()
        units.append(Unit(line.start, line.end, "item", above[-1][1] if above else lead_in))
        if words.endswith(":") and len(words) <= _LEAD_IN_MAX:
            above.append((depth, words))
    return units


def _table_units(text: str, block: Block) -> list[Unit]:
    """One unit a row; the first row, when rows follow it, names the columns and is never an answer."""
    header, *rows = block.lines
    rows = [row for row in rows if row.end > row.start]
    if not rows:
        return [Unit(header.start, header.end, "row")] if header.end > header.start else []
    columns = " | ".join(cell.strip() for cell in re.split(r"(?<!\\)\|", text[header.start : header.end]))
    units = [Unit(header.start, header.end, "heading")] if columns else []
    return units + [Unit(row.start, row.end, "row", columns) for row in rows]
