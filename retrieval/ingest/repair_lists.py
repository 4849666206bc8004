"""Which lines are list items: bullets of many kinds, and numbers or letters that count.

Knows marks and sequences of marks. Knows nothing of what an item says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_BULLET = re.compile(r"(\s*)(?:[•◦▪‣●○■□➢►✓→⁃∙◆❖➤✔▶]\s*|[-*·]\s+)(\S.*)")
_DASH = re.compile(r"(\s*)(?:[–—+]\s+|-(?=[^\W\d_]))(\S.*)")
_DIALOGUE = re.compile(r"[,.!?…]\s[–—]\s")  # a dash opens a line of speech, a second one closes it
_NUMBER = re.compile(r"(\s*)(\(?)(\d{1,2}|[a-z]|[ivx]{2,5}|[а-я])([.)])\s+(\S.*)")
_ROMAN = {
    "i": 1,
    "ii": 2,
    "iii": 3,
    "iv": 4,
    "v": 5,
    "vi": 6,
    "vii": 7,
    "viii": 8,
    "ix": 9,
    "x": 10,
    "xi": 11,
    "xii": 12,
}
_NEAR = 40  # lines within which the next number of a list must come
_HEADING_MAX = 90
_BODY_MIN = 120


@dataclass(frozen=True, slots=True)
class Mark:
    """An item of a list: its words (with its number or letter), its depth; `heads` when it is a numbered heading."""

    text: str
    depth: int
    heads: bool = False


def find_marks(lines: Sequence[str]) -> dict[int, Mark]:
    """The items among the lines, by line."""
    found: dict[int, tuple[int, str]] = {}
    dashes: dict[int, tuple[int, str]] = {}
    for at, line in enumerate(lines):
        if match := _BULLET.fullmatch(line):
            found[at] = (len(match.group(1)), match.group(2))
        elif (match := _DASH.fullmatch(line)) and not _DIALOGUE.search(line):
            dashes[at] = (len(match.group(1)), match.group(2))
    filled = [at for at, line in enumerate(lines) if line.strip()]
    for before, at, after in zip([-1, *filled], filled, [*filled[1:], -1], strict=False):
        introduced = before >= 0 and lines[before].rstrip().endswith(":")
        if at in dashes and (introduced or before in dashes or before in found or after in dashes):
            found[at] = dashes[at]
    headings = _add_counted(lines, found)
    return _with_depths(lines, found, headings)


def _add_counted(lines: Sequence[str], found: dict[int, tuple[int, str]]) -> set[int]:
    """Adds the lines whose numbers or letters count upwards; returns those of them that are headings."""
    last: dict[tuple[str, str, str], tuple[int, int]] = {}
    counted: set[int] = set()
    for at, line in enumerate(lines):
        match = _NUMBER.fullmatch(line)
        if match is None or at in found:
            continue
        _, opening, label, closing, _ = match.groups()
        for kind, value in _values(label):
            key = (kind, opening, closing)
            before = last.get(key)
            if before is not None and value == before[1] + 1 and (at - before[0] <= _NEAR or before[0] in counted):
                counted |= {before[0], at}
            last[key] = (at, value)
    headings = {at for at in counted if _heads(lines, at, counted)}
    for at in counted:
        found[at] = (len(lines[at]) - len(lines[at].lstrip()), lines[at].strip())
    return headings


def _values(label: str) -> list[tuple[str, int]]:
    """What a label counts as: a letter such as "i" may be a letter or a Roman number."""
    if label.isdigit():
        return [("number", int(label))]
    values = [("roman", _ROMAN[label])] if label in _ROMAN else []
    return values + ([("letter", ord(label))] if len(label) == 1 else [])


def _heads(lines: Sequence[str], at: int, counted: set[int]) -> bool:
    """A short counted line without a stop, above a paragraph that is not counted, is a numbered heading."""
    words = lines[at].strip()
    following = next((place for place in range(at + 1, len(lines)) if lines[place].strip()), None)
    if len(words) > _HEADING_MAX or words[-1] in ".;,:" or following is None or following in counted:
        return False
    paragraph = lines[following].strip()
    return len(paragraph) >= _BODY_MIN and not paragraph[0].islower()


def _with_depths(lines: Sequence[str], found: dict[int, tuple[int, str]], headings: set[int]) -> dict[int, Mark]:
    """Turns indents into depths 0, 1, 2 within each list; a plain line at the margin ends a list."""
    marks: dict[int, Mark] = {}
    indents: list[int] = []
    for at, line in enumerate(lines):
        if at in found:
            indent, text = found[at]
            while indents and indents[-1] >= indent:
                indents.pop()
            marks[at] = Mark(text, min(len(indents), 3), at in headings)
            indents.append(indent)
        elif line.strip() and not line[:1].isspace():
            indents.clear()
    return marks
