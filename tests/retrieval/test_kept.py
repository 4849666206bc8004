"""Findings kept at ingest: the same as made anew, and made anew where they are not there, damaged or of other code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from retrieval.engine import Engine
from retrieval.ingest.ingest import Batch
from retrieval.ingest.load import Loaded
from retrieval.kept import NAME, findings
from retrieval.models import OnnxEmbedder
from retrieval.settings import Settings
from retrieval.types import Source
from retrieval.views.build import find_all

FIRST = "Russia refuses a ceasefire because a pause would let Ukraine rearm."
SECOND = "Russia refuses a ceasefire because its army is advancing in the east."


def test_what_is_kept_is_what_is_found(engine: Engine) -> None:
    """Over the shipped corpus, word for word and in the same order."""
    assert (engine.folder / NAME).is_file()
    assert findings(engine.index) == find_all(engine.index) != []


@pytest.mark.parametrize("content", ["", "{", "[]", '{"made": "another index and code", "findings": []}'])
def test_what_is_not_to_be_used_is_made_anew(engine: Engine, content: str) -> None:
    path = engine.folder / NAME
    before = path.read_text(encoding="utf-8")
    try:
        path.write_text(content, encoding="utf-8")
        assert findings(engine.index) == find_all(engine.index)
        path.unlink()
        assert findings(engine.index) == find_all(engine.index)
    finally:
        path.write_text(before, encoding="utf-8")


def test_it_follows_the_index(settings: Settings, embedder: OnnxEmbedder, tmp_path: Path) -> None:
    """A changed text has its own findings at once, also in an engine that had the old ones; no scratch file stays."""
    engine = Engine(settings, embedder, tmp_path / "index")
    for text in (FIRST, SECOND):
        engine.ingest([Batch("mine", [Loaded(Source("note", "A note"), text)])])
        assert [one.words for group in engine.groups("factor") for one in group.members] == [text]
        kept = json.loads((engine.folder / NAME).read_text(encoding="utf-8"))
        assert kept["made"].startswith(engine.index_version)
    assert len(list(engine.folder.glob(f"{NAME}*"))) == 1
