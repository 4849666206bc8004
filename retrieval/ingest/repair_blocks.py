"""From lines to the parts of a canonical text: headings, paragraphs, items, tables.

Knows marks of lists and headings of many kinds, hard-wrapped lines and words cut at line ends. Knows nothing of
characters or of the page around the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from retrieval.ingest.repair_headings import find_glued_heading
from retrieval.ingest.repair_lists import Mark, find_marks
from retrieval.ingest.repair_tables import Table, find_rows, read_tables

_HEADING = re.compile(r"\s{0,3}(#{1,6})\s+(.*?)(?:\s+#+)?\s*")
_BOLD_LINE = re.compile(r"\s*(?:[*]{2,3}|__)([^*_\n]{2,200})(?:[*]{2,3}|__)\s*:?\s*")
_UNDERLINE = re.compile(r"\s*(?:={3,}|-{3,})\s*")
_RULE_LINE = re.compile(r"\s*```[\w-]*\s*|[\s*_=~·•.#|>+–—-]*")
_QUOTE_MARK = re.compile(r"\s*(?:>\s?)+")
_CUT_WORD = re.compile(r"[^\W\d_]{2,}-$")
_PREFIXES = ("self", "well", "long", "short", "high", "low", "half", "non", "ex", "pre", "post", "cease", "co", "anti")
_JOINERS = frozenset(  # no sentence and no heading ends in one of these
    ("a", "an", "the", "of", "in", "on", "at", "by", "to", "for", "from", "with", "and", "or", "as", "that", "which")
) | frozenset(("и", "в", "на", "с", "о", "по", "к", "для", "что", "і", "у", "з", "та", "що", "und", "der", "die", "de"))
_TERMINAL = ".!?:;…。！？"
_HEADING_LENGTH = 300
_TITLE_LENGTH = 160


@dataclass(slots=True)
class Part:
    """One block of the text being repaired; `level` is a heading's or an item's, `lines` how many lines it had."""

    kind: Literal["heading", "paragraph", "item", "table"]
    text: str = ""
    level: int = 0
    lines: int = 1
    rows: list[list[str]] = field(default_factory=list)


@dataclass(slots=True)
class _Page:
    """What is known of all the lines while they are read one after the other."""

    lines: Sequence[str]
    rows: Sequence[bool]
    marks: dict[int, Mark]
    width: int
    parts: list[Part] = field(default_factory=list)
    last_line: str = ""  # the line that ended the last part, as it stood
    after_blank: bool = True
    lowered: str = ""  # all lines in small letters, once a word was cut at a line end

    def holds(self, words: str) -> bool:
        """Whether the text has these words, in small letters, anywhere."""
        self.lowered = self.lowered or "\n".join(self.lines).lower()
        return words in self.lowered


def read_parts(lines: Sequence[str]) -> list[Part]:
    """The parts in order. No word is lost: every letter of the lines is in one part."""
    lines = _close_up_rows([_QUOTE_MARK.sub("", line) if line.lstrip().startswith(">") else line for line in lines])
    rows = find_rows(lines)
    page = _Page(lines, rows, find_marks(lines), _wrap_width(lines, rows))
    at = 0
    while at < len(lines):
        at = _read_rows(page, at) if rows[at] else _read_line(page, at)
    return [part for whole in page.parts for part in _unglue(whole)]


def _close_up_rows(lines: Sequence[str]) -> list[str]:
    """Takes out the empty lines between rows that stand one by one."""
    filled = [at for at, line in enumerate(lines) if line.strip()]
    rows = find_rows([lines[at] for at in filled])
    spans = list(pairwise([-2, *filled, len(lines) + 1]))
    alone = [row and at - before > 1 and spans[place + 1][1] - at > 1 for place, (row, (before, at)) in
             enumerate(zip(rows, spans, strict=False))]  # fmt: skip
    dropped: set[int] = set()
    for place in range(1, len(filled)):
        if alone[place] and alone[place - 1] and filled[place] - filled[place - 1] <= 3:
            dropped.update(range(filled[place - 1] + 1, filled[place]))
    return [line for at, line in enumerate(lines) if at not in dropped]


def _wrap_width(lines: Sequence[str], rows: Sequence[bool]) -> int:
    """The width at which lines were wrapped by hand or by a PDF; 0 when they were not."""
    lengths = sorted(len(line.strip()) for line, row in zip(lines, rows, strict=True) if line.strip() and not row)
    if len(lengths) < 4:
        return 0
    width = lengths[int(len(lengths) * 0.9)]
    if not 30 <= width <= 130:
        return 0
    pairs = [
        (line.strip(), following.strip()) for line, following in pairwise(lines) if line.strip() and following.strip()
    ]
    full = [pair for pair in pairs if len(pair[0]) >= 0.7 * width]
    running = sum(line[-1] not in _TERMINAL for line, _ in full)
    return width if len(full) >= 3 and running * 2 >= len(full) and len(full) * 2 >= len(pairs) else 0


def _read_rows(page: _Page, at: int) -> int:
    """Reads the tables that begin at a row; returns the line after them."""
    end = at
    while end < len(page.lines) and page.rows[end]:
        end += 1
    for table in read_tables(page.lines[at:end]):
        _add_table(page, table)
    page.last_line, page.after_blank = "", True
    return end


def _add_table(page: _Page, table: Table) -> None:
    if table.before:
        page.parts.append(Part("paragraph", table.before))
    if any(table.rows):
        page.parts.append(Part("table", rows=table.rows))
    if table.after:
        page.parts.append(Part("paragraph", table.after))


def _read_line(page: _Page, at: int) -> int:
    """Reads one line that is no row; returns the next line to read."""
    line = page.lines[at]
    words = " ".join(line.split())
    mark = page.marks.get(at)
    if _RULE_LINE.fullmatch(line):
        page.after_blank = True
        return at + 1
    if len(line) <= 2 * _HEADING_LENGTH and (match := _HEADING.fullmatch(line)):
        _add(page, "heading" if len(words) <= _HEADING_LENGTH else "paragraph", match.group(2), len(match.group(1)), "")
    elif match := _BOLD_LINE.fullmatch(line):
        bold = " ".join(match.group(1).split())
        _add(page, "paragraph" if bold[-1:] in _TERMINAL else "heading", bold, 3, "")
    elif _underlined(page, at):
        _add(page, "heading", words, 1 if page.lines[at + 1].strip()[0] == "=" else 2, "")
        return at + 2
    elif mark:
        _add(page, "heading" if mark.heads else "item", mark.text, 2 if mark.heads else mark.depth, line)
    elif _continues(page, line):
        _join(page, words, line)
    else:
        _add(page, "paragraph", words, 0, line)
    return at + 1


def _underlined(page: _Page, at: int) -> bool:
    """Whether the next line underlines this one as a heading."""
    if at + 1 >= len(page.lines) or not _UNDERLINE.fullmatch(page.lines[at + 1]):
        return False
    return page.after_blank and at not in page.marks and len(page.lines[at].strip()) <= 150


def _add(page: _Page, kind: Literal["heading", "paragraph", "item"], text: str, level: int, line: str) -> None:
    words = " ".join(text.split())
    if words:
        page.parts.append(Part(kind, words, level))
    page.last_line, page.after_blank = line, False


def _continues(page: _Page, line: str) -> bool:
    """Whether a line goes on with the paragraph or item before it."""
    last = page.parts[-1] if page.parts else None
    before, words = page.last_line.rstrip(), line.strip()
    if last is None or last.kind not in ("paragraph", "item") or not before:
        return False
    unfinished = before[-1] not in _TERMINAL and before[-1] not in '"”»'
    runs_on = words[0].islower() and unfinished
    if page.after_blank:  # broken by a page, a picture or an advertisement
        return runs_on and last.kind == "paragraph" and len(before) >= 40 and len(last.text) >= 60
    if _CUT_WORD.search(before[-60:]) and words[0].islower():
        return True
    if runs_on and len(before.strip()) >= 30:
        return True
    if last.kind == "paragraph" and unfinished and len(before) > _TITLE_LENGTH and before[-1] not in ")]’'":
        return True  # too long for a heading, and no sentence ends here
    if (
        last.kind == "item"
        and line[:2].isspace()
        and len(line) - len(line.lstrip()) > len(before) - len(before.lstrip())
    ):
        return True
    if before.rsplit(None, 1)[-1] in _JOINERS:
        return True
    first_word = words.split(None, 1)[0]
    fits = len(before.strip()) + 1 + len(first_word) <= page.width * 0.95
    return bool(page.width) and not fits and max(len(before.strip()), len(words)) <= page.width * 1.3


def _join(page: _Page, words: str, line: str) -> None:
    last = page.parts[-1]
    cut = _CUT_WORD.search(last.text[-60:]) if words[0].islower() else None
    if cut is None:
        last.text = f"{last.text} {words}"
    else:
        left, right = cut.group()[:-1].lower(), re.match(r"[^\W\d_]*", words)
        whole = f"{left}-{right.group().lower() if right else ''}"
        kept = left in _PREFIXES or page.holds(whole)
        last.text = (last.text if kept else last.text[:-1]) + words
    last.lines += 1
    page.last_line, page.after_blank = line, False


def _unglue(part: Part) -> list[Part]:
    """A paragraph or item apart from the heading, and its paragraph, that a scrape glued to it."""
    parts = [part]
    while parts[-1].kind in ("paragraph", "item") and (found := find_glued_heading(parts[-1].text)):
        start, body = found
        whole = parts.pop()
        if start:
            parts.append(Part(whole.kind, whole.text[:start].rstrip(), whole.level, whole.lines))
        parts.append(Part("heading", whole.text[start:body].strip(), 2))
        parts.append(Part("paragraph", whole.text[body:].strip(), 0, 2))
    return parts
