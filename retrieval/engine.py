"""The engine: everything that answers, built once at the door and shared by shell, bot and evaluation. Thread-safe.

It holds resources (model, index, chain) and forwards to plain functions; it follows a new manifest without a restart.
"""

from __future__ import annotations

import dataclasses
import os
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.ask.atlarge import AtLarge, Surveyed
from retrieval.ask.retrieve import retrieve
from retrieval.ask.state import State, Tools
from retrieval.chain import build_chain
from retrieval.errors import NoIndexError
from retrieval.export import ensure_exported
from retrieval.index.index import Index, open_index
from retrieval.index.manifest import Entry, read_manifest, stamp
from retrieval.ingest.split import SPLITTER_VERSION
from retrieval.models import OnnxEmbedder, TokenEmbedder
from retrieval.reader import OnnxReader
from retrieval.settings import Settings
from retrieval.types import Answer, Check, Document, Hit, Passage, Query, Source, Statement, Turn

if TYPE_CHECKING:
    from retrieval.ask.generate import Author
    from retrieval.ingest.ingest import Batch, Progress, Report
    from retrieval.views.build import Dated, Group
    from retrieval.views.compare import Pair
    from retrieval.views.recognise import Finding, Kind

TRACING = ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING", "LANGCHAIN_TRACING_V2")


class Engine:
    """Answers from one index. Reads go to the index as it was when the question came."""

    def __init__(self, settings: Settings, embedder: TokenEmbedder, folder: Path | None = None) -> None:
        self.settings, self.embedder = settings, embedder
        self.folder = folder or settings.index_folder
        self._tools = Tools(settings, embedder, OnnxReader(settings.threads) if settings.reader else None)
        self._chain = build_chain(self._tools)
        self._index: Index | None = None
        self._findings: tuple[str, list[Finding]] | None = None
        self._author: Author | None = None
        self._lock = threading.Lock()

    @property
    def index(self) -> Index:
        """The index of the manifest that is there now; reopened when an ingest has replaced it.

        Raises:
            NoIndexError: there is none.
            IndexMismatchError: it was made with another model or splitter.
        """
        with self._lock:
            if self._index is None or self._index.stamp != stamp(self.folder):
                self._index = open_index(
                    self.folder, self.embedder.fingerprint, SPLITTER_VERSION, self.settings.chroma_url
                )
            return self._index

    @property
    def author(self) -> Author | None:
        """The language model with its prompts, opened at the first question; None where the settings name none.

        Raises:
            ModelError: its package or its key is missing, or a prompt is damaged.
            SettingsError: its name has no provider.
        """
        if not self.settings.model:
            return None
        with self._lock:
            if self._author is None:
                self._author = _open_author(self.settings)
            return self._author

    @property
    def index_version(self) -> str:
        """The version of the index that the next question is asked of."""
        return self.index.version

    def reload(self) -> str:
        """Opens the index afresh and returns its version."""
        with self._lock:
            self._index = None
        return self.index.version

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        sources: Sequence[str] = (),
        *,
        context: Sequence[Passage] | None = None,
        on_stage: Callable[[str], None] | None = None,
        on_statement: Callable[[Statement], None] | None = None,
    ) -> Answer:
        """A cited answer or an abstention, from the index or from the passages of `context` alone.

        `on_stage` is told each stage as it begins, `on_statement` each statement as soon as it is verified.

        Raises:
            UsageError: the question is far too long, or a source is not in the index.
            UnusableIndexError: the index cannot be used.
            ModelError: a language model is set and cannot be used: its package or its key is missing.
        """
        given = None if context is None else tuple(context)
        index = self.index if given is None else None
        if index is not None:
            index.check_sources(sources)
        state = State(
            question, index, tuple(history), tuple(sources), given, on_stage, on_statement, self.author, self._survey
        )
        with _untraced():
            return self._chain.invoke(state)

    def search(self, query: str, k: int = 10, mode: str = "hybrid", sources: Sequence[str] = ()) -> list[Hit]:
        """The `k` best passages, best first; `mode` is hybrid, dense or lexical."""
        index = self.index
        index.check_sources(sources)
        return list(retrieve(Query(query, query, (), tuple(sources)), index, self.embedder, k, mode))

    def check(self, claim: str, *, context: Sequence[Passage] | None = None) -> Check:
        """What the sources, or the passages of `context` alone, say of a claim."""
        from retrieval.ask.check import check_claim

        index = self.index if context is None else None
        return check_claim(claim, index, self._tools, None if context is None else tuple(context))

    def groups(self, kind: Kind, actor: str = "", sources: Sequence[str] = ()) -> list[Group]:
        """The factors or tactics of the index under their heads, of an actor or of some sources where given."""
        from retrieval.kept import findings
        from retrieval.views.build import by_actor, group

        index = self.index
        if self._findings is None or self._findings[0] != index.version:
            self._findings = (index.version, findings(index))
        found = [one for one in self._findings[1] if one.kind == kind]
        found = [one for one in found if not sources or one.passage.source.id in sources]
        return group(by_actor(found, actor) if actor else found, index)

    def timeline(self, actor: str = "", since: str = "", until: str = "") -> list[Dated]:
        """What the index dates to the day, oldest first; of an actor, from and up to a date where given."""
        from retrieval.views.build import timeline

        return timeline(self.index, actor, since, until)

    def compare(self, left: str, right: str, topic: str = "") -> list[Pair]:
        """What two sources say, side by side, of a topic or of each that both speak of."""
        from retrieval.views.compare import compare

        index = self.index
        index.check_sources([left, right])
        return compare(index, self.embedder, left, right, topic)

    def _survey(self, wanted: AtLarge, query: Query) -> Surveyed:
        from retrieval.views.survey import survey

        groups: list[Group] = []
        if wanted.kind == "factor" or wanted.kind == "tactic":  # other kinds are read from the index itself
            groups = self.groups(wanted.kind, sources=query.sources)
        return survey(groups, wanted, query, self.index, self.embedder)

    def show(self, passage_id: str) -> Passage:
        """The passage with that id, also after its document was split anew or superseded."""
        return self.index.texts.resolve(passage_id)

    def document(self, key: str) -> Document:
        """The document `<source-id>@<hash>`, superseded or not."""
        return self.index.document(key)

    def sources(self) -> list[Source]:
        """What the index holds."""
        return self.index.sources

    def ingest(self, batches: Sequence[Batch], remove: Sequence[str] = (), progress: Progress | None = None) -> Report:
        """Brings the index up to what `batches` hold."""
        from retrieval.ingest.ingest import ingest
        from retrieval.kept import keep

        started = time.perf_counter()
        url = self.settings.chroma_url
        report = ingest(self.folder, batches, self.embedder, chroma_url=url, remove=remove, progress=progress)
        keep(self.index)
        return dataclasses.replace(report, seconds=time.perf_counter() - started)

    def known_entries(self) -> tuple[Entry, ...]:
        """What the index holds, entry by entry; nothing where there is no index yet, or one of another model."""
        try:
            return read_manifest(self.folder).entries
        except NoIndexError:
            return ()

    def is_current(self, passage: Passage) -> bool:
        """Whether the passage is of its document as the index holds it now."""
        return any(entry.key == f"{passage.source.id}@{passage.document_hash}" for entry in self.known_entries())

    def purge(self) -> int:
        """Forgets superseded texts, whose citations then open no more; returns how many."""
        return self.index.texts.purge({entry.key for entry in self.known_entries()})

    def has_index(self) -> bool:
        """Whether there is an index to ask."""
        try:
            return bool(self.index)
        except NoIndexError:
            return False


