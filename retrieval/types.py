"""The nouns of the project, in the order of the data: a source becomes a document, passages, hits, evidence, an answer.

Everything here is frozen. Every offset counts characters of `Document.text`, half-open `[start, end)`. Every score is
"higher is better". This module knows nothing of files, models, indexes or Discord.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

UnitKind = Literal["sentence", "item", "row", "heading"]
Reason = Literal["no_evidence", "unsupported", "empty_question"]
Verdict = Literal["supported", "contradicted", "not_enough"]
Role = Literal["user", "assistant"]


@dataclass(frozen=True, slots=True)
class Reference:
    """A work that a brief rests on."""

    title: str
    publisher: str = ""
    date: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a text comes from. `date` is ISO 8601, whole or partial ("2022-09-30", "2024"), or "" when unknown."""

    id: str
    title: str
    publisher: str = ""
    date: str = ""
    kind: str = "document"
    url: str = ""
    licence: str = ""
    path: str = ""
    references: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A source's repaired text, which every offset refers to. `hash` is the first 8 hex digits of its sha256."""

    source: Source
    text: str
    hash: str

    @property
    def key(self) -> str:
        """`<source-id>@<hash>`: the same text of the same source has the same key on every machine."""
        return f"{self.source.id}@{self.hash}"


@dataclass(frozen=True, slots=True)
class Unit:
    """The least that can be cited: a sentence, a list item, a table row, or a heading (never an answer by itself).

    `lead_in` is what introduces it and is not inside it: the sentence before a list, the column names of a table as
    "Tactic | Description".
    """

    start: int
    end: int
    kind: UnitKind
    lead_in: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole units of one document: `document.text[start:end] == text`. `headings` is the path from the top."""

    source: Source
    document_hash: str
    start: int
    end: int
    text: str
    headings: tuple[str, ...] = ()
    units: tuple[Unit, ...] = ()

    @property
    def id(self) -> str:
        """`<source-id>@<hash>#<start>-<end>`, for ever."""
        return f"{self.source.id}@{self.document_hash}#{self.start}-{self.end}"

    @property
    def lead_in(self) -> str:
        """What introduces its first unit (a sentence, a table's columns), "" where the passage holds it itself."""
        first = next((unit for unit in self.units if unit.kind != "heading"), None)
        return first.lead_in if first and first.lead_in not in self.text else ""

    def slice(self, start: int, end: int) -> str:
        """The characters `[start, end)` of the document, which must lie within the passage."""
        return self.text[start - self.start : end - self.start]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that retrieval found. Ranks count from 1; None where that way of searching did not find it.

    `score` is the fused score; `score_dense` is a cosine, `score_lexical` BM25, `score_reader` a probability.
    """

    passage: Passage
    score: float
    rank_dense: int | None = None
    rank_lexical: int | None = None
    score_dense: float = 0.0
    score_lexical: float = 0.0
    score_reader: float | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message of a conversation; `passages` are the ids that an answer of ours cited in it."""

    role: Role
    text: str
    passages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """A question as asked, and `standalone`: the same question readable without the history (what is searched for)."""

    question: str
    standalone: str
    history: tuple[Turn, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """A unit that may answer the question. `score` is comparable within one question, `spans` are the answering words.

    `features` are the model's inputs by name, `missing` says in words what of the question the passage lacks
    ("2029"), shown to the reader when Parley abstains.
    """

    hit: Hit
    unit: Unit
    score: float
    spans: tuple[tuple[int, int], ...] = ()
    features: Mapping[str, float] = field(default_factory=dict)
    missing: tuple[str, ...] = ()

    @property
    def quote(self) -> str:
        """The unit's own characters."""
        return self.hit.passage.slice(self.unit.start, self.unit.end)

    @property
    def place(self) -> tuple[str, int]:
        """Where the unit stands: passage, and where in its document it starts."""
        return self.hit.passage.id, self.unit.start


@dataclass(frozen=True, slots=True)
class Citation:
    """A marker's target: `document.text[start:end] == quote`, checked after every answer. `bold` lies within it."""

    n: int
    passage: str
    source: Source
    quote: str
    start: int
    end: int
    bold: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer (no markers in the text) and the numbers of its citations, at least one."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Dropped:
    """A drafted statement that verify refused, and why."""

    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Trace:
    """How an answer came to be: evidence considered, what verify dropped, what was noticed, notes for the reader."""

    evidence: tuple[Evidence, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """What an answerer proposes, extractive or a language model: statements and the citations they name."""

    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    support: float
    dropped: tuple[Dropped, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """Statements with citations, or an abstention with its reason and the nearest hits: never both, never neither.

    `support` in 0..1 is calibrated: of the answers with support about p, about p are right. `seconds` is by stage.
    """

    query: Query
    answered: bool
    support: float
    reason: Reason | None
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    nearest: tuple[Hit, ...]
    retrieved: tuple[Hit, ...]
    engine: str
    index_version: str
    seconds: Mapping[str, float]
    trace: Trace
    prompt_hash: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """What the sources say of a claim, with the passages for and against."""

    claim: str
    verdict: Verdict
    support: float
    evidence_for: tuple[Citation, ...]
    evidence_against: tuple[Citation, ...]
    seconds: Mapping[str, float]
