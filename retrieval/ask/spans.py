"""The words of a unit that answer: shown in bold inside the sentence, item or row they stand in.

Knows kinds of answers and the words of the question; knows no scores and no models.
"""

from __future__ import annotations

import re

from retrieval.ask.asks import Asks
from retrieval.ask.facts import content
from retrieval.ask.offers import Span, offers
from retrieval.types import Passage, Unit

_CLAUSE = re.compile(r"[^,;:–—()]+")
_DAY = re.compile(r"\b(?:1\d{3}|20\d\d)\b|\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)")
_CELL = re.compile(r"[^|]+")


def answering_spans(asked: Asks, passage: Passage, unit: Unit) -> tuple[Span, ...]:
    """The spans, in characters of the document, of a unit's words that answer; () where none stand out."""
    text = passage.slice(unit.start, unit.end)
    if unit.kind == "row":
        found = row_answer(asked, text, unit.lead_in)
    elif unit.kind == "item":
        found = [_label(text)]
    else:
        found = _typed(asked, text) or _fresh_clause(asked, text)
    return tuple((unit.start + start, unit.start + end) for start, end in found if end > start)


def cells(text: str) -> list[Span]:
    """The cells of a table row, without blanks and bars; an empty cell is an empty span."""
    found = []
    inner = text.strip().strip("|")
    offset = text.index(inner) if inner else 0
    for match in _CELL.finditer(inner):
        cell = match.group()
        left = len(cell) - len(cell.lstrip())
        found.append((offset + match.start() + left, offset + match.start() + max(left, len(cell.rstrip()))))
    return found


def row_answer(asked: Asks, text: str, columns: str) -> list[Span]:
    """The cell whose column the question names, else those that share the fewest words with the question."""
    found = cells(text)
    if len(found) < 2:
        return found
    stems = {word.stem for word in asked.content}
    titles = [name.strip() for name in columns.split("|")]
    named = [
        len({word.stem for word in content(titles[at])} & stems) if at < len(titles) else 0 for at in range(len(found))
    ]
    told = [len({word.stem for word in content(text[a:b])} & stems) for a, b in found]
    order = sorted(range(len(found)), key=lambda at: (-named[at], told[at], at))
    return [found[order[0]]]


def _label(text: str) -> Span:
    """An item's name before its colon if it has a short one, else all of it."""
    match = re.match(r"[^:.]{3,60}(?=:\s)", text)
    return match.span() if match else (0, len(text))


def _typed(asked: Asks, text: str) -> list[Span]:
    """The candidate of the kind asked for that stands nearest to the question's own words; more than one for a list."""
    known = asked.facts.stems
    for kind in asked.kinds:
        if kind in ("list", "yesno", "fact", "manner", "definition"):
            continue
        found = offers(kind, text, known)
        if kind == "reason" and found:
            return [max(found, key=lambda span: span[1] - span[0])]
        if found:
            places = [word.start for word in content(text) if word.stem in known]
            near = sorted(found, key=lambda span: min((abs(span[0] - place) for place in places), default=span[0]))
            if kind == "date":  # the day before the hour: "On 8 October 2022, at 6:07 a.m., …"
                near.sort(key=lambda span: not _DAY.search(text[slice(*span)]))
            return sorted(near) if asked.wants_list else near[:1]
    return []


def _fresh_clause(asked: Asks, text: str) -> list[Span]:
    """The clause that tells the most that the question does not say itself; nothing where there is but one."""
    known = asked.facts.stems
    clauses = [match.span() for match in _CLAUSE.finditer(text)]
    if len(clauses) < 2:
        return []
    fresh = [sum(word.stem not in known for word in content(text[start:end])) for start, end in clauses]
    start, end = clauses[fresh.index(max(fresh))]
    inner = text[start:end]
    left = len(inner) - len(inner.lstrip())
    return [(start + left, start + len(inner.rstrip(' .!?"”')))]
