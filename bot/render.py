"""An Answer as the pages of one Discord message. Pure: no network, no clock, no discord objects.

The answer is the message's plain content and the sources are its embed. Both are classic parts rather than components
v2: content shows in notifications, in replies and to screen readers, can be copied and searched, and is left when a
person has embeds switched off; a message with the components-v2 flag has no content at all and can never go back. Where
the bot may not embed links, the sources go into the content. What does not fit one message is paged, not posted as a
row of messages, and each page lists the sources that its own markers cite.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.links import source_link
from bot.markdown import MARKER, brief, escape, join_within, one_line, split, width
from bot.words import age_words, date_words, newest, plural, reason_words, support_words
from retrieval import Answer, Citation, Hit, Source, Statement

CONTENT_LIMIT = 2000
EMBED_LIMIT = 4096

VIEW = "view"  # the engine of an answer that lists what the corpus holds, with no question behind it

# Of one statement's piece: head, foot and piece fit together, and without embeds also the line of one source.
_BLOCK_LIMIT = 1100
_BLOCK_LIMIT_BARE = 420
_QUESTION_SHOWN = 240
_FOOT_SHOWN = 440
_NEAREST_QUOTE = 360


@dataclass(frozen=True, slots=True)
class Page:
    """What one message shows: its content, and the description of its embed ("" for no embed)."""

    content: str
    sources: str = ""


class _Pages:
    """Pages being filled: blocks of the answer in order, and with each the lines that its markers name."""

    def __init__(self, lines: dict[int, str], embeds: bool, head: Sequence[str], foot: Sequence[str]) -> None:
        self.done: list[Page] = []
        self._lines = lines
        self._embeds = embeds
        self._unlisted = list(lines)
        self._begin(head, foot)

    def add(self, block: str) -> None:
        """Puts a block on the page at hand where it fits with its sources, else on the next."""
        named = [n for n in dict.fromkeys(markers(block)) if n in self._lines]
        if (self._blocks or self._listed) and not self._takes([block], [n for n in named if n not in self._listed]):
            self._turn()
        self._blocks.append(block)
        self._list(n for n in named if n not in self._listed)

    def finish(self) -> tuple[Page, ...]:
        """Lists what no marker named, and gives all pages."""
        self._list(list(self._unlisted))
        return (*self.done, self._page())

    def _begin(self, head: Sequence[str] = (), foot: Sequence[str] = ()) -> None:
        self._head, self._foot = head, foot
        self._blocks: list[str] = []
        self._listed: list[int] = []

    def _turn(self) -> None:
        self.done.append(self._page())
        self._begin()

    def _list(self, numbers: Iterable[int]) -> None:
        for n in numbers:
            if not self._takes([], [n]):
                self._turn()
            self._listed.append(n)
            if n in self._unlisted:
                self._unlisted.remove(n)

    def _takes(self, blocks: Sequence[str], numbers: Sequence[int]) -> bool:
        page = self._page(blocks, numbers)
        return width(page.content) <= CONTENT_LIMIT and width(page.sources) <= EMBED_LIMIT

    def _page(self, blocks: Sequence[str] = (), numbers: Sequence[int] = ()) -> Page:
        body = [*self._head, *self._blocks, *blocks, *self._foot]
        sources = [self._lines[n] for n in (*self._listed, *numbers)]
        if self._embeds:
            return Page("\n".join(body or ["**Sources, continued**"]), "\n".join(sources))
        return Page("\n".join([*body, *(["**Sources**"] if sources else []), *sources]))


def render(
    answer: Answer, *, today: datetime.date, quoted: bool = False, embeds: bool = True, remarks: Sequence[str] = ()
) -> tuple[Page, ...]:
    """The answer's pages, at least one, each within Discord's limits.

    Args:
        answer: what to show.
        today: the day against which the sources' age is told.
        quoted: whether to show the question above the answer, as a slash command's reply needs.
        embeds: whether sources may go into an embed.
        remarks: lines of ours for the reader ("only the last 6 messages were used").
    """
    head = [f"> {brief(answer.query.question, _QUESTION_SHOWN)}"] if quoted else []
    foot = [f"-# {line}" for line in _foot(answer, today, remarks)]
    if answer.answered:
        lines = {citation.n: citation_line(citation) for citation in answer.citations}
        blocks = _statement_blocks(answer, _BLOCK_LIMIT if embeds else _BLOCK_LIMIT_BARE)
    else:
        lines = {n: _nearest_line(n, hit) for n, hit in enumerate(answer.nearest, start=1)}
        blocks = _abstention_blocks(answer)
    pages = _Pages(lines, embeds, head, foot)
    for block in blocks:
        pages.add(block)
    return pages.finish()


def unfinished(doing: str, statements: Sequence[Statement]) -> str:
    """What is shown while an answer is being made: what is being done, and the statements that are verified already."""
    return split("\n".join([f"-# {doing} …", *map(_statement_text, statements)]), CONTENT_LIMIT)[0]


def citation_line(citation: Citation) -> str:
    """A numbered line of the source list: title, kind, publisher, date and a link to the quoted words."""
    return f"**[{citation.n}]** {source_line(citation.source, citation.quote)}"


def source_line(source: Source, quoted: str = "") -> str:
    """Title, kind, publisher, date and link of a source, escaped, on one line."""
    parts = [
        brief(source.title, 160) or "untitled",
        "brief" if source.kind == "brief" else "",
        brief(source.publisher, 80),
        brief(date_words(source.date), 40) or "undated",
    ]
    link = source_link(source, quoted)
    if link:
        parts.append(f"[{'open at the quoted words' if ':~:' in link else 'open'}](<{link}>)")
    return " · ".join(part for part in parts if part)


def markers(text: str) -> list[int]:
    """The numbers of the markers in a text, in order; escaped brackets and masked links are none."""
    return [int(number) for number in MARKER.findall(text)]


def _statement_blocks(answer: Answer, limit: int) -> list[str]:
    blocks: list[str] = []
    for statement in answer.statements:
        blocks.extend(split(_statement_text(statement), limit))
    return blocks


def _statement_text(statement: Statement) -> str:
    shown = "".join(f"[{n}]" for n in statement.citations)
    return f"{escape(one_line(statement.text))} {shown}".strip()


def _abstention_blocks(answer: Answer) -> list[str]:
    blocks = ["**The sources do not answer this.**", reason_words(answer.reason)]
    missing = ", ".join(brief(word, 60) for word in answer.trace.missing[:8])
    if missing:
        blocks.append(f"Not found in them: {missing}.")
    sources = {hit.passage.source.id for hit in answer.retrieved}
    if answer.reason != "empty_question":
        searched = f"{plural(len(answer.retrieved), 'passage')} of {plural(len(sources), 'source')}"
        only = " of the chosen source" if answer.query.sources else ""
        blocks.append(f"Searched for “{_searched(answer)}”{only}; read {searched}.")
    if answer.nearest:
        blocks.append("The nearest passages, which do not answer it, are below.")
    return blocks


def _searched(answer: Answer) -> str:
    return brief(answer.query.standalone or answer.query.question, 160)


def _nearest_line(n: int, hit: Hit) -> str:
    passage = hit.passage
    text = brief(passage.text, _NEAREST_QUOTE)
    return f"**Passage {n}** {source_line(passage.source, one_line(passage.text)[:200])}\n> {text}"


def _foot(answer: Answer, today: datetime.date, remarks: Sequence[str]) -> list[str]:
    lines: list[str] = []
    if answer.answered:
        date = newest(citation.source.date for citation in answer.citations)
        age = f"newest source {date_words(date)} ({age_words(date, today)})" if date else "no source carries a date"
        sources = {citation.source.id for citation in answer.citations}
        held = f"{plural(len(answer.statements), 'entry')} from {plural(len(sources), 'source')}".replace(
            "entrys", "entries"
        )
        lines.append(f"{held if answer.engine == VIEW else f'Support: {support_words(answer.support)}'} · {age}")
        if one_line(answer.query.standalone) not in ("", one_line(answer.query.question)):
            lines.append(f"Searched for: {_searched(answer)}")
    lines.extend(brief(line, 160) for line in (*remarks, *answer.trace.notes))
    return (
        join_within(lines, _FOOT_SHOWN, more="and {} more notes under “Why this answer?”").split("\n") if lines else []
    )
