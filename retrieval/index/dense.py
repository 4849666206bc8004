"""Dense search: passage vectors in Chroma, embedded on disk or on a server. Cosine, higher is better.

Chroma speaks of distances (1 - cosine, lower is better); they are turned round here, where they enter.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import os
import threading
import weakref
from collections.abc import Iterator, Sequence
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
        self._folder, self._url, self._name = folder, url, f"{name}-{fingerprint}"
        self._open()

    def _open(self) -> None:
        client = _connect(self._folder, self._url)
        self.close = weakref.finalize(self, _release, client)  # also when the last question that uses it is done
        with _explained("open the vectors"):
            self._collection = client.get_or_create_collection(
                self._name,
                configuration={"hnsw": {"space": "cosine", "ef_search": SEARCH_WIDTH, "ef_construction": 200}},
                embedding_function=None,
            )

    def count(self) -> int:
        """How many vectors there are, named by a manifest or not."""
        with _explained("count the vectors"):
            return int(self._collection.count())

    def has(self, ids: Sequence[str]) -> set[str]:
        """Those of `ids` that have a vector."""
        found: set[str] = set()
        with _explained("look the vectors up"):
            for at in range(0, len(ids), BATCH):
                found.update(self._collection.get(ids=list(ids[at : at + BATCH]), include=[])["ids"])
        return found

    def add(self, ids: Sequence[str], vectors: NDArray[np.float32], sources: Sequence[str]) -> None:
        """Keeps vectors (n, dimension) under `ids`, with the source that a search may be limited to."""
        for at in range(0, len(ids), BATCH):
            rows = slice(at, at + BATCH)
            with _explained("keep the vectors"):
                self._collection.upsert(
                    ids=list(ids[rows]),
                    embeddings=vectors[rows],
                    metadatas=[{"source": source} for source in sources[rows]],
                )

    def search(self, vector: NDArray[np.float32], k: int, sources: Sequence[str] = ()) -> list[tuple[str, float]]:
        """The `k` nearest ids with their cosines, best first; ties by id, so that a run repeats.

        Raises:
            UnusableIndexError: the vectors cannot be read.
        """
        where: Any = {"source": {"$in": list(sources)}} if sources else None
        query = {"query_embeddings": [vector], "n_results": k, "where": where, "include": ["distances"]}
        try:
            found = self._collection.query(**query)
        except Exception:  # opened while another process was writing its files: they are whole a moment later
            self.close()
            self._open()
            with _explained("search"):
                found = self._collection.query(**query)
        distances = (found["distances"] or [[]])[0]
        pairs = [(passage, 1.0 - float(distance)) for passage, distance in zip(found["ids"][0], distances, strict=True)]
        return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))

    def all_ids(self) -> list[str]:
        """Every id that has a vector."""
        found: list[str] = []
        with _explained("list the vectors"):
            for at in range(0, self.count(), BATCH):
                found.extend(self._collection.get(limit=BATCH, offset=at, include=[])["ids"])
        return found

    def remove(self, ids: Sequence[str]) -> None:
        """Removes the vectors of `ids`."""
        with _explained("remove vectors"):
            for at in range(0, len(ids), BATCH):
                self._collection.delete(ids=list(ids[at : at + BATCH]))


@contextlib.contextmanager
def _explained(doing: str) -> Iterator[None]:
    """Chroma's errors, of many kinds, as one that says what to do."""
    try:
        yield
    except UnusableIndexError:
        raise
    except Exception as error:
        raise UnusableIndexError(
            f"Chroma cannot {doing} ({error}); see that the disk has room and that the index may be written to, which "
            "asking needs too, or run: parley doctor"
        ) from error


_taken: set[int] = set()
_lock = threading.Lock()


def _connect(folder: Path, url: str) -> ClientAPI:
    import chromadb
    from chromadb.config import Settings

    logging.getLogger("chromadb").setLevel(logging.ERROR)
    with _explained(f"open {url or folder}"):
        if not url:
            folder.mkdir(parents=True, exist_ok=True)
            return _connect_folder(folder)
        parts = urlsplit(url)
        secure = parts.scheme == "https"
        port = parts.port or (443 if secure else 8000)
        settings = Settings(anonymized_telemetry=False)
        return chromadb.HttpClient(host=parts.hostname or "localhost", port=port, ssl=secure, settings=settings)


def _connect_folder(folder: Path) -> ClientAPI:
    """A client that shares nothing with others of this process.

    Chroma keeps one system for each path as it is spelt, with its vectors in memory: it neither sees what another
    process writes nor survives another's close. So each client spells the path its own way (`chroma/././.`).
    """
    import chromadb
    from chromadb.config import Settings

    with _lock:
        number = next(n for n in itertools.count() if n not in _taken)
        _taken.add(number)
    path = os.path.join(folder, *["."] * number)
    client = chromadb.PersistentClient(path, settings=Settings(anonymized_telemetry=False))
    client.parley_number = number  # type: ignore[attr-defined]
    return client


def _release(client: ClientAPI) -> None:
    with contextlib.suppress(RuntimeError, AttributeError):  # at the interpreter's end Chroma may be gone before us
        client.close()  # type: ignore[attr-defined]
    with _lock:
        _taken.discard(getattr(client, "parley_number", -1))
