"""Waiting for something to have happened, always with an end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")

PATIENCE = 15.0


class Bell:
    """Rung whenever anything changed; who waits looks again."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self._rung.set()
        self._rung = asyncio.Event()

    async def wait(self, look: Callable[[], Found | None], what: str, seconds: float = PATIENCE) -> Found:
        """What `look` finds, as soon as it finds something.

        Raises:
            TimeoutError: it found nothing in time; the message says what was waited for.
        """
        try:
            async with asyncio.timeout(seconds):
                while (found := look()) is None:
                    await self._rung.wait()
                return found
        except TimeoutError:
            raise TimeoutError(f"waited {seconds:.0f} s for {what}") from None
