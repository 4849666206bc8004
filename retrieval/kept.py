"""The findings of an index, kept beside it at ingest: reading every passage again for a question takes seconds.

A cache and nothing more: it names the index version and the code that made it; where it is missing, of another version
or damaged, the findings are made anew. Knows the views' nouns; must not know questions.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any

from retrieval.index.index import Index
from retrieval.types import Passage
from retrieval.views.build import find_all
from retrieval.views.recognise import Finding

NAME = "findings.json"
_PACKAGE = Path(__file__).parent
_PLACES = ("passage", "unit")  # the fields of a finding that are kept as places in the index


def findings(index: Index) -> list[Finding]:
    """Every factor and tactic of the index: those kept for its version, else made anew."""
    kept = _read(index)
    if not kept:
        return find_all(index)
    rows = kept["findings"]
    passages = index.passages([row["passage"] for row in rows])
    return [_finding(row, passage) for row, passage in zip(rows, passages, strict=True)]


def keep(index: Index) -> None:
    """Writes the findings of the index beside it, in one step, unless they are there."""
    if _read(index):
        return
    rows = [
        {field.name: getattr(one, field.name) for field in dataclasses.fields(one) if field.name not in _PLACES}
        | {"passage": one.passage.id, "unit": one.passage.units.index(one.unit)}
        for one in find_all(index)
    ]
    handle, scratch = tempfile.mkstemp(prefix=NAME, dir=index.folder)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({"made": _made(index), "findings": rows}, file, ensure_ascii=False)
        os.replace(scratch, index.folder / NAME)
    except BaseException:
        Path(scratch).unlink(missing_ok=True)
        raise


def _read(index: Index) -> dict[str, Any]:
    """What is kept; empty where it is missing, damaged, or of another index version or other code."""
    try:
        kept = json.loads((index.folder / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) and kept.get("made") == _made(index) else {}


def _finding(row: dict[str, Any], passage: Passage) -> Finding:
    values = {name: value for name, value in row.items() if name not in _PLACES}
    return Finding(**values, passage=passage, unit=passage.units[row["unit"]])


def _made(index: Index) -> str:
    return f"{index.version} {_code()}"


@lru_cache(maxsize=1)
def _code() -> str:
    """A hash of the code that finds: other code finds other things."""
    digest = hashlib.sha256()
    for folder in ("views", "ask"):
        for path in sorted((_PACKAGE / folder).glob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
