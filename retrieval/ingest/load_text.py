"""Bytes of plain text and Markdown: which encoding, and what the front matter says.

Knows encodings, YAML front matter and dates as people write them. Knows nothing of files, folders or addresses.
"""

from __future__ import annotations

import codecs
import datetime
import re
from collections.abc import Mapping
from typing import Any

from retrieval.errors import SourceError
from retrieval.types import Reference, Source

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FALLBACKS = ["cp1252", "cp1251", "koi8_r", "cp1250", "cp1253", "cp1254", "shift_jis", "gb18030", "big5", "euc_kr"]
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_FRONT_MATTER = re.compile(r"\s*---[ \t]*\r?\n(.*?\r?\n)?(?:---|\.\.\.)[ \t]*(?:\r?\n|$)", re.DOTALL)
_PLAIN_KEY = re.compile(r"^([A-Za-z_]+):[ \t]*(\S.*)$", re.MULTILINE)
_DATE_FORMATS = ("%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y", "%d.%m.%Y", "%d/%m/%Y", "%Y/%m/%d", "%B %Y", "%b %Y")
_KEYS = {
    "title": ("title", "name", "headline"),
    "publisher": ("publisher", "speaker", "author", "organisation", "organization", "site"),
    "date": ("date", "written", "published", "updated", "created"),
    "kind": ("kind", "type"),
    "url": ("url", "address", "link", "source"),
    "licence": ("licence", "license", "rights"),
}


def decode(content: bytes, name: str, declared: str = "") -> str:
    """The text of some bytes: by their mark, as valid UTF-8, by what was declared, else by the best guess.

    Raises:
        SourceError: empty, not text, or cut off within a character.
    """
    if not content.strip(b" \t\r\n\x00"):
        raise SourceError(f"{name} is empty; give a file that holds text")
    text = _decode(content, name, declared)
    odd = len(_CONTROL.findall(text[:100_000]))
    if odd > len(text[:100_000]) / 50 or "\ufffd" * 8 in text:
        raise SourceError(f"{name} is not text (it looks binary); convert it to text, HTML, PDF or DOCX first")
    return text


def _decode(content: bytes, name: str, declared: str) -> str:
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    nulls = content[:4000].count(0)
    if nulls * 3 > min(len(content), 4000):
        return content.decode("utf-16-le" if content[1:2] == b"\0" else "utf-16-be", errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        half_written = error.reason == "unexpected end of data"
        if half_written and any(byte > 127 for byte in content[: error.start]):
            raise SourceError(f"{name} ends within a character: it is half-written; copy or save it again") from None
    if declared:
        try:
            return content.decode(declared)
        except (LookupError, UnicodeDecodeError):
            pass  # declared wrongly: guess instead
    return _guess(content)


def _guess(content: bytes) -> str:
    """The likeliest of the older encodings; one of Cyrillic only where most letters turn out to be Cyrillic."""
    from charset_normalizer import from_bytes

    sample = content[:50_000]
    high = sum(byte > 127 for byte in sample)
    if high * 4 < len(sample):
        return content.decode("cp1252", errors="replace")
    best = from_bytes(sample, cp_isolation=_FALLBACKS).best()
    return content.decode(best.encoding if best else "cp1252", errors="replace")


def take_front_matter(text: str, name: str) -> tuple[dict[str, Any], str, tuple[str, ...]]:
    """What a text's YAML front matter says, the text after it, and notes on what could not be read."""
    import yaml

    match = _FRONT_MATTER.match(text)
    if match is None:
        return {}, text, ()
    inside, rest = match.group(1) or "", text[match.end() :]
    try:
        found = yaml.safe_load(inside)
    except (yaml.YAMLError, ValueError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + 2
        fields = {key.lower(): value.strip().strip("\"'") for key, value in _PLAIN_KEY.findall(inside)}
        return (
            fields,
            rest,
            (f"{name}: the front matter is not YAML at line {line}; took its plain `key: value` lines",),
        )
    if found is None:
        return {}, rest, ()
    if not isinstance(found, dict):  # a rule above ordinary text, not front matter
        return {}, text, ()
    return {str(key).lower(): value for key, value in found.items()}, rest, ()


def describe(fields: Mapping[str, Any], fallback: Source) -> Source:
    """The source that front matter (or a row, or a page's metadata) describes; what it leaves out is `fallback`'s."""

    def first(role: str) -> str:
        return next((words for key in _KEYS[role] if (words := _plain(fields.get(key)))), "")

    return Source(
        id=fallback.id,
        title=_spaced(first("title")) or fallback.title,
        publisher=_spaced(first("publisher")) or fallback.publisher,
        date=iso_date(first("date")) or fallback.date,
        kind=first("kind") or fallback.kind,
        url=first("url") or fallback.url,
        licence=first("licence") or fallback.licence,
        path=fallback.path,
        references=_references(fields.get("references")) or fallback.references,
    )


def iso_date(written: object) -> str:
    """A date as ISO 8601 ("2022-09-30", "2022-09", "2022"); "" when it is none."""
    if isinstance(written, datetime.datetime):
        return written.date().isoformat()
    if isinstance(written, datetime.date):
        return written.isoformat()
    words = str(written or "").strip()
    if match := re.match(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?=$|[T\s])", words):
        year, month, day = match.groups()
        return "-".join(part for part in (year, month, day) if part)
    words = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b", "", words)
    for form in _DATE_FORMATS:
        try:
            found = datetime.datetime.strptime(words, form)
        except ValueError:
            continue
        return found.date().isoformat()[: 10 if "%d" in form else 7]
    return ""


def _plain(value: object) -> str:
    if isinstance(value, datetime.date):
        return iso_date(value)
    if isinstance(value, list):
        return ", ".join(_plain(part) for part in value)
    return " ".join(str(value).split()) if isinstance(value, str | int | float) else ""


def _spaced(words: str) -> str:
    """A name written for a machine ("Russian_Federation_07") with spaces."""
    return words.replace("_", " ") if "_" in words and " " not in words else words


def _references(listed: object) -> tuple[Reference, ...]:
    if not isinstance(listed, list):
        return ()
    found: list[Reference] = []
    for item in listed:
        if isinstance(item, dict):
            title = _plain(item.get("title")) or _plain(item.get("address")) or _plain(item.get("url"))
            address = _plain(item.get("address")) or _plain(item.get("url"))
            date = iso_date(item.get("date")) or _plain(item.get("date"))
            found.append(Reference(title, _plain(item.get("publisher")), date, address))
        elif words := _plain(item):
            found.append(Reference(words))
    return tuple(found)
