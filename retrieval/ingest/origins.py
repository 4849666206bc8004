"""What the arguments of ingest stand for: batches of sources, each with the name of its origin.

Knows the shipped list, files and addresses; of the index no more than what it last said of a place.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from retrieval.index.manifest import Entry
from retrieval.ingest.ingest import Batch
from retrieval.ingest.load import load_all
from retrieval.ingest.sources import Listed, load_listed, read_sources
from retrieval.settings import Settings
from retrieval.shipped import corpus_folder

CORPUS, ONLINE = "corpus", "corpus online"


def batches_of(
    origins: Sequence[str], settings: Settings, known: Sequence[Entry] = (), online: bool = False
) -> list[Batch]:
    """A batch for each argument; without arguments the shipped corpus, and with `online` its listed addresses too.

    `known` are the index's entries: source ids stay with their places, unchanged addresses are not fetched anew.

    Raises:
        SourceError: the list of sources has mistakes.
    """
    if origins:
        return [origin_batch(origin, settings, known) for origin in origins]
    return [shipped_batch(settings), *([online_batch(settings, known)] if online else [])]


def shipped_batch(settings: Settings) -> Batch:
    """What corpus/sources.toml lists and ships."""
    listed = [entry for entry in _listed() if entry.file is not None]
    return Batch(CORPUS, load_listed(listed, max_bytes=settings.max_bytes))


def online_batch(settings: Settings, known: Sequence[Entry] = ()) -> Batch:
    """What corpus/sources.toml lists and does not ship: fetched, since somebody asked for it."""
    listed = [entry for entry in _listed() if entry.file is None]
    items = load_listed(
        listed,
        max_bytes=settings.max_bytes,
        fetch_seconds=settings.fetch_seconds,
        private_addresses=settings.private_addresses,
        known=_validators(known),
    )
    return Batch(ONLINE, items)


def origin_batch(origin: str, settings: Settings, known: Sequence[Entry] = ()) -> Batch:
    """A file, folder, glob, address or "-"."""
    is_address = origin.lower().startswith(("http://", "https://"))
    name = origin if is_address or origin == "-" else os.path.abspath(origin)
    items = load_all(
        [name],
        max_bytes=settings.max_bytes,
        fetch_seconds=settings.fetch_seconds,
        private_addresses=settings.private_addresses,
        taken={entry.source.id: entry.place for entry in known if entry.place},
        known=_validators(known),
    )
    return Batch(name, items)


def _listed() -> list[Listed]:
    return read_sources(corpus_folder() / "sources.toml")


def _validators(known: Sequence[Entry]) -> dict[str, tuple[str, str]]:
    """What servers said of the versions that the index holds, by address."""
    return {entry.place: (entry.etag, entry.modified) for entry in known if entry.etag or entry.modified}
