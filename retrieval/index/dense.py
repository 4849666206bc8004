"""Dense search: passage vectors in Chroma, embedded on disk or on a server. Cosine, higher is better.

Chroma speaks of distances (1 - cosine, lower is better); they are turned round here, where they enter, and nowhere else.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import UnusableIndexError

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

BATCH = 2000  # rows of one write: under SQLite's and Chroma's limits, large enough to be quick
SEARCH_WIDTH = 400  # HNSW's ef: at 5,000 passages the hundred nearest come back exact but for one or two


class Dense:
    """One Chroma collection for one embedding model. It may hold vectors that no manifest names: callers filter."""

    def __init__(self, folder: Path, fingerprint: str, url: str = "", name: str = "passages") -> None:
        """Opens the collection, creating it where it is not there.

        Raises:
            UnusableIndexError: the folder or the server cannot be opened.
        """
        self._client = _connect(folder, url)
        try:
            self._collection = self._client.get_or_create_collection(
                f"{name}-{fingerprint}",
                configuration={"hnsw": {"space": "cosine", "ef_search": SEARCH_WIDTH, "ef_construction": 200}},
                embedding_function=None,
            )
        except Exception as error:
            raise UnusableIndexError(f"Chroma cannot open the vectors ({error}); run: parley doctor") from error

    def close(self) -> None:
        """Lets go of the store, so that a later opening sees what another process wrote."""
        with contextlib.suppress(Exception):  # an older chromadb has no close; its memory goes with the object
            self._client.close()  # type: ignore[attr-defined]

    def count(self) -> int:
        """How many vectors there are, named by a manifest or not."""
        return int(self._collection.count())

    def has(self, ids: Sequence[str]) -> set[str]:
        """Those of `ids` that have a vector."""
        found: set[str] = set()
        for at in range(0, len(ids), BATCH):
            found.update(self._collection.get(ids=list(ids[at : at + BATCH]), include=[])["ids"])
        return found

    def add(self, ids: Sequence[str], vectors: NDArray[np.float32], sources: Sequence[str]) -> None:
        """Keeps vectors (n, dimension) under `ids`, with the source that a search may be limited to."""
        for at in range(0, len(ids), BATCH):
            rows = slice(at, at + BATCH)
            self._collection.upsert(
                ids=list(ids[rows]),
                embeddings=vectors[rows],
                metadatas=[{"source": source} for source in sources[rows]],
            )

    def search(self, vector: NDArray[np.float32], k: int, sources: Sequence[str] = ()) -> list[tuple[str, float]]:
        """The `k` nearest ids with their cosines, best first; ties by id, so that a run repeats."""
        where: Any = {"source": {"$in": list(sources)}} if sources else None
        found = self._collection.query(query_embeddings=[vector], n_results=k, where=where, include=["distances"])
        distances = (found["distances"] or [[]])[0]
        pairs = [(passage, 1.0 - float(distance)) for passage, distance in zip(found["ids"][0], distances, strict=True)]
        return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))

    def vectors(self, ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """The vectors of those of `ids` that have one."""
        if not ids:
            return {}
        found = self._collection.get(ids=list(ids), include=["embeddings"])
        rows: Any = found["embeddings"]
        return dict(zip(found["ids"], np.asarray(rows, dtype=np.float32), strict=True))

    def all_ids(self) -> list[str]:
        """Every id that has a vector."""
        found: list[str] = []
        for at in range(0, self.count(), BATCH):
            found.extend(self._collection.get(limit=BATCH, offset=at, include=[])["ids"])
        return found

    def remove(self, ids: Sequence[str]) -> None:
        """Removes the vectors of `ids`."""
        for at in range(0, len(ids), BATCH):
            self._collection.delete(ids=list(ids[at : at + BATCH]))


def _connect(folder: Path, url: str) -> ClientAPI:
    import chromadb
    from chromadb.config import Settings

    logging.getLogger("chromadb").setLevel(logging.ERROR)
    settings = Settings(anonymized_telemetry=False)
    try:
        if not url:
            folder.mkdir(parents=True, exist_ok=True)
            return chromadb.PersistentClient(str(folder), settings=settings)
        parts = urlsplit(url)
        secure = parts.scheme == "https"
        port = parts.port or (443 if secure else 8000)
        return chromadb.HttpClient(host=parts.hostname or "localhost", port=port, ssl=secure, settings=settings)
    except Exception as error:
        place = url or str(folder)
        raise UnusableIndexError(f"Chroma cannot open {place} ({error}); run: parley doctor") from error
