"""The index, opened and swapped as one thing: manifest, texts, word index, vectors.

Knows how the parts fit; must not know questions or answers. Reading never changes anything on disk.
"""

from __future__ import annotations

import dataclasses
import difflib
import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import IndexMismatchError, UnusableIndexError, UsageError
from retrieval.index.dense import Dense
from retrieval.index.late import WIDTH
from retrieval.index.lexical import Lexical
from retrieval.index.manifest import Manifest, read_manifest, stamp
from retrieval.index.names import Names
from retrieval.index.texts import Texts
from retrieval.types import Document, Passage, Source


class Index:
    """An opened index. It answers from the manifest it was opened with, whatever an ingest writes meanwhile."""

    def __init__(self, folder: Path, manifest: Manifest, dense: Dense) -> None:
        self.folder, self.manifest, self.dense = folder, manifest, dense
        self.version = manifest.version
        self.stamp = stamp(folder)
        self.texts = Texts(folder / "texts.sqlite3")
        self.lexical = Lexical(folder / "lexical" / manifest.lexical)
        self._sources = {entry.source.id: entry.source for entry in manifest.entries}
        self._unnamed: int | None = None

    def close(self) -> None:
        """Closes files; answers given stay valid."""
        self.texts.close()
        self.dense.close()

    @property
    def sources(self) -> list[Source]:
        """What the index holds, in the order of the manifest."""
        return list(self._sources.values())

    @cached_property
    def names(self) -> Names:
        """The titles of the documents, to be found in a question: numbered as `lexical.documents`."""
        return Names([self._sources[source].title for source in self.lexical.documents])

    def check_sources(self, wanted: Sequence[str]) -> None:
        """Raises:
        UsageError: one of `wanted` is not in the index, with the ids that are near it.
        """
        for source in wanted:
            if source not in self._sources:
                near = difflib.get_close_matches(source, self._sources, n=3, cutoff=0.4)
                hint = f"; did you mean {' or '.join(near)}?" if near else ""
                raise UsageError(f"no source is called {source!r}{hint} `parley sources` lists them all")

    def search_dense(self, vector: NDArray[np.float32], k: int, sources: Sequence[str] = ()) -> list[tuple[str, float]]:
        """The `k` nearest passages of this manifest with their cosines, best first.

        Vectors that no manifest names (an ingest under way, or the last one's leavings) are asked for on top and left
        out, so that exactly `k` come back where there are as many.
        """
        if self._unnamed is None:
            self._unnamed = max(0, self.dense.count() - len(self.lexical.ids))
        found = self.dense.search(vector, k + self._unnamed, sources)
        named = [(passage, cosine) for passage, cosine in found if passage in self.lexical.row]
        if len(named) < k and len(found) == k + self._unnamed:
            self._unnamed = max(0, self.dense.count() - len(self.lexical.ids))
            found = self.dense.search(vector, k + self._unnamed, sources)
            named = [(passage, cosine) for passage, cosine in found if passage in self.lexical.row]
        return named[:k]

    def passages(self, ids: Sequence[str]) -> list[Passage]:
        """The passages with these ids, in this order, under their sources' present titles and dates."""
        return [
            dataclasses.replace(passage, source=self._sources.get(passage.source.id, passage.source))
            for passage in self.texts.passages(ids)
        ]

    def vectors(self, ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """The vectors of passages by passage id: arrays (dimension,) of length 1."""
        return self.texts.vectors(self.manifest.fingerprint, ids)

    def unit_vectors(self, ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """The vectors of passages' units by passage id: arrays (units, dimension), rows of length 1."""
        return self.texts.unit_vectors(self.manifest.fingerprint, ids, self.manifest.dimension)

    def token_codes(self, ids: Sequence[str]) -> dict[str, NDArray[np.int8]]:
        """The compressed token vectors of passages by passage id: arrays (tokens, late.WIDTH)."""
        return self.texts.token_codes(self.manifest.fingerprint, ids, WIDTH)

    def document(self, key: str) -> Document:
        """The document with that key, superseded or not."""
        return self.texts.document(key)


def open_index(folder: Path, fingerprint: str, splitter: str, chroma_url: str = "") -> Index:
    """Opens the index in `folder` for the embedding model with that fingerprint.

    Raises:
        NoIndexError: there is none.
        IndexMismatchError: it was made with another model or another splitter.
        UnusableIndexError: it is damaged.
    """
    manifest = read_manifest(folder)
    mend = f"mend it with: parley ingest --index {folder}"
    if manifest.fingerprint != fingerprint:
        raise IndexMismatchError(
            f"the index in {folder} was made with {manifest.embedding} ({manifest.fingerprint}), "
            f"the settings ask for {fingerprint}; set PARLEY_EMBEDDING and PARLEY_PRECISION back, or {mend}"
        )
    if manifest.splitter != splitter:
        raise IndexMismatchError(
            f"the index in {folder} was split by version {manifest.splitter}, this is version {splitter}; {mend}"
        )
    dense = open_dense(folder, fingerprint, chroma_url)
    if (count := dense.count()) < manifest.passages:
        dense.close()
        raise UnusableIndexError(f"{manifest.passages - count} vectors of the index in {folder} are gone; {mend}")
    return Index(folder, manifest, dense)


def open_dense(folder: Path, fingerprint: str, chroma_url: str = "") -> Dense:
    """The vectors of the index in `folder`: below it, or on a Chroma server that several folders may share.

    On a server the collection is named after the folder, so that no index ever sees another's vectors.
    """
    name = f"passages-{hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:8]}" if chroma_url else "passages"
    return Dense(folder / "chroma", fingerprint, chroma_url, name)
