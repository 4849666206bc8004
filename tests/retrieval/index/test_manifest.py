"""The manifest: replaced in one step, damaged ones refused with the command that mends them."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from retrieval.errors import NoIndexError, UnusableIndexError
from retrieval.index.manifest import NAME, Entry, Manifest, read_manifest, stamp, write_manifest
from retrieval.types import Reference, Source

SOURCE = Source("a", "Título", "Publisher", "2024", references=(Reference("R", date="2023"),))
MANIFEST = Manifest("words", "words-64", 64, "1", "abc", (Entry(SOURCE, "12345678", 3, "corpus"),))


def test_what_is_written_is_read(tmp_path: Path) -> None:
    write_manifest(tmp_path, MANIFEST)
    assert read_manifest(tmp_path) == MANIFEST
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_no_manifest_says_how_to_build_one(tmp_path: Path) -> None:
    with pytest.raises(NoIndexError, match="parley ingest"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("content", ["", "{", '{"format": 99}', "[1, 2"])
def test_a_damaged_manifest_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / NAME).write_text(content)
    with pytest.raises(UnusableIndexError, match="parley ingest"):
        read_manifest(tmp_path)


def test_the_version_follows_the_texts_and_not_the_order() -> None:
    other = Entry(Source("b", "B"), "87654321", 1, "corpus")
    one = dataclasses.replace(MANIFEST, entries=(*MANIFEST.entries, other))
    two = dataclasses.replace(MANIFEST, entries=(other, *MANIFEST.entries))
    assert one.version == two.version != MANIFEST.version


def test_the_stamp_changes_with_the_manifest(tmp_path: Path) -> None:
    before = stamp(tmp_path)
    write_manifest(tmp_path, MANIFEST)
    first = stamp(tmp_path)
    write_manifest(tmp_path, MANIFEST)
    assert before != first != stamp(tmp_path)


def test_a_failed_write_leaves_the_old_one(tmp_path: Path) -> None:
    write_manifest(tmp_path, MANIFEST)
    broken = dataclasses.replace(MANIFEST, embedding=object())  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        write_manifest(tmp_path, broken)
    assert json.loads((tmp_path / NAME).read_text())["version"] == MANIFEST.version
    assert [path.name for path in tmp_path.iterdir()] == [NAME]
