"""Replies of a language model, kept for the same question: the reply is kept, never the verdict on it.

A reply from here is cut, cited and verified as one that just came, so that nothing passes because it passed before. The
key is a hash of everything that the reply depends on; no question is stored in words. Knows SQLite only.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

KEEP = 1000  # replies; the oldest go first


class Cache:
    """Replies by key in one SQLite file. Every call opens it for itself: thread-safe, shared by processes."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def get(self, key: str) -> str | None:
        """The reply kept under a key, or None where there is none."""
        with self._open() as base:
            row = base.execute("SELECT reply FROM replies WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def put(self, key: str, reply: str) -> None:
        """Keeps a reply, and drops the oldest beyond `KEEP`."""
        with self._open() as base:
            base.execute("INSERT OR REPLACE INTO replies VALUES (?, ?, ?)", (key, reply, time.time()))
            base.execute(
                "DELETE FROM replies WHERE key NOT IN (SELECT key FROM replies ORDER BY made DESC LIMIT ?)", (KEEP,)
            )

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        base = sqlite3.connect(self.file, timeout=10)
        try:
            with base:
                base.execute("CREATE TABLE IF NOT EXISTS replies (key TEXT PRIMARY KEY, reply TEXT, made REAL)")
                yield base
        finally:
            base.close()


def key_of(question: str, index_version: str, model: str, prompt_hash: str, *rest: str) -> str:
    """What a reply depends on, as one hash; `rest` is the prompt as it is sent."""
    parts = (question, index_version, model, prompt_hash, *rest)
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()
