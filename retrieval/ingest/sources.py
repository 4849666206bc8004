"""The list of sources (corpus/sources.toml): reading it, with all its mistakes named, and loading what it lists.

Knows the list's keys and the files beside it. Knows nothing of the index.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from retrieval.errors import SourceError
from retrieval.ingest.load import MAX_BYTES, Failed, Loaded, Unchanged, load_address, load_bytes, read_file
from retrieval.ingest.load_names import Names
from retrieval.ingest.load_text import iso_date
from retrieval.types import Source

_KEYS = ("id", "path", "url", "title", "publisher", "date", "kind", "licence", "online", "note")
_ID = re.compile(r"[a-z0-9][a-z0-9-]*")


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of the list. `file` is where a shipped text lies; an `online` one is fetched from its url."""

    source: Source
    file: Path | None = None
    online: bool = False


def read_sources(file: Path) -> list[Listed]:
    """The entries of a list of sources, in order.

    Raises:
        SourceError: it cannot be read, or has mistakes; all of them are named.
    """
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SourceError(f"cannot read the list of sources {file} ({error}); mend it or put it back") from None
    tables = found.get("source", [])
    mistakes = [f"no key is called {key!r}; each source is a [[source]]" for key in found if key != "source"]
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise SourceError(f"{file}: write each source as [[source]] with double brackets")
    listed: list[Listed] = []
    ids: set[str] = set()
    for number, table in enumerate(tables, 1):
        name = f"source {number} ({table.get('id', 'without id')})"
        wrong = _mistakes(table, file.parent, ids)
        mistakes += [f"{name}: {mistake}" for mistake in wrong]
        if not wrong:
            ids.add(table["id"])
            listed.append(_entry(table, file.parent))
    if mistakes:
        lines = "\n".join(f"  {mistake}" for mistake in mistakes)
        raise SourceError(f"{file} has {len(mistakes)} mistake(s); mend them and run again:\n{lines}")
    return listed


def _mistakes(table: Mapping[str, object], folder: Path, ids: set[str]) -> list[str]:
    """What is wrong with one entry, in words."""
    found = [f"no key is called {key!r}; there are {', '.join(_KEYS)}" for key in table if key not in _KEYS]
    found += [f"{key} must be text" for key in _KEYS if key in table and key != "online" and not _is_text(key, table)]
    source_id, path, url = (str(table.get(key, "")) for key in ("id", "path", "url"))
    if not _ID.fullmatch(source_id):
        found.append("id must be there, in small letters, digits and hyphens")
    if source_id in ids:
        found.append(f"the id {source_id!r} is taken by an entry above")
    if not path and not url:
        found.append("give a path or a url")
    if path and not (folder / path).is_file():
        found.append(f"there is no file {path} beside the list")
    if url and not re.match(r"https?://[^\s/]+", url):
        found.append(f"the url {url!r} is not an http or https address")
    if not path and not table.get("title"):
        found.append("give a title: a page that is fetched is named by the list")
    if table.get("date") and not iso_date(table["date"]):
        found.append(f"the date {str(table['date'])!r} is not ISO 8601 (2025-02-24, 2022-11 or 2024)")
    if not isinstance(table.get("online", False), bool):
        found.append("online must be true or false")
    return found


def _is_text(key: str, table: Mapping[str, object]) -> bool:
    return isinstance(table[key], str) or (key == "date" and bool(iso_date(table[key])))


def _entry(table: Mapping[str, object], folder: Path) -> Listed:
    path = str(table.get("path", ""))
    source = Source(
        id=str(table["id"]),
        title=str(table.get("title", "")),
        publisher=str(table.get("publisher", "")),
        date=iso_date(table.get("date", "")),
        kind=str(table.get("kind", "document")),
        url=str(table.get("url", "")),
        licence=str(table.get("licence", "")),
        path=path,
    )
    return Listed(source, folder / path if path else None, bool(table.get("online", not path)))


def load_listed(
    entries: Sequence[Listed],
    *,
    max_bytes: int = MAX_BYTES,
    fetch_seconds: float = 30.0,
    private_addresses: bool = False,
    known: Mapping[str, tuple[str, str]] | None = None,
) -> Iterator[Loaded | Failed | Unchanged]:
    """Loads entries of the list, one result each; what the list says of a source wins over what its text says.

    Args:
        entries: shipped ones are read from their files, online ones fetched.
        max_bytes: the largest file or page taken.
        fetch_seconds: how long one address may take.
        private_addresses: whether addresses may lead into a private network.
        known: etag and last-modified date of addresses fetched before, by address.
    """
    for entry in entries:
        name = entry.source.path or entry.source.url
        try:
            if entry.file is not None:
                content = read_file(entry.file, max_bytes)
                yield from load_bytes(content, str(entry.file), Names(), given=entry.source)
            else:
                yield from load_address(
                    entry.source.url, Names(), max_bytes, fetch_seconds, private_addresses, known or {}, entry.source
                )
        except SourceError as error:
            yield Failed(name, str(error))
