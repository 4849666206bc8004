"""The texts: documents, old ones too, and the passages cut from them, in SQLite. The truth that citations open.

Content-addressed: a row is written once and never changed. Knows SQLite; must not know models or scores.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import re
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import UnknownPassageError, UnusableIndexError
from retrieval.index.manifest import source_from_json
from retrieval.types import Document, Passage, Unit

_SCHEMA = """
create table if not exists documents (key text primary key, source text not null, text text not null);
create table if not exists passages (
    id text primary key, document text not null, splitter text not null, position integer not null,
    start integer not null, stop integer not null, headings text not null, units text not null);
create index if not exists passages_of_document on passages (document, splitter, position);
create table if not exists signals (
    passage text not null, fingerprint text not null, vector blob not null, units blob not null, tokens blob not null,
    primary key (passage, fingerprint));
"""
_ID = re.compile(r"(?P<key>.+@[0-9a-f]{8})#(?P<start>\d+)-(?P<end>\d+)\Z")


@dataclass(frozen=True, slots=True)
class Signals:
    """What one forward pass tells of a passage.

    `vector` (dimension,), `units` (units, dimension), `tokens` (tokens, late.WIDTH) as `late.compress` makes them.
    """

    vector: NDArray[np.float32]
    units: NDArray[np.float16]
    tokens: NDArray[np.int8]


class Texts:
    """One SQLite file. Each thread has a connection of its own, so any number may read while one writes.

    Every method may raise UnusableIndexError: the disk is full, the folder may not be written to, the file is damaged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._write() as connection:
            connection.executescript(_SCHEMA)

    def close(self) -> None:
        """Closes every thread's connection."""
        for connection in self._connections:
            connection.close()
        self._connections.clear()
        self._local = threading.local()

    def add(self, document: Document, passages: Sequence[Passage], splitter: str) -> None:
        """Keeps a document and its passages; what is there already stays as it is."""
        with self._write() as connection:
            connection.execute(
                "insert or ignore into documents values (?, ?, ?)",
                (document.key, json.dumps(dataclasses.asdict(document.source), ensure_ascii=False), document.text),
            )
            connection.executemany(
                "insert or ignore into passages values (?, ?, ?, ?, ?, ?, ?, ?)",
                [_row(passage, document.key, splitter, position) for position, passage in enumerate(passages)],
            )

    def document(self, key: str) -> Document:
        """The document with that key, superseded or not.

        Raises:
            UnknownPassageError: there is none.
        """
        rows = self._rows("select source, text from documents where key = ?", (key,))
        if not rows:
            raise UnknownPassageError(f"the index holds no document {key!r}; `parley sources` lists what it holds")
        source, text = rows[0]
        return Document(source_from_json(json.loads(source)), text, key.rpartition("@")[2])

    def has(self, key: str) -> bool:
        """Whether a document with that key is kept."""
        return bool(self._rows("select 1 from documents where key = ?", (key,)))

    def passage_ids(self, keys: Iterable[str], splitter: str) -> list[str]:
        """The ids of the documents' passages, documents and passages in order."""
        query = "select id from passages where document = ? and splitter = ? order by position"
        return [row[0] for key in keys for row in self._rows(query, (key, splitter))]

    def passages(self, ids: Sequence[str]) -> list[Passage]:
        """The passages with these ids, in this order.

        Raises:
            UnknownPassageError: an id is not of a passage as it was split; `resolve` opens any id.
        """
        documents: dict[str, Document] = {}
        found: list[Passage] = []
        for passage_id in ids:
            rows = self._rows("select document, start, stop, headings, units from passages where id = ?", (passage_id,))
            if not rows:
                raise UnknownPassageError(f"the index holds no passage {passage_id!r}")
            key, start, end, headings, units = rows[0]
            if key not in documents:
                documents[key] = self.document(key)
            found.append(_passage(documents[key], start, end, headings, units))
        return found

    def resolve(self, passage_id: str) -> Passage:
        """The passage with that id, also when the document was split anew or superseded since.

        Raises:
            UnknownPassageError: the id is not of the right form, or its document or characters are not there.
        """
        match = _ID.match(passage_id.strip())
        if not match:
            raise UnknownPassageError(
                f"{passage_id!r} is not a passage id; one looks like examining-the-impasse@1a2b3c4d#120-480"
            )
        if self._rows("select 1 from passages where id = ?", (match.group(0),)):
            return self.passages([match.group(0)])[0]
        document = self.document(match["key"])
        start, end = int(match["start"]), int(match["end"])
        if not start < end <= len(document.text):
            raise UnknownPassageError(f"{document.key} has {len(document.text)} characters; {start}-{end} is outside")
        return Passage(document.source, document.hash, start, end, document.text[start:end], (), ())

    def add_signals(self, fingerprint: str, rows: Iterable[tuple[str, Signals]]) -> None:
        """Keeps the vectors of passages' units and tokens, by passage id, for one embedding model."""
        with self._write() as connection:
            connection.executemany(
                "insert or replace into signals values (?, ?, ?, ?, ?)",
                [
                    (passage, fingerprint, s.vector.astype(np.float16).tobytes(), s.units.tobytes(), s.tokens.tobytes())
                    for passage, s in rows
                ],
            )

    def vectors(self, fingerprint: str, ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """The vectors of passages by passage id, as Chroma has them too: arrays (dimension,)."""
        return {
            passage: np.frombuffer(blob, dtype=np.float16).astype(np.float32)
            for passage, blob in self._signals("vector", fingerprint, ids)
        }

    def unit_vectors(self, fingerprint: str, ids: Sequence[str], dimension: int) -> dict[str, NDArray[np.float32]]:
        """The vectors of passages' units by passage id: arrays (units, dimension)."""
        return {
            passage: np.frombuffer(blob, dtype=np.float16).reshape(-1, dimension).astype(np.float32)
            for passage, blob in self._signals("units", fingerprint, ids)
        }

    def token_codes(self, fingerprint: str, ids: Sequence[str], width: int) -> dict[str, NDArray[np.int8]]:
        """The compressed token vectors of passages by passage id: arrays (tokens, width)."""
        return {
            passage: np.frombuffer(blob, dtype=np.int8).reshape(-1, width)
            for passage, blob in self._signals("tokens", fingerprint, ids)
        }

    def _signals(self, column: str, fingerprint: str, ids: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        for at in range(0, len(ids), 500):  # SQLite takes a bounded number of parameters
            some = ids[at : at + 500]
            query = f"select passage, {column} from signals where fingerprint = ? and passage in "
            yield from self._rows(f"{query}({','.join('?' * len(some))})", (fingerprint, *some))

    def sweep(self, keep: set[str]) -> None:
        """Removes signals and passages of documents that `keep` (keys) does not name; their texts stay."""
        with self._write() as connection:
            gone = [
                row[0] for row in connection.execute("select distinct document from passages") if row[0] not in keep
            ]
            for key in gone:
                connection.execute(
                    "delete from signals where passage in (select id from passages where document = ?)", (key,)
                )
                connection.execute("delete from passages where document = ?", (key,))

    def purge(self, keep: set[str]) -> int:
        """Removes the texts of documents that `keep` does not name: their citations open no more. Returns how many."""
        self.sweep(keep)
        with self._write() as connection:
            gone = [row[0] for row in connection.execute("select key from documents") if row[0] not in keep]
            connection.executemany("delete from documents where key = ?", [(key,) for key in gone])
        return len(gone)

    def _rows(self, query: str, values: Sequence[str]) -> list[tuple[Any, ...]]:
        with self._explained():
            return self._connection().execute(query, values).fetchall()

    @contextlib.contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        """A transaction: all of it or nothing."""
        with self._explained(), self._connection() as connection:
            yield connection

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise UnusableIndexError(
                f"{self.path} cannot be used ({error}); see that the disk has room and that this folder may be written "
                f"to, which asking needs too. Nothing that was there is lost; a damaged file is mended by deleting "
                f"{self.path.parent} and running: parley ingest --index {self.path.parent}"
            ) from error

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self.path, timeout=30, check_same_thread=False)
            connection.execute("pragma journal_mode = wal")
            connection.execute("pragma synchronous = normal")
            self._local.connection = connection
            self._connections.append(connection)
        return connection


def _row(passage: Passage, key: str, splitter: str, position: int) -> tuple[object, ...]:
    units = [(unit.start, unit.end, unit.kind, unit.lead_in) for unit in passage.units]
    headings = json.dumps(passage.headings, ensure_ascii=False)
    packed = json.dumps(units, ensure_ascii=False)
    return (passage.id, key, splitter, position, passage.start, passage.end, headings, packed)


def _passage(document: Document, start: int, end: int, headings: str, units: str) -> Passage:
    return Passage(
        document.source,
        document.hash,
        start,
        end,
        document.text[start:end],
        tuple(json.loads(headings)),
        tuple(Unit(*unit) for unit in json.loads(units)),
    )
