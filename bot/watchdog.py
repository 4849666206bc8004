"""Measures how late the event loop is. Knows asyncio only."""

from __future__ import annotations

import asyncio
import logging
from collections import deque

_log = logging.getLogger("bot.watchdog")

INTERVAL = 0.05
ALARM = 0.5


class Watchdog:
    """Sleeps again and again, and keeps by how much each sleep was too long: seconds, the last five minutes."""

    def __init__(self) -> None:
        self._lags: deque[float] = deque(maxlen=int(300 / INTERVAL))

    async def run(self) -> None:
        """Measures until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            before = loop.time()
            await asyncio.sleep(INTERVAL)
            lag = max(0.0, loop.time() - before - INTERVAL)
            self._lags.append(lag)
            if lag > ALARM:
                _log.warning("the event loop was blocked", extra={"seconds": round(lag, 3)})

    def percentile(self, share: float) -> float:
        """The lag in seconds that `share` (0..1) of the measurements do not exceed; 0 before the first one."""
        ordered = sorted(self._lags)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
