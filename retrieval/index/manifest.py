"""The manifest: one small file that says what the index holds, replaced atomically. What it does not name is not there.

Knows JSON and the file system; must not know Chroma, BM25 or models.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from retrieval.errors import NoIndexError, UnusableIndexError
from retrieval.types import Reference, Source

FORMAT = 1
NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class Entry:
    """One document of the index.

    `origin` is the argument of ingest that brought it ("corpus", a folder, an address), `place` the file or address
    itself; `etag` and `modified` are what its server said, for asking again whether it changed.
    """

    source: Source
    hash: str
    passages: int
    origin: str
    place: str = ""
    etag: str = ""
    modified: str = ""

    @property
    def key(self) -> str:
        """`<source-id>@<hash>`, as `Document.key`."""
        return f"{self.source.id}@{self.hash}"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the index holds and what it was made with."""

    embedding: str
    fingerprint: str
    dimension: int
    splitter: str
    lexical: str
    entries: tuple[Entry, ...]
    format: int = FORMAT

    @property
    def version(self) -> str:
        """12 hex digits: the same texts, split and embedded alike, have the same version on every machine."""
        parts = [self.fingerprint, self.splitter, self.lexical, *sorted(entry.key for entry in self.entries)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]

    @property
    def passages(self) -> int:
        """How many passages the index holds."""
        return sum(entry.passages for entry in self.entries)


def read_manifest(folder: Path) -> Manifest:
    """The manifest in `folder`.

    Raises:
        NoIndexError: there is none.
        UnusableIndexError: it is damaged or of another format.
    """
    try:
        values = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NoIndexError(f"there is no index in {folder}; build it with: parley ingest --index {folder}") from None
    except (OSError, ValueError) as error:
        raise UnusableIndexError(
            f"the manifest of the index in {folder} cannot be read ({error}); "
            f"delete that folder and run: parley ingest --index {folder}"
        ) from error
    if values.get("format") != FORMAT:
        raise UnusableIndexError(
            f"the index in {folder} has format {values.get('format')}, this version writes {FORMAT}; "
            f"delete that folder and run: parley ingest --index {folder}"
        )
    entries = tuple(_entry(value) for value in values.pop("entries"))
    values.pop("version", None)
    return Manifest(entries=entries, **values)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Replaces the manifest in one step: a reader sees the old one or the new one, also after a power cut."""
    folder.mkdir(parents=True, exist_ok=True)
    values = dataclasses.asdict(manifest) | {"version": manifest.version}
    handle, name = tempfile.mkstemp(prefix=NAME, dir=folder)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(values, file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, folder / NAME)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def stamp(folder: Path) -> tuple[int, int, int]:
    """Changes when the manifest is replaced; cheap enough to be asked before every question."""
    try:
        status = (folder / NAME).stat()
    except OSError:
        return (0, 0, 0)
    return (status.st_mtime_ns, status.st_size, status.st_ino)


def source_from_json(value: dict[str, object]) -> Source:
    """A source as `dataclasses.asdict` wrote it."""
    references = tuple(Reference(**reference) for reference in value.get("references", ()))  # type: ignore[attr-defined]
    return Source(**(value | {"references": references}))  # type: ignore[arg-type]


def _entry(value: dict[str, object]) -> Entry:
    return Entry(**(value | {"source": source_from_json(value["source"])}))  # type: ignore[arg-type]
