"""From a name (file, folder, glob, address, "-") to raw texts with their sources.

Knows where bytes come from and which reader takes them; one that cannot be read never stops the others. Knows nothing
of repairing or splitting.
"""

from __future__ import annotations

import glob
import os
import re
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from retrieval.errors import SourceError
from retrieval.ingest.load_names import Names, is_address, slug, title_of
from retrieval.ingest.load_text import decode, describe, take_front_matter
from retrieval.types import Source

MAX_BYTES = 20_000_000
SUFFIXES = (
    *(".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml", ".pdf", ".docx"),
    *(".csv", ".tsv", ".jsonl", ".ndjson"),
)
_BY_SUFFIX = {
    **{".pdf": "pdf", ".docx": "docx", ".html": "html", ".htm": "html", ".xhtml": "html"},
    **{".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"},
}
_BY_TYPE = {"application/pdf": "pdf", "text/html": "html", "application/xhtml+xml": "html", "text/csv": "csv"}
_HTML_BEGINS = re.compile(rb"<(?:!doctype html|html|\?xml[^>]*>\s*<(?:!doctype html|html))", re.IGNORECASE)
_CHARSET = re.compile(r"charset=[\"']?([\w.:-]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A source and its raw text, not yet repaired.

    `notes` say what could not be read as it was meant. `place` is the file or address; `etag` and `modified` are what
    its server said, to be given back the next time.
    """

    source: Source
    text: str
    notes: tuple[str, ...] = ()
    place: str = ""
    etag: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """A name that could not be read, and why, with what to do."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Unchanged:
    """An address whose server says that it is as it was. Only comes when `known` named it."""

    place: str


def load_all(
    names: Iterable[str | Path],
    *,
    max_bytes: int = MAX_BYTES,
    fetch_seconds: float = 30.0,
    private_addresses: bool = False,
    taken: dict[str, str] | None = None,
    known: Mapping[str, tuple[str, str]] | None = None,
) -> Iterator[Loaded | Failed | Unchanged]:
    """Reads whatever each name stands for, in order; what fails is reported in its place.

    Args:
        names: files, folders (read whole, hidden files left out), globs, http(s) addresses, "-" for standard input.
        max_bytes: the largest file or page that is read.
        fetch_seconds: how long one address may take.
        private_addresses: whether addresses may lead into a private network.
        taken: source ids in use, by the path or address that has them; is added to.
        known: etag and last-modified date of addresses fetched before, by address.
    """
    ids = Names({} if taken is None else taken)
    for name in map(str, names):
        try:
            if is_address(name):
                yield from load_address(name, ids, max_bytes, fetch_seconds, private_addresses, known or {})
            elif name == "-":
                content = sys.stdin.buffer.read(max_bytes + 1)
                _check_size("standard input", len(content), max_bytes)
                yield from load_bytes(content, "standard input", ids)
            else:
                for path in _files(Path(name)):
                    yield from _load_file(path, ids, max_bytes)
        except SourceError as error:
            yield Failed(name, str(error))


def load_address(
    address: str,
    ids: Names,
    max_bytes: int,
    seconds: float,
    private_addresses: bool,
    known: Mapping[str, tuple[str, str]],
    given: Source | None = None,
) -> Iterator[Loaded | Unchanged]:
    """Fetches an address and reads what it gives.

    Raises:
        SourceError: it cannot be fetched or read.
    """
    from retrieval.ingest.fetch import NotModified, fetch

    etag, modified = known.get(address, ("", ""))
    page = fetch(
        address,
        max_bytes=max_bytes,
        seconds=seconds,
        private_addresses=private_addresses,
        etag=etag,
        last_modified=modified,
    )
    if isinstance(page, NotModified):
        yield Unchanged(address)
        return
    for loaded in load_bytes(page.content, address, ids, page.content_type, given):
        yield replace(loaded, etag=page.etag, modified=page.last_modified)


def load_bytes(
    content: bytes, name: str, ids: Names, content_type: str = "", given: Source | None = None
) -> Iterator[Loaded]:
    """The documents in some bytes: one, or one a row for JSON lines that hold texts.

    Args:
        content: the file or page.
        name: its path or address, for messages, ids and titles.
        ids: gives the source ids.
        content_type: as a server declared it, "" for a file.
        given: what is known of the source already and wins over what the file says.

    Raises:
        SourceError: it cannot be read; the message says what to do.
    """
    if not content.strip():
        raise SourceError(f"{name} is empty; give a file that holds text")
    base = given or Source(
        ids.give(slug(name), name),
        title_of(name),
        url=name if is_address(name) else "",
        path="" if is_address(name) else name,
    )
    declared = _CHARSET.search(content_type)
    charset = declared.group(1) if declared else ""
    reader = reader_of(content, name, content_type)
    if reader == "jsonl":
        from retrieval.ingest.load_rows import read_jsonl

        for row_id, fields, text in read_jsonl(decode(content, name, charset), name):
            row_base = replace(base, id=ids.give(slug(row_id), f"{name}#{row_id}"), title=row_id) if row_id else base
            yield _loaded(describe(fields, row_base), text, name, ())
        return
    fields, text, notes = _read(reader, content, name, charset)
    said = describe(fields, base)
    if given is not None:  # the list of sources knows better than the text
        known = {key: value for key in Source.__slots__ if (value := getattr(given, key)) and value != "document"}
        said = replace(said, **known)
    yield _loaded(said, text, name, notes)


def reader_of(content: bytes, name: str, content_type: str = "") -> str:
    """Which reader takes these bytes: by their first bytes, else the declared type, else the ending of the name."""
    if content.lstrip()[:5] == b"%PDF-":
        return "pdf"
    if content.startswith(b"PK\x03\x04"):
        return "docx"
    if _HTML_BEGINS.match(content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")):
        return "html"
    path = urlsplit(name).path if is_address(name) else name.replace(os.sep, "/")
    by_suffix = _BY_SUFFIX.get(PurePosixPath(path).suffix.lower(), "text")
    return _BY_TYPE.get(content_type.split(";")[0].strip().lower(), by_suffix)


def _read(reader: str, content: bytes, name: str, charset: str) -> tuple[dict[str, object], str, tuple[str, ...]]:
    """What a file says of itself, its text, and notes."""
    if reader == "pdf":
        from retrieval.ingest.load_pdf import read_pdf

        return *read_pdf(content, name), ()
    if reader == "docx":
        from retrieval.ingest.load_docx import read_docx

        return *read_docx(content, name), ()
    if reader == "html":
        from retrieval.ingest.load_html import read_html

        return *read_html(content, name, charset), ()
    if reader == "csv":
        from retrieval.ingest.load_rows import read_csv

        return {}, read_csv(decode(content, name, charset), name), ()
    fields, text, notes = take_front_matter(decode(content, name, charset), name)
    return {"title": _first_line(text), **fields}, text, notes


def _loaded(source: Source, text: str, name: str, notes: tuple[str, ...]) -> Loaded:
    if not any(character.isalnum() for character in text):
        raise SourceError(f"{name} holds no words; give a file that holds text")
    return Loaded(source, text, notes, place=name)


def _first_line(text: str) -> str:
    """The first line where it reads as a title: short, without a full stop, with more text under it."""
    lines = [line for line in text[:5000].splitlines() if line.strip()]
    first = lines[0].strip().lstrip("#").strip(" *_") if lines else ""
    marked = bool(lines) and lines[0].startswith("# ")
    titled = marked or (len(lines) > 1 and len(first) < len(lines[1].strip()) and first[-1:] not in ".:;,|!?-")
    return first if titled and 3 <= len(first) <= 200 and not first.startswith(("|", "-", "<", "{")) else ""


def _files(name: Path) -> Iterator[Path]:
    """The files a path, folder or glob stands for, sorted.

    Raises:
        SourceError: there are none, or a folder cannot be opened.
    """
    if not os.path.lexists(name) and glob.has_magic(str(name)):
        found = sorted(Path(match) for match in glob.glob(str(name), recursive=True))
        files = [path for path in found if path.is_file()]
    elif name.is_dir():
        try:
            os.listdir(name)
        except OSError as error:
            raise SourceError(f"cannot open the folder {name} ({error.strerror}); allow reading it") from None
        walk = sorted((Path(root), sorted(inside)) for root, _, inside in os.walk(name))
        files = [root / one for root, inside in walk for one in inside]
        outside = len(name.parts)
        files = [path for path in files if not any(part.startswith(".") for part in path.parts[outside:])]
        files = [path for path in files if path.suffix.lower() in SUFFIXES]
    else:
        yield name
        return
    if not files:
        raise SourceError(f"nothing to read under {name}; it holds no file ending in {', '.join(SUFFIXES)}")
    yield from files


def _load_file(path: Path, ids: Names, max_bytes: int) -> Iterator[Loaded | Failed]:
    try:
        yield from load_bytes(read_file(path, max_bytes), str(path), ids)
    except SourceError as error:
        yield Failed(str(path), str(error))


def read_file(path: Path, max_bytes: int) -> bytes:
    """The bytes of an ordinary file of at most `max_bytes`.

    Raises:
        SourceError: not there, not a file, too large, or not to be read.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise SourceError(f"{path} is not a file; give a file, a folder, a glob or an address")
        _check_size(str(path), status.st_size, max_bytes)
        return path.read_bytes()
    except FileNotFoundError:
        raise SourceError(f"there is no {path}; check the spelling and the folder you are in") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SourceError(f"cannot read {path} ({reason}); check that you may read it") from None


def _check_size(name: str, size: int, max_bytes: int) -> None:
    if size > max_bytes:
        raise SourceError(
            f"{name} has more than {max_bytes} bytes, the limit; split it, or raise max_bytes (PARLEY_MAX_BYTES)"
        )
