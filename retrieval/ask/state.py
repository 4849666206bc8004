"""A question on its way to an answer, what the steps work with, and how they look things up for it.

Knows the nouns of the project and the index. Must not know what a step does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from retrieval.ask.atlarge import Survey
from retrieval.index.index import Index
from retrieval.index.lexical import forms_of
from retrieval.models import Reader, TokenEmbedder
from retrieval.settings import Settings
from retrieval.types import Draft, Evidence, Hit, Passage, Query, Statement, Turn

if TYPE_CHECKING:
    from retrieval.ask.generate import Author

EXTRACTIVE = "extractive"


@dataclass(frozen=True, slots=True)
class Tools:
    """What the steps work with, built once at the door."""

    settings: Settings
    embedder: TokenEmbedder
    reader: Reader | None = None


@dataclass(frozen=True, slots=True)
class State:
    """A question on its way to an answer. `index` is the one it was asked of, whatever is swapped in meanwhile.

    `asked` is what the passages are asked, where that is not the stand-alone question but the last part of a long
    message, or the topic of a speaker's own texts. `sides` is the best unit of each side of a comparison. `author` is
    the language model, where one is set; `tokens` are those that it read and wrote. `survey` finds what the whole index
    says of a question for factors or tactics at large.
    """

    question: str
    index: Index | None
    history: tuple[Turn, ...] = ()
    sources: tuple[str, ...] = ()
    context: tuple[Passage, ...] | None = None
    on_stage: Callable[[str], None] | None = None
    on_statement: Callable[[Statement], None] | None = None
    author: Author | None = None
    survey: Survey | None = None
    query: Query = field(default_factory=lambda: Query("", ""))
    asked: Query | None = None
    hits: tuple[Hit, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    sides: tuple[Evidence, ...] = ()
    support: float = 0.0
    missing: tuple[str, ...] = ()
    draft: Draft | None = None
    engine: str = EXTRACTIVE
    notes: tuple[str, ...] = ()
    tokens: tuple[int, int] = (0, 0)
    seconds: Mapping[str, float] = field(default_factory=dict)


def forms(state: State) -> Mapping[str, int]:
    """The words of the sources, by the passages that they stand in."""
    if state.index is not None:
        return state.index.lexical.forms
    return forms_of([passage.text for passage in state.context or ()])


def text_of(state: State) -> Callable[[str], str]:
    """Opens the text that a passage's offsets refer to, by the passage's id."""
    given = {passage.id: passage for passage in state.context or ()}

    def text(passage_id: str) -> str:
        if passage_id in given:  # a given passage is all there is of its document: pad it to its offsets
            return " " * given[passage_id].start + given[passage_id].text
        assert state.index is not None
        return state.index.document(passage_id.rpartition("#")[0]).text

    return text


def stored_vectors(state: State) -> Callable[[Passage], NDArray[np.float32] | None]:
    """The units' vectors that the index keeps; none for given passages."""
    if state.index is None:
        return lambda passage: None
    found = state.index.unit_vectors([hit.passage.id for hit in state.hits])
    return lambda passage: found.get(passage.id)
