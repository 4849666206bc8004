"""Kept replies."""

from __future__ import annotations

import itertools
import sqlite3
from pathlib import Path

import pytest

from retrieval.ask import cache
from retrieval.ask.cache import Cache, key_of


def test_a_reply_comes_back_under_its_key_only(tmp_path: Path) -> None:
    kept = Cache(tmp_path / "home" / "replies.sqlite")
    key = key_of("Why?", "v1", "openai:x", "abc", "system", "user")
    assert kept.get(key) is None
    kept.put(key, "Because. [1]")
    assert Cache(kept.file).get(key) == "Because. [1]"


def test_the_key_depends_on_every_part() -> None:
    """Question, index version, model, prompt: none can stand in for another."""
    parts = ("question", "version", "model", "hash", "prompt")
    keys = {key_of(*(p + "x" if i == j else p for j, p in enumerate(parts))) for i in range(-1, len(parts))}
    assert len(keys) == len(parts) + 1
    assert len({key_of(*order) for order in itertools.permutations(parts)}) == 120


def test_no_question_is_stored_in_words(tmp_path: Path) -> None:
    kept = Cache(tmp_path / "replies.sqlite")
    kept.put(key_of("a private question", "", "", ""), "A reply.")
    rows = sqlite3.connect(kept.file).execute("SELECT * FROM replies").fetchall()
    assert "private" not in str(rows)
    assert b"private" not in kept.file.read_bytes()


def test_the_oldest_replies_go_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "KEEP", 3)
    kept = Cache(tmp_path / "replies.sqlite")
    for number in range(5):
        kept.put(str(number), "reply")
    assert [kept.get(str(number)) is not None for number in range(5)] == [False, False, True, True, True]
