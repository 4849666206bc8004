"""How many tokens language models have read and written today, on this machine, and whether more may be.

A file beside the index, shared by all processes. Days are UTC. Knows a file and a clock; must not know models.
"""

from __future__ import annotations

import json
import os
import threading
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock

from retrieval.errors import ModelError

_MOST_BYTES_A_TOKEN = 4  # English prose; other scripts take fewer characters, but more bytes


class Budget:
    """The day's tokens. Thread-safe and shared by processes; with a limit of 0 it counts and never refuses."""

    def __init__(self, file: Path, limit: int) -> None:
        self.file, self.limit = file, limit
        self._lock = threading.Lock()

    def check(self) -> None:
        """Refuses once the day's tokens are spent.

        Raises:
            ModelError: they are.
        """
        spent = self.spent()
        if self.limit and spent >= self.limit:
            raise ModelError(
                f"today's {self.limit} tokens are spent; ask again tomorrow (UTC), or raise PARLEY_MODEL_DAILY_TOKENS"
            )

    def spent(self) -> int:
        """Tokens spent today."""
        return self._read().get(_today(), 0)

    def add(self, tokens: int) -> None:
        """Counts tokens, after a call."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self._lock, FileLock(f"{self.file}.lock", timeout=10):
            total = self._read().get(_today(), 0) + tokens
            fresh = self.file.with_suffix(f".{os.getpid()}")
            fresh.write_text(json.dumps({_today(): total}), encoding="utf-8")
            fresh.replace(self.file)

    def _read(self) -> dict[str, int]:
        try:
            return {day: int(tokens) for day, tokens in json.loads(self.file.read_text(encoding="utf-8")).items()}
        except (OSError, ValueError, AttributeError, TypeError):
            return {}  # none yet, or damaged: a count is made anew, never a reason not to answer


def estimate(text: str) -> int:
    """About how many tokens a text has, where a model does not tell."""
    return -(-len(text.encode()) // _MOST_BYTES_A_TOKEN)


def _today() -> str:
    return datetime.now(UTC).date().isoformat()
