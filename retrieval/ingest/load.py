"""From a name (file, folder, glob, address, "-") to raw texts with their sources.

Knows where bytes come from and which reader takes them; one that cannot be read never stops the others. Knows nothing
of repairing or splitting.
"""

from __future__ import annotations

import glob
import hashlib
import os
import re
import stat
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from retrieval.errors import SourceError
from retrieval.ingest.load_text import decode, describe, take_front_matter
from retrieval.types import Source

MAX_BYTES = 20_000_000
SUFFIXES = (".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml", ".pdf", ".docx", ".csv", ".tsv", ".jsonl")
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A source and its raw text, not yet repaired. `notes` say what could not be read as it was meant."""

    source: Source
    text: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failed:
    """A name that could not be read, and why, with what to do."""

    name: str
    reason: str


@dataclass(slots=True)
class Names:
    """Which source id belongs to which path or address, so that two of the same stem get two ids."""

    taken: dict[str, str] = field(default_factory=dict)

    def give(self, wanted: str, place: str) -> str:
        """`wanted`, or `wanted-<6 hex digits of the place>` where another place has it."""
        if self.taken.setdefault(wanted, place) == place:
            return wanted
        longer = f"{wanted}-{hashlib.sha256(place.encode()).hexdigest()[:6]}"
        self.taken[longer] = place
        return longer


def load_all(
    names: Iterable[str | Path],
    *,
    max_bytes: int = MAX_BYTES,
    fetch_seconds: float = 30.0,
    private_addresses: bool = False,
    taken: dict[str, str] | None = None,
) -> Iterator[Loaded | Failed]:
    """Reads whatever each name stands for, in order; what fails is reported in its place.

    Args:
        names: files, folders (read whole, hidden files left out), globs, http(s) addresses, "-" for standard input.
        max_bytes: the largest file or page that is read.
        fetch_seconds: how long one address may take.
        private_addresses: whether addresses may lead into a private network.
        taken: source ids in use, by the path or address that has them; is added to.
    """
    ids = Names({} if taken is None else taken)
    for name in names:
        try:
            if _ADDRESS.match(str(name)):
                yield from _load_address(str(name), ids, max_bytes, fetch_seconds, private_addresses)
            elif str(name) == "-":
                content = sys.stdin.buffer.read(max_bytes + 1)
                _check_size("standard input", len(content), max_bytes)
                yield from load_bytes(content, "standard input", ids)
            else:
                for path in _files(Path(name)):
                    yield from _load_file(path, ids, max_bytes)
        except SourceError as error:
            yield Failed(str(name), str(error))


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
    base = given or Source(ids.give(slug(name), name), title_of(name), url=name if _ADDRESS.match(name) else "")
    reader = reader_of(content, name, content_type)
    declared = re.search(r"charset=[\"']?([\w.:-]+)", content_type, re.IGNORECASE)
    charset = declared.group(1) if declared else ""
    if not content.strip():
        raise SourceError(f"{name} is empty; give a file that holds text")
    if reader == "pdf":
        from retrieval.ingest.load_pdf import read_pdf

        fields, text = read_pdf(content, name)
    elif reader == "docx":
        from retrieval.ingest.load_docx import read_docx

        fields, text = read_docx(content, name)
    elif reader == "html":
        from retrieval.ingest.load_html import read_html

        fields, text = read_html(content, name, charset)
    elif reader == "jsonl":
        from retrieval.ingest.load_rows import read_jsonl

        for row_id, row_fields, row_text in read_jsonl(decode(content, name, charset), name):
            row_source = describe(row_fields, replace(base, title="" if row_id else base.title))
            row_name = ids.give(slug(row_id), f"{name}#{row_id}") if row_id else base.id
            yield _loaded(replace(row_source, id=row_name, title=row_source.title or row_id), row_text, name, ())
        return
    elif reader == "csv":
        from retrieval.ingest.load_rows import read_csv

        fields, text = {}, read_csv(decode(content, name, charset), name)
    else:
        fields, text, notes = take_front_matter(decode(content, name, charset), name)
        fields.setdefault("title", _first_line(text))
        yield _loaded(_described(fields, base, given), text, name, notes)
        return
    yield _loaded(_described(fields, base, given), text, name, ())


def _described(fields: dict[str, object], base: Source, given: Source | None) -> Source:
    """What the file says of itself, except where the caller knows better."""
    said = describe(fields, base)
    if given is None:
        return said
    known = {key: value for key in Source.__slots__ if (value := getattr(given, key)) and value != "document"}
    return replace(said, **known)


def _loaded(source: Source, text: str, name: str, notes: tuple[str, ...]) -> Loaded:
    if not any(character.isalnum() for character in text):
        raise SourceError(f"{name} holds no words; give a file that holds text")
    return Loaded(source, text, notes)


def reader_of(content: bytes, name: str, content_type: str = "") -> str:
    """Which reader takes these bytes: by their first bytes, else the declared type, else the ending of the name."""
    head = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    suffix = PurePosixPath(urlsplit(name).path if _ADDRESS.match(name) else name.replace(os.sep, "/")).suffix.lower()
    if head.startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(b"PK\x03\x04"):
        return "docx"
    if re.match(rb"<(?:!doctype html|html|\?xml[^>]*>\s*<(?:!doctype html|html))", head, re.IGNORECASE):
        return "html"
    kind = content_type.split(";")[0].strip().lower()
    by_type = {"application/pdf": "pdf", "text/html": "html", "application/xhtml+xml": "html", "text/csv": "csv"}
    by_suffix = {".pdf": "pdf", ".docx": "docx", ".html": "html", ".htm": "html", ".xhtml": "html"}
    by_suffix |= {".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}
    return by_type.get(kind) or by_suffix.get(suffix, "text")


def slug(name: str) -> str:
    """A short stable id from the stem of a path, or from the host and path of an address."""
    if _ADDRESS.match(name):
        parts = urlsplit(name)
        path = unquote(parts.path).rstrip("/")
        stem = f"{(parts.hostname or '').removeprefix('www.')} {path} {parts.query}"
        stem = re.sub(r"\.(?:html?|pdf|php|aspx?)$", "", stem.strip())
    else:
        stem = Path(name).stem
    plain = unicodedata.normalize("NFKD", stem)
    plain = "".join(character for character in plain if not unicodedata.combining(character)).lower()
    found = re.sub(r"[^\w]+", "-", plain.replace("_", "-")).strip("-")
    if len(found) > 80:
        found = f"{found[:73].rstrip('-')}-{hashlib.sha256(stem.encode()).hexdigest()[:6]}"
    return found or f"source-{hashlib.sha256(name.encode()).hexdigest()[:6]}"


def title_of(name: str) -> str:
    """A readable title from a path or an address, for a source that names none."""
    parts = urlsplit(name)
    stem = Path(unquote(parts.path).rstrip("/")).stem if _ADDRESS.match(name) else Path(name).stem
    words = re.sub(r"[-_\s]+", " ", stem).strip()
    return (words[:1].upper() + words[1:]) or parts.netloc or name


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
        hidden = len(name.parts)
        files = [path for path in files if not any(part.startswith(".") for part in path.parts[hidden:])]
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
            f"{name} has {size if size != max_bytes + 1 else 'more than ' + str(max_bytes)} bytes, "
            f"more than the limit of {max_bytes}; split it, or raise max_bytes (PARLEY_MAX_BYTES)"
        )


def _load_address(
    address: str, ids: Names, max_bytes: int, seconds: float, private_addresses: bool
) -> Iterator[Loaded]:
    from retrieval.ingest.fetch import fetch

    page = fetch(address, max_bytes=max_bytes, seconds=seconds, private_addresses=private_addresses)
    yield from load_bytes(page.content, address, ids, page.content_type)
