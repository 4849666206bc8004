"""The corpus by factor, tactic, date or pair of sources, as an Answer, so that it is paged and kept like one. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.markdown import one_line, shorten
from bot.render import VIEW
from bot.words import date_words
from retrieval import Answer, Citation, Hit, Passage, Query, Statement, Trace

if TYPE_CHECKING:
    from retrieval import Dated, Group, Pair, Unit

ENTRIES_LIMIT = 80

_WORDS_SHOWN = 420


class _Picture:
    """Statements being collected, each with the units it comes from."""

    def __init__(self) -> None:
        self.statements: list[Statement] = []
        self.citations: list[Citation] = []
        self.passages: dict[str, Passage] = {}

    def add(self, text: str, units: Sequence[tuple[Passage, Unit]]) -> None:
        numbers: list[int] = []
        for passage, unit in units:
            n = len(self.citations) + 1
            quote = passage.slice(unit.start, unit.end)
            self.citations.append(Citation(n, passage.id, passage.source, quote, unit.start, unit.end))
            self.passages[passage.id] = passage
            numbers.append(n)
        self.statements.append(Statement(text, tuple(numbers)))

    def answer(self, question: str, index_version: str, notes: Sequence[str] = ()) -> Answer:
        return Answer(
            query=Query(question, question),
            answered=bool(self.statements),
            support=1.0 if self.statements else 0.0,
            reason=None if self.statements else "no_evidence",
            statements=tuple(self.statements),
            citations=tuple(self.citations),
            nearest=(),
            retrieved=tuple(Hit(passage, 0.0) for passage in self.passages.values()),
            engine=VIEW,
            index_version=index_version,
            seconds={},
            trace=Trace(notes=tuple(notes)),
        )


def groups_answer(question: str, groups: Sequence[Group], index_version: str) -> Answer:
    """Factors or tactics, those that most sources name first, each in the words of the first source that does."""
    picture = _Picture()
    for group in groups[:ENTRIES_LIMIT]:
        first = group.members[0]
        row = first.unit.kind == "row"
        text = _unit_words(first.passage, first.unit) if row else _words(first.words)
        if first.outcome and first.outcome not in first.words:
            text += f" Expected outcome: {_words(first.outcome)}"
        text += f" ({group.counted})"
        if group.difference:
            text += f" {_words(group.difference)}."
        picture.add(text, [(member.passage, member.unit) for member in group.members])
    return picture.answer(question, index_version, _cut(len(groups), "the ones that most sources name"))


def timeline_answer(question: str, dated: Sequence[Dated], index_version: str) -> Answer:
    """What is dated, oldest first; of more than can be shown, the latest."""
    picture = _Picture()
    for one in dated[-ENTRIES_LIMIT:]:
        words, day = _unit_words(one.passage, one.unit), date_words(one.iso)
        picture.add(words if day in words[:40] else f"{day}: {words}", [(one.passage, one.unit)])
    return picture.answer(question, index_version, _cut(len(dated), "the latest; narrow it by actor or date"))


def compare_answer(question: str, pairs: Sequence[Pair], index_version: str) -> Answer:
    """What each of two sources says, topic by topic; a source that says nothing of a topic is named as silent."""
    picture = _Picture()
    for pair in pairs[:ENTRIES_LIMIT]:
        for said in (pair.left, pair.right):
            if said is not None:
                words, title = _unit_words(said.passage, said.unit), one_line(said.passage.source.title)
                text = f"{shorten(one_line(pair.topic), 80)} — {shorten(title, 60)}: {words}"
                picture.add(text, [(said.passage, said.unit)])
    return picture.answer(question, index_version, _cut(len(pairs), "the nearest"))


def _unit_words(passage: Passage, unit: Unit) -> str:
    """A unit as a statement; a table's row with the names of its columns, which lie outside it."""
    words = passage.slice(unit.start, unit.end)
    names, cells = unit.lead_in.split("|"), words.strip(" |").split("|")
    if unit.kind == "row" and len(names) == len(cells):
        named = zip(names, cells, strict=True)
        words = "; ".join(f"{name.strip()}: {cell.strip()}" for name, cell in named if cell.strip())
    return _words(words)


def _words(text: str) -> str:
    return shorten(one_line(text), _WORDS_SHOWN)


def _cut(count: int, which: str) -> list[str]:
    return [f"{count} found; shown are {ENTRIES_LIMIT}: {which}."] if count > ENTRIES_LIMIT else []
