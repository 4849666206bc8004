"""Where gold quotes stand in the documents, and which passages and citations lie on them.

Spans are character offsets of `Document.text`, half-open. Knows nothing of metrics.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from retrieval.errors import QuestionSetError
from retrieval.evaluate.cases import ContextText, Gold, QuestionSet
from retrieval.types import Document, Source

PASSAGE_ID = re.compile(r"(?P<key>.+)#(?P<start>\d+)-(?P<end>\d+)", re.DOTALL)
# What people type for what typesetters set; one character for one, so that offsets stay.
TYPED = str.maketrans("‘’‚‛“”„‟«»–—‑−", "'" * 4 + '"' * 6 + "-" * 4)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch `[start, end)` of the document whose key is `document`."""

    document: str
    start: int
    end: int


Occurrences = tuple[Span, ...]  # every place where one gold quote stands; any of them will do


def context_document(text: ContextText) -> Document:
    """A case's own text as a document, to the character as it was given: citations point into it."""
    digest = hashlib.sha256(text.text.encode("utf-8")).hexdigest()
    return Document(Source(id=text.id, title=text.title, kind="context"), text.text, digest[:8])


def locate_gold(questions: QuestionSet, documents: Iterable[Document]) -> tuple[tuple[Occurrences, ...], ...]:
    """For each case, for each gold quote, where it stands: in the case's own context if it has one, else anywhere.

    White space and typographic quotes and dashes may differ between the quote and the document.

    Raises:
        QuestionSetError: a quote is in no document, or names a source that is not there; all are named.
    """
    shelf = _Shelf(documents)
    mistakes: list[str] = []
    located: list[tuple[Occurrences, ...]] = []
    for case, line in zip(questions.cases, questions.lines, strict=True):
        where = _Shelf(map(context_document, case.context)) if case.context else shelf
        found = [where.find(gold) for gold in case.gold]
        for gold, spans in zip(case.gold, found, strict=True):
            if not spans:
                mistakes.append(f"line {line}: {where.blame(gold)}")
        located.append(tuple(found))
    if mistakes:
        raise QuestionSetError(questions.path, mistakes)
    return tuple(located)


def covered(spans: Occurrences, document: str, start: int, end: int) -> bool:
    """Whether `[start, end)` of a document lies on a gold quote: it shares half or more of the shorter of the two."""
    for span in spans:
        shared = min(end, span.end) - max(start, span.start)
        if span.document == document and shared > 0 and 2 * shared >= min(end - start, span.end - span.start):
            return True
    return False


def passage_span(passage: str) -> Span:
    """The span that a passage id names.

    Raises:
        ValueError: it is no passage id.
    """
    match = PASSAGE_ID.fullmatch(passage)
    if match is None:
        raise ValueError(f"{passage!r} is no passage id")
    return Span(match["key"], int(match["start"]), int(match["end"]))


def golds_of_passage(gold: Sequence[Occurrences], passage: str) -> list[int]:
    """Which gold quotes (by number from 0) a passage covers."""
    span = passage_span(passage)
    return [n for n, spans in enumerate(gold) if covered(spans, span.document, span.start, span.end)]


def golds_of_citation(gold: Sequence[Occurrences], citation: Mapping[str, object]) -> list[int]:
    """Which gold quotes (by number from 0) a citation's own words lie on."""
    document = passage_span(str(citation["passage"])).document
    start, end = int(str(citation["start"])), int(str(citation["end"]))
    return [n for n, spans in enumerate(gold) if covered(spans, document, start, end)]


class _Shelf:
    """Documents by source, folded for searching when first needed."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._documents = {document.source.id: document for document in documents}
        self._folded: dict[str, tuple[str, list[int]]] = {}

    def find(self, gold: Gold) -> Occurrences:
        """Every occurrence, in the named source or, when none is named, in all."""
        ids = [gold.source] if gold.source else list(self._documents)
        needle = _fold(gold.quote.strip())[0]
        return tuple(span for name in ids if name in self._documents for span in self._spans(name, needle))

    def blame(self, gold: Gold) -> str:
        """Why `find` found nothing, and what may be done."""
        quote = gold.quote if len(gold.quote) <= 80 else gold.quote[:79] + "…"
        if gold.source and gold.source not in self._documents:
            return f'there is no source {gold.source!r} for the quote "{quote}"; `parley sources` lists them'
        others = sorted({span.document for span in self.find(Gold("", gold.quote))}) if gold.source else []
        where = f"is not in {gold.source!r}" if gold.source else "is in no document"
        return f'the quote "{quote}" {where}; ' + (
            f"it stands in {', '.join(others)}" if others else "copy it from the text as `parley show` prints it"
        )

    def _spans(self, name: str, needle: str) -> list[Span]:
        if name not in self._folded:
            self._folded[name] = _fold(self._documents[name].text)
        folded, offsets = self._folded[name]
        spans, at = [], folded.find(needle) if needle else -1
        while at >= 0:
            last = at + len(needle) - 1
            spans.append(Span(self._documents[name].key, offsets[at], offsets[last] + 1))
            at = folded.find(needle, at + 1)
        return spans


def _fold(text: str) -> tuple[str, list[int]]:
    """The text with runs of white space as one space and typed quotes and dashes, and each character's offset."""
    characters: list[str] = []
    offsets: list[int] = []
    for offset, character in enumerate(text.translate(TYPED)):
        blank = character.isspace()
        if blank and characters and characters[-1] == " ":
            continue
        characters.append(" " if blank else character)
        offsets.append(offset)
    return "".join(characters), offsets