def open_engine(settings: Settings, folder: Path | None = None, on_export: Callable[[], None] | None = None) -> Engine:
    """The engine for these settings; the model is exported on the very first call, which takes some ten seconds.

    `folder` is the index to use instead of the settings' own.
    """
    exported = ensure_exported(settings.models_folder, settings.embedding, on_export)
    return Engine(settings, OnnxEmbedder(exported, settings.precision, settings.threads), folder)


def _open_author(settings: Settings) -> Author:
    from retrieval.ask.budget import Budget
    from retrieval.ask.cache import Cache
    from retrieval.ask.generate import Author
    from retrieval.ask.prompts import load_prompts
    from retrieval.shipped import prompts_folder
    from retrieval.writer import open_writer

    budget = Budget(settings.home / "tokens.json", settings.model_daily_tokens)
    cache = Cache(settings.home / "replies.sqlite") if settings.cache else None
    return Author(open_writer(settings), load_prompts(prompts_folder()), budget, cache, settings.model_tokens)


def _untraced() -> AbstractContextManager[None]:
    """LangChain's tracing off, whatever variables are set for it: a question goes nowhere that nobody asked for.

    The switch is imported only where there is something to switch off: it takes a third of a second.
    """
    if not any(os.environ.get(name) for name in TRACING):
        return nullcontext()
    from langsmith import tracing_context

    switched_off: AbstractContextManager[None] = tracing_context(enabled=False)
    return switched_off
