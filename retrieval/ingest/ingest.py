"""Sources into the index: load, repair, split, embed, and one manifest replaced at the end.

Order is what makes it safe to kill: passages are added first (no manifest names them, so nobody sees them), then the
manifest is replaced, and only then, or at the next ingest, what no manifest names any more is removed.
"""

from __future__ import annotations

import dataclasses
import hashlib
import shutil
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from retrieval.errors import IndexBusyError, NoIndexError, UnusableIndexError
from retrieval.index.dense import Dense
from retrieval.index.index import open_dense
from retrieval.index.late import compress
from retrieval.index.lexical import build_lexical
from retrieval.index.manifest import Entry, Manifest, read_manifest, write_manifest
from retrieval.index.names import Names, link_passages
from retrieval.index.texts import Signals, Texts
from retrieval.index.units import unit_vectors
from retrieval.ingest.load import Failed, Loaded, Unchanged
from retrieval.ingest.repair import repair
from retrieval.ingest.split import SPLITTER_VERSION, context, split
from retrieval.models import TokenEmbedder, TokenVectors, Vectors
from retrieval.types import Document, Passage

CHUNK = 64  # passages embedded and stored at a time: what a kill can cost, and how often the bar moves
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Report:
    """What one ingest did: source ids by fate, failures with their reasons; `read` counts what could be read of what
    was named, or is known to be as it was.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    failed: tuple[tuple[str, str], ...]
    read: int
    passages: int
    embedded: int
    seconds: float
    index_version: str

    @property
    def passages_per_second(self) -> float:
        """Passages embedded a second, loading and writing included."""
        return self.embedded / self.seconds if self.seconds else 0.0


@dataclass(frozen=True, slots=True)
class Batch:
    """What one argument of ingest brought: `origin` names it; sources of that origin that are not here are removed."""

    origin: str
    items: Iterable[Loaded | Failed | Unchanged]


def ingest(
    folder: Path,
    batches: Sequence[Batch],
    embedder: TokenEmbedder,
    *,
    chroma_url: str = "",
    remove: Sequence[str] = (),
    progress: Progress | None = None,
) -> Report:
    """Brings the index in `folder` up to what `batches` hold, and takes out the sources that `remove` names.

    Raises:
        IndexBusyError: another ingest is writing to it.
        UnusableIndexError: the disk is full, or the folder cannot be written.
    """
    started = time.perf_counter()
    tell = progress or (lambda stage, done, total: None)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / "ingest.lock", timeout=0):
            return _ingest(folder, batches, embedder, chroma_url, remove, tell, started)
    except Timeout:
        raise IndexBusyError(f"another ingest is writing to {folder}; wait for it to end and run this again") from None
    except OSError as error:
        raise UnusableIndexError(
            f"cannot write the index in {folder}: {error.strerror or error}; "
            "free some room or set PARLEY_INDEX to a folder that can be written. Nothing that was there is lost"
        ) from error


def make_document(loaded: Loaded) -> Document:
    """The document of a loaded source: its text repaired, named by the hash of the repaired text."""
    text = repair(loaded.text)
    return Document(loaded.source, text, hashlib.sha256(text.encode()).hexdigest()[:8])


def _ingest(
    folder: Path,
    batches: Sequence[Batch],
    embedder: TokenEmbedder,
    chroma_url: str,
    remove: Sequence[str],
    tell: Progress,
    started: float,
) -> Report:
    before = _entries_before(folder, embedder.fingerprint)
    entries, documents, failed, read = _read(batches, dict(before), tell)
    for source in remove:
        entries.pop(source, None)
    texts = Texts(folder / "texts.sqlite3")
    dense = open_dense(folder, embedder.fingerprint, chroma_url)
    try:
        texts.sweep({entry.key for entry in [*entries.values(), *before.values()]})
        for document in documents.values():
            texts.add(document, split(document), SPLITTER_VERSION)
        entries, ids = _count(entries, texts)
        renamed = {key for key, document in documents.items() if _title(before, document) != document.source.title}
        embedded = _embed(ids, renamed, texts, dense, embedder, tell)
        lexical = _index_words(folder, ids, texts, entries, tell)
        manifest = Manifest(
            embedder.name, embedder.fingerprint, embedder.dimension, SPLITTER_VERSION, lexical, tuple(entries.values())
        )
        write_manifest(folder, manifest)
        wanted = set(ids) | set(texts.passage_ids([entry.key for entry in before.values()], SPLITTER_VERSION))
        dense.remove([passage for passage in dense.all_ids() if passage not in wanted])
        _sweep_words(folder, keep={lexical})
    finally:
        texts.close()
        dense.close()
    seconds = time.perf_counter() - started
    return _report(before, entries, failed, read, len(ids), embedded, seconds, manifest.version)


def _entries_before(folder: Path, fingerprint: str) -> dict[str, Entry]:
    try:
        return {entry.source.id: entry for entry in read_manifest(folder).entries}
    except NoIndexError:
        return {}


def _read(
    batches: Sequence[Batch], entries: dict[str, Entry], tell: Progress
) -> tuple[dict[str, Entry], dict[str, Document], list[tuple[str, str]], int]:
    """Entries as they will be, the documents read (by key), what failed, and how many did not."""
    documents: dict[str, Document] = {}
    failed: list[tuple[str, str]] = []
    items = 0
    for batch in batches:
        seen: set[str] = set()
        failed_before = len(failed)
        for item in batch.items:
            items += 1
            tell("read", items, 0)
            if isinstance(item, Failed):
                failed.append((item.name, item.reason))
            elif isinstance(item, Unchanged):
                seen |= {source for source, entry in entries.items() if entry.place == item.place}
            else:
                document = make_document(item)
                documents[document.key] = document
                entry = Entry(document.source, document.hash, 0, batch.origin, item.place, item.etag, item.modified)
                entries[document.source.id] = entry
                seen.add(document.source.id)
        if len(failed) == failed_before:  # a source that could not be read today is not gone
            for source in [s for s, entry in entries.items() if entry.origin == batch.origin and s not in seen]:
                del entries[source]
    tell("read", items, items)
    return entries, documents, failed, items - len(failed)


def _count(entries: dict[str, Entry], texts: Texts) -> tuple[dict[str, Entry], list[str]]:
    """Entries with their numbers of passages, and all passage ids in the order of the entries."""
    counted: dict[str, Entry] = {}
    ids: list[str] = []
    for source, entry in sorted(entries.items()):
        found = texts.passage_ids([entry.key], SPLITTER_VERSION)
        if not found:  # split by an earlier version: its text is here, so split it again
            document = texts.document(entry.key)
            texts.add(document, split(document), SPLITTER_VERSION)
            found = texts.passage_ids([entry.key], SPLITTER_VERSION)
        counted[source] = dataclasses.replace(entry, passages=len(found))
        ids.extend(found)
    return counted, ids


def _embed(
    ids: Sequence[str], renamed: set[str], texts: Texts, dense: Dense, embedder: TokenEmbedder, tell: Progress
) -> int:
    """Embeds the passages that have no vector yet; returns how many there were."""
    there = dense.has(ids)
    missing = [passage for passage in ids if passage not in there or passage.rpartition("#")[0] in renamed]
    done = 0
    for passages, vectors, tokens in _embed_ahead(missing, texts, embedder):
        tell("embed", done, len(missing))
        _store(passages, vectors, tokens, texts, dense, embedder.fingerprint)
        done += len(passages)
    tell("embed", done, len(missing))
    return len(missing)


def _embed_ahead(
    ids: Sequence[str], texts: Texts, embedder: TokenEmbedder
) -> Iterator[tuple[list[Passage], Vectors, list[TokenVectors]]]:
    """The passages, a chunk at a time; while the caller stores one chunk, the next is being embedded."""
    worker = ThreadPoolExecutor(1)
    begun: deque[tuple[list[Passage], Future[tuple[Vectors, list[TokenVectors]]]]] = deque()
    try:
        for at in range(0, len(ids), CHUNK):
            passages = texts.passages(ids[at : at + CHUNK])
            begun.append((passages, worker.submit(embedder.embed_tokens, [context(one) for one in passages])))
            if len(begun) > 1:
                passages, made = begun.popleft()
                yield passages, *made.result()
        for passages, made in begun:
            yield passages, *made.result()
    finally:
        worker.shutdown(cancel_futures=True)


def _store(
    passages: Sequence[Passage],
    vectors: Vectors,
    tokens: Sequence[TokenVectors],
    texts: Texts,
    dense: Dense,
    fingerprint: str,
) -> None:
    rows = zip(passages, vectors, tokens, strict=True)
    texts.add_signals(fingerprint, [(passage.id, _signals(passage, vector, found)) for passage, vector, found in rows])
    dense.add([passage.id for passage in passages], vectors, [passage.source.id for passage in passages])


def _signals(passage: Passage, vector: Vectors, tokens: TokenVectors) -> Signals:
    text = context(passage)
    return Signals(vector, unit_vectors(passage, text, tokens), compress(tokens, text))


def _index_words(folder: Path, ids: Sequence[str], texts: Texts, entries: dict[str, Entry], tell: Progress) -> str:
    tell("words", 0, len(ids))
    passages = texts.passages(ids)
    documents = {entry.source.id: number for number, entry in enumerate(entries.values())}
    owners = [documents[passage.source.id] for passage in passages]
    names = Names([entry.source.title for entry in entries.values()])
    links = link_passages(names, [passage.text for passage in passages], owners)
    name = build_lexical(folder / "lexical", ids, [context(passage) for passage in passages], links)
    tell("words", len(ids), len(ids))
    return name


def _sweep_words(folder: Path, keep: set[str]) -> None:
    """Removes word indexes of manifests before the last, once an hour has passed: a reader may still be opening one."""
    for path in (folder / "lexical").iterdir():
        if path.name not in keep and time.time() - path.stat().st_mtime > 3600:
            shutil.rmtree(path, ignore_errors=True)


def _title(entries: dict[str, Entry], document: Document) -> str:
    entry = entries.get(document.source.id)
    return entry.source.title if entry and entry.hash == document.hash else document.source.title


def _report(
    before: dict[str, Entry],
    after: dict[str, Entry],
    failed: list[tuple[str, str]],
    read: int,
    passages: int,
    embedded: int,
    seconds: float,
    version: str,
) -> Report:
    def same(source: str) -> bool:
        return before[source].hash == after[source].hash and before[source].source == after[source].source

    both = [source for source in after if source in before]
    return Report(
        added=tuple(source for source in after if source not in before),
        changed=tuple(source for source in both if not same(source)),
        removed=tuple(source for source in before if source not in after),
        unchanged=tuple(source for source in both if same(source)),
        failed=tuple(failed),
        read=read,
        passages=passages,
        embedded=embedded,
        seconds=seconds,
        index_version=version,
    )
