"""Answers on a terminal, through rich: cited words in bold inside their paragraph, sources as links.

Knows rich and the nouns; the wording that it shares with pipes comes from render.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from retrieval.render import abstention_lines, describe, engine_words, markers, quoted_link, shorten, support_words
from retrieval.types import Answer, Citation, Document, Hit, Statement

PARAGRAPH = 420  # characters of the paragraph shown around a quote


def print_statement(console: Console, statement: Statement) -> None:
    """One statement with its markers, as soon as it is verified."""
    console.print(Text.assemble(statement.text, " ", (markers(statement.citations), "cyan")))


def print_answer(
    console: Console, answer: Answer, document: Callable[[str], Document], explain: bool = False, told: bool = False
) -> None:
    """The answer with its sources; `document` opens a document by its key, `told` leaves out the statements."""
    console.print()
    if answer.query.standalone not in ("", answer.query.question):
        console.print(Text(f"Searched for: {answer.query.standalone}", style="dim"))
    for statement in () if told else answer.statements:
        print_statement(console, statement)
    if not answer.answered:
        console.print(Text("\n".join(abstention_lines(answer))))
    for note in answer.trace.notes:
        console.print(Text(f"Note: {note}", style="yellow"))
    if answer.answered:
        console.print(Text(f"\n{support_words(answer.support).capitalize()} ({answer.support:.2f})", style="dim"))
    for citation in answer.citations:
        console.print(_source(citation, document))
    if explain:
        print_trace(console, answer)


def _source(citation: Citation, document: Callable[[str], Document]) -> Group:
    link = quoted_link(citation)
    head = Text.assemble((f"[{citation.n}] ", "cyan"), (describe(citation.source), f"link {link}" if link else ""))
    text = document(citation.passage.rpartition("#")[0]).text
    return Group(head, Padding(_paragraph(text, citation), (0, 0, 0, 4)))


def _paragraph(text: str, citation: Citation) -> Text:
    """The paragraph that holds the quote, the quote in bold, the answering words underlined."""
    start = max(text.rfind("\n", 0, citation.start) + 1, citation.start - PARAGRAPH)
    stop = text.find("\n", citation.end)
    end = min(len(text) if stop < 0 else stop, citation.end + PARAGRAPH)
    shown = Text(text[start:end], style="dim")
    shown.stylize("not dim bold", citation.start - start, citation.end - start)
    for left, right in citation.bold:
        shown.stylize("not dim bold underline", left - start, right - start)
    return shown


def print_trace(console: Console, answer: Answer) -> None:
    """Why this answer: stages with their seconds, evidence with its strongest features, what was dropped."""
    seconds = ", ".join(f"{stage} {1000 * value:.0f} ms" for stage, value in answer.seconds.items())
    console.print(Text(f"\nHow: {seconds}; index {answer.index_version}; {engine_words(answer)}", style="dim"))
    table = Table("score", "evidence", "what counted", box=None, header_style="dim", pad_edge=False)
    for evidence in answer.trace.evidence[:8]:
        strongest = sorted(evidence.features.items(), key=lambda item: -abs(item[1]))[:4]
        counted = ", ".join(f"{name} {value:+.2f}" for name, value in strongest)
        table.add_row(f"{evidence.score:.2f}", Text(shorten(evidence.quote, 160)), Text(counted))
    console.print(table)
    for dropped in answer.trace.dropped:
        console.print(Text(f"Dropped: {dropped.text} ({dropped.why})", style="yellow"))


def print_hits(console: Console, hits: Iterable[Hit]) -> None:
    """Ranked passages with their scores."""
    for rank, hit in enumerate(hits, 1):
        ranks = f"dense {hit.rank_dense or '–'}, lexical {hit.rank_lexical or '–'}"
        head = Text.assemble(
            (f"{rank:>2}. {hit.score:.3f} ", "cyan"), describe(hit.passage.source), (f"  {ranks}", "dim")
        )
        body = Text(shorten(hit.passage.text, 400))
        console.print(head)
        console.print(Padding(body, (0, 0, 0, 4)))
        console.print(Padding(Text(hit.passage.id, style="dim"), (0, 0, 1, 4)))


def print_table(console: Console, names: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A plain table."""
    table = Table(*names, box=None, header_style="dim", pad_edge=False)
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))
    console.print(table)
