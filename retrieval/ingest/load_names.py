"""Names for sources: short stable ids and readable titles, from a path or an address. Knows nothing of contents."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_LONGEST = 80


@dataclass(slots=True)
class Names:
    """Which source id belongs to which path or address, so that two of the same stem get two ids."""

    taken: dict[str, str] = field(default_factory=dict)

    def give(self, wanted: str, place: str) -> str:
        """`wanted`, or `wanted-<6 hex digits of the place>` where another place has it."""
        if self.taken.setdefault(wanted, place) == place:
            return wanted
        longer = f"{wanted}-{hashlib.sha256(place.encode(errors='replace')).hexdigest()[:6]}"
        self.taken[longer] = place
        return longer


def is_address(name: str) -> bool:
    """Whether a name is an http or https address."""
    return bool(_ADDRESS.match(name))


def slug(name: str) -> str:
    """A short stable id from the stem of a path, or from the host and path of an address."""
    if is_address(name):
        parts = urlsplit(name)
        path = re.sub(r"\.(?:html?|pdf|php|aspx?)$", "", unquote(parts.path).rstrip("/"))
        stem = f"{(parts.hostname or '').removeprefix('www.')} {path} {parts.query}"
    else:
        stem = Path(name).stem
    plain = unicodedata.normalize("NFKD", stem)
    plain = "".join(character for character in plain if not unicodedata.combining(character)).lower()
    found = re.sub(r"[^\w]+", "-", plain.replace("_", "-")).strip("-")
    if len(found) > _LONGEST:
        found = f"{found[: _LONGEST - 7].rstrip('-')}-{_hash(stem)}"
    return found or f"source-{_hash(name)}"


def title_of(name: str) -> str:
    """A readable title from a path or an address, for a source that names none."""
    parts = urlsplit(name) if is_address(name) else None
    stem = Path(unquote(parts.path).rstrip("/")).stem if parts else Path(name).stem
    words = re.sub(r"[-_\s]+", " ", stem).strip()
    return (words[:1].upper() + words[1:]) or (parts.netloc if parts else name)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:6]
