"""Which engine answers where: the base collection, or a server's own, which no other server ever reads.

A server's collection is a folder of its own: `<guild id>/documents/` and `addresses.txt` are what its managers added,
and `<guild id>/index-<version of the base>-<time>` is a copy of the base index with that added, the newest counts. When
the base changes, the copy is made anew. Knows folders and engines, not Discord. Everything here blocks and is safe to
call from any thread.
"""

from __future__ import annotations

import dataclasses
import hashlib
import logging
import re
import shutil
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from bot.engine import Added, Answers, Workshop
from retrieval import ParleyError, Source, UsageError

_log = logging.getLogger("bot.shelves")

_SWEPT_AFTER = 600.0
SUFFIXES = (".txt", ".md", ".html", ".htm", ".pdf", ".docx", ".csv", ".json", ".rst")


@dataclass(frozen=True, slots=True)
class Holding:
    """One thing that a server's managers added: a file's name or an address."""

    name: str
    is_address: bool


class Shelves:
    """The base engine, and the servers' engines, the most recently used ones held open."""

    def __init__(
        self, base: Answers, workshop: Workshop, folder: Path, *, held_open: int = 8, files: int = 200
    ) -> None:
        self.base = base
        self._workshop = workshop
        self._folder = folder
        self._held_open = max(1, held_open)
        self._files = files
        self._open: OrderedDict[Path, Answers] = OrderedDict()
        self._known_sources: dict[int, tuple[Source, ...]] = {}
        self._guard = threading.Lock()
        self._locks: dict[int, threading.Lock] = {}

    def engine(self, guild_id: int) -> Answers:
        """The engine for a server (0: none): its own where it has a collection, else the base."""
        own = bool(guild_id and self.holdings(guild_id))
        engine = self._own(guild_id) if own else self.base
        if not own:
            self._known_sources.pop(guild_id, None)
        self._known_sources[guild_id if own else 0] = tuple(engine.sources())
        return engine

    def known_sources(self, guild_id: int) -> tuple[Source, ...]:
        """The sources as last seen, from memory alone: for suggestions while a person types."""
        return self._known_sources.get(guild_id) or self._known_sources.get(0, ())

    def holdings(self, guild_id: int) -> tuple[Holding, ...]:
        """What a server's managers have added."""
        documents = self._home(guild_id) / "documents"
        files = sorted(path.name for path in documents.iterdir()) if documents.is_dir() else []
        addresses = self._addresses(guild_id)
        return (*(Holding(name, False) for name in files), *(Holding(address, True) for address in addresses))

    def add_file(self, guild_id: int, name: str, content: bytes) -> Added:
        """Puts a file into a server's collection; one of the same name is replaced.

        Raises:
            UsageError: the collection is full, or the file is of a kind that is not read.
        """
        path = self._home(guild_id) / "documents" / _safe_name(name)
        if path.suffix.lower() not in SUFFIXES:
            raise UsageError(f"I do not read {path.suffix or 'files without an ending'}; I read {', '.join(SUFFIXES)}.")
        self._check_room(guild_id, path.name)
        with self._lock(guild_id):
            before = path.read_bytes() if path.exists() else None
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            added = self._add(guild_id, str(path))
            if added.failed:
                path.unlink() if before is None else path.write_bytes(before)
        return added

    def add_address(self, guild_id: int, address: str) -> Added:
        """Fetches an address into a server's collection.

        Raises:
            UsageError: it is no web address, or the collection is full.
        """
        if not re.fullmatch(r"https?://[^\s<>\"]{3,1000}", address):
            raise UsageError("An address must begin with https:// or http:// and hold no spaces.")
        self._check_room(guild_id, address)
        with self._lock(guild_id):
            listed = self._addresses(guild_id)
            self._list_addresses(guild_id, sorted({*listed, address}))
            added = self._add(guild_id, address)
            if added.failed and address not in listed:
                self._list_addresses(guild_id, listed)
        return added

    def remove(self, guild_id: int, name: str) -> None:
        """Takes a file or an address out of a server's collection, which is then built again.

        Raises:
            UsageError: the collection holds no such thing.
        """
        found = next((holding for holding in self.holdings(guild_id) if holding.name == name), None)
        if found is None:
            raise UsageError("This server's collection holds nothing of that name; `/parley collection` lists it.")
        with self._lock(guild_id):
            if found.is_address:
                self._list_addresses(guild_id, [address for address in self._addresses(guild_id) if address != name])
            else:
                (self._home(guild_id) / "documents" / name).unlink(missing_ok=True)
            if self.holdings(guild_id):
                self._build(guild_id)
        self.engine(guild_id)

    def reload(self, guild_id: int) -> str:
        """Opens the base index afresh, and builds the server's own anew; the version that answers now."""
        self.base.reload()
        if guild_id and self.holdings(guild_id):
            with self._lock(guild_id):
                self._build(guild_id)
        return self.engine(guild_id).index_version

    def _own(self, guild_id: int) -> Answers:
        with self._lock(guild_id):
            index = self._current(guild_id) or self._build(guild_id)[0]
        with self._guard:
            if index not in self._open:
                self._open[index] = self._workshop.open(index)
            self._open.move_to_end(index)
            while len(self._open) > self._held_open:
                self._open.popitem(last=False)
            return self._open[index]

    def _current(self, guild_id: int) -> Path | None:
        """The newest index made from the base as it is now; None where there is none yet."""
        found = self._home(guild_id).glob(f"index-{self.base.index_version}-*")
        return max(found, key=lambda path: path.name, default=None)

    def _build(self, guild_id: int) -> tuple[Path, Added]:
        """A copy of the base index with all that the server's managers added, in place only when it is whole."""
        home = self._home(guild_id)
        home.mkdir(parents=True, exist_ok=True)
        # A new name each time: an engine may still be reading the folder of the last one.
        name = f"{self.base.index_version}-{time.time_ns():020d}"
        making = home / f"making-{name}"
        shutil.copytree(self.base.folder, making, ignore=shutil.ignore_patterns("*.lock"))
        documents = [str(path) for path in sorted((home / "documents").glob("*"))]
        added = self._workshop.add(making, [*documents, *self._addresses(guild_id)])
        for what, why in added.failed:
            _log.warning("not in a server's collection", extra={"guild": guild_id, "what": what, "why": why})
        index = making.rename(home / f"index-{name}")
        _sweep(home, keep=index)
        return index, added

    def _add(self, guild_id: int, origin: str) -> Added:
        """Adds one more thing to the server's index, or makes the index with it."""
        index = self._current(guild_id)
        added = self._workshop.add(index, [origin]) if index is not None else self._build(guild_id)[1]
        # A manager reads of the thing they added, by its name and not by where it lies on this machine.
        name = origin if "://" in origin else Path(origin).name
        failed = tuple((name, why.replace(origin, name)) for what, why in added.failed if what in (origin, name))
        return dataclasses.replace(added, failed=failed)

    def _check_room(self, guild_id: int, name: str) -> None:
        held = {holding.name for holding in self.holdings(guild_id)}
        if name not in held and len(held) >= self._files:
            raise UsageError(f"This server's collection is full ({self._files}); take something out first.")

    def _home(self, guild_id: int) -> Path:
        if guild_id <= 0:
            raise ParleyError("Only a server can have a collection of its own; use this in a server.")
        return self._folder / str(guild_id)

    def _addresses(self, guild_id: int) -> list[str]:
        listed = self._home(guild_id) / "addresses.txt"
        return listed.read_text(encoding="utf-8").split() if listed.is_file() else []

    def _list_addresses(self, guild_id: int, addresses: list[str]) -> None:
        self._home(guild_id).mkdir(parents=True, exist_ok=True)
        listed = self._home(guild_id) / "addresses.txt"
        listed.write_text("".join(f"{address}\n" for address in addresses), encoding="utf-8")

    def _lock(self, guild_id: int) -> threading.Lock:
        with self._guard:
            return self._locks.setdefault(guild_id, threading.Lock())


def _sweep(home: Path, keep: Path) -> None:
    """Removes indexes that were replaced, and what a kill left half made, once nobody can be reading them any more."""
    for path in (*home.glob("index-*"), *home.glob("making-*")):
        if path != keep and time.time() - path.stat().st_mtime > _SWEPT_AFTER:
            shutil.rmtree(path, ignore_errors=True)


def _safe_name(name: str) -> str:
    """A file name that stays in its folder, the same for the same name; never one of the base collection's."""
    stem, _, suffix = name.replace("\\", "/").rpartition("/")[2].rpartition(".")
    stem = re.sub(r"[^\w-]+", "-", stem or "document").strip("-")[:60]
    if not stem:
        stem = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:8]
    return f"server-{stem}.{re.sub(r'[^a-zA-Z0-9]', '', suffix)[:8].lower()}"
