"""Discord's clock, which a test may move on, and the ids that carry its time."""

from __future__ import annotations

import datetime
import time

_EPOCH_MS = 1_420_070_400_000  # 1 January 2015: ids count milliseconds from here


class Clock:
    """Seconds since 1970 as the server sees them: real time, plus what the test skipped."""

    def __init__(self) -> None:
        self._skipped = 0.0
        self._last_id = 0
        self._last_guild = 0

    def now(self) -> float:
        return time.time() + self._skipped

    def advance(self, seconds: float) -> None:
        self._skipped += seconds

    def timestamp(self, at: float | None = None) -> str:
        """As Discord writes it, e.g. 2026-08-06T10:00:00.000000+00:00."""
        moment = datetime.datetime.fromtimestamp(self.now() if at is None else at, datetime.UTC)
        return moment.isoformat(timespec="microseconds")

    def new_id(self) -> int:
        """A snowflake: ever growing, its time is the clock's."""
        made = (int(self.now() * 1000) - _EPOCH_MS) << 22
        self._last_id = max(made, self._last_id + 1)
        return self._last_id

    def new_guild_id(self, shard: int, shards: int) -> int:
        """A snowflake whose guild belongs to the given shard."""
        milliseconds = max(self.new_id() >> 22, self._last_guild + 1)
        milliseconds += (shard - milliseconds) % shards
        self._last_guild = milliseconds
        self._last_id = max(self._last_id, milliseconds << 22)
        return milliseconds << 22
