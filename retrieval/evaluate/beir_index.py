"""The index of a BEIR corpus, made once for each corpus and model and then reused, and the search over it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.ask.condense import condense
from retrieval.ask.retrieve import retrieve
from retrieval.errors import UnusableIndexError
from retrieval.evaluate.beir import BeirFolder, BeirQuery, Search
from retrieval.ingest.ingest import Batch, Progress
from retrieval.ingest.load import Loaded
from retrieval.settings import Settings
from retrieval.types import Hit, Source

if TYPE_CHECKING:
    from retrieval.engine import Engine

ORIGIN = "beir"
PASSAGES = 200  # for each query: enough for 100 documents where some have several passages among the best


def index_folder(base: Path, folder: BeirFolder, settings: Settings) -> Path:
    """Where the index of this corpus lies, for this embedding model; the same texts share it wherever they are."""
    model = re.sub(r"[^\w.]+", "-", Path(settings.embedding).name)
    return base / f"{folder.path.resolve().name}-{folder.corpus_hash()}-{model}-{settings.precision}"


def ensure_index(engine: Engine, folder: BeirFolder, progress: Progress) -> bool:
    """Indexes the corpus into the engine's folder unless that is done; says whether it had to."""
    try:
        if engine.has_index():
            return False
    except UnusableIndexError:  # damaged, or made with another model or splitter: ingest mends it and keeps what it can
        pass
    engine.ingest([Batch(ORIGIN, _loaded(folder))], progress=progress)
    return True


def search_with(engine: Engine, mode: str) -> Search:
    """The engine's own retrieval; a query with history is made to stand alone first."""

    def search(query: BeirQuery) -> list[Hit]:
        return retrieve(condense(query.text, query.history), engine.index, engine.embedder, PASSAGES, mode)

    return search


def _loaded(folder: BeirFolder) -> Iterator[Loaded]:
    for document in folder.documents():
        text = document.text if document.text.strip() else document.title
        yield Loaded(Source(id=document.id, title=document.title, kind=ORIGIN), text)
