"""Table rows as scrapes leave them, and the clean tables in them.

Knows rows that end in runs of pipes, separator lines, stray braces, repeated headers, tables run together and text
glued to a last cell. Knows nothing of what stands around the rows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from retrieval.ingest.repair_headings import find_glued_heading

_PIPE = re.compile(r"(?<!\\)\|")
_SPACED_PIPE = re.compile(r"(?:(?<=[\s|}])|^)(?<!\\)\|(?=\S)|(?<!\\)\|(?=[\s|]|$)")
_RULE = re.compile(r"[\s|:+=-]*-[\s|:+=-]*")
_CELL_LONG = 60  # a cell beyond the columns this long is text of the page, not data
_ROW_MAX = 3000


@dataclass(slots=True)
class Table:
    """A header and its rows. `after` is text that was glued to the last cell and belongs below the table."""

    rows: list[list[str]] = field(default_factory=list)
    before: str = ""
    after: str = ""


def is_rule(line: str) -> bool:
    """Whether a line only separates a header from its rows ("---|---", "+---+---+")."""
    return ("|" in line or "+" in line) and bool(_RULE.fullmatch(line))


def find_rows(lines: Sequence[str]) -> list[bool]:
    """Which lines are rows of a table (or rules between them)."""
    pipes = [len(_SPACED_PIPE.findall(line)) if "|" in line else 0 for line in lines]
    sure = [_is_row(line, count) for line, count in zip(lines, pipes, strict=True)]
    found = list(sure)
    for at, count in enumerate(pipes):
        if found[at] or not count or len(lines[at]) > _ROW_MAX:
            continue
        beside = [other for other in (at - 1, at + 1) if 0 <= other < len(lines)]
        found[at] = any(sure[other] or pipes[other] == count for other in beside)
    return found


def _is_row(line: str, pipes: int) -> bool:
    words = line.strip()
    if is_rule(line):
        return "|" in line
    return pipes >= 2 and (words.startswith("|") or words.endswith("|")) and any(map(str.isalnum, words))


def parse_row(line: str) -> list[str]:
    """The cells of a row, without stray braces, without the empty ones at its end."""
    cells = [_mend_cell(cell) for cell in _PIPE.split(line.strip())]
    if line.lstrip().startswith("|"):
        cells = cells[1:]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _mend_cell(cell: str) -> str:
    """A cell without surrounding space and without braces that have no partner in it."""
    cell = " ".join(cell.split())
    while cell.endswith("}") and cell.count("}") > cell.count("{"):
        cell = cell[:-1].rstrip()
    while cell.startswith("{") and cell.count("{") > cell.count("}"):
        cell = cell[1:].lstrip()
    return cell


def read_tables(lines: Sequence[str]) -> list[Table]:
    """The tables in consecutive row lines."""
    rules = sum(map(is_rule, lines))
    gridded = rules > 2 and rules * 2 >= len(lines) - 1  # a rule between all rows says nothing of headers
    tables = [Table()]
    for at, line in enumerate(lines):
        table = tables[-1]
        if is_rule(line):
            if not gridded and len(table.rows) > 1:  # what stands above a second rule heads a second table
                tables.append(Table([table.rows.pop()]))
            continue
        cells = parse_row(line)
        if not cells:
            if not table.rows and at == 0 and len(_PIPE.findall(line)) > 2:
                table.rows.append([])  # the header of a table whose columns have no names
            continue
        if table.after or _wider_from_here(table, lines, at):
            table = Table()
            tables.append(table)
        _add(table, cells)
    return [table for table in tables if any(table.rows) or table.before or table.after]


def _wider_from_here(table: Table, lines: Sequence[str], at: int) -> bool:
    """Whether this row and the next both have more cells than the columns: another table begins."""
    rows = [row for row in table.rows if row]
    if len(rows) < 2 or at + 1 >= len(lines):
        return False
    width = len(rows[0])
    here, following = parse_row(lines[at]), parse_row(lines[at + 1])
    both_wider = width < len(here) == len(following)
    return both_wider and all(len(row) <= width for row in rows) and all(len(cell) < _CELL_LONG for cell in here)


def _add(table: Table, cells: list[str]) -> None:
    """Adds a row, parting off a caption above the header and text glued behind the last cell."""
    header = table.rows[0] if table.rows else []
    if len(table.rows) == 1 and len(header) == 1 and len(cells) > 1 and not table.before:
        table.before = table.rows.pop()[0]
        header = []
    if header and cells == header:
        return
    width = len(header)
    if width >= 2 and len(cells) > width and any(len(cell) >= _CELL_LONG for cell in cells[width:]):
        table.after = " ".join(cell for cell in cells[width:] if cell)
        cells = cells[:width]
    elif width >= 2 and len(cells[-1]) > 3 * _CELL_LONG:
        cells[-1], table.after = _part_glued(cells[-1])
    table.rows.append(cells)


def _part_glued(cell: str) -> tuple[str, str]:
    """A cell's own words, and the heading with its paragraph that are glued behind them."""
    found = find_glued_heading(cell)
    if found is None or found[0] == 0:
        return cell, ""
    return cell[: found[0]].rstrip(), cell[found[0] :]
