"""Shows progress by editing one message: at most one edit a second, and the last one always lands.

Knows when to edit, not what a message is: it is given the function that edits.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

import discord

_log = logging.getLogger("bot.progress")

LEAST_SECONDS = 1.0

_STAGES = {
    "condense": "Reading the question",
    "retrieve": "Searching the sources",
    "fuse": "Searching the sources",
    "rerank": "Reading the passages",
    "select": "Reading the passages",
    "evidence": "Reading the passages",
    "extract": "Putting the answer together",
    "generate": "Writing the answer",
    "answer": "Putting the answer together",
    "verify": "Checking every quotation",
}


def stage_words(stage: str) -> str:
    """A stage of the engine for people."""
    return _STAGES.get(stage, "Working")


class Progress:
    """The newest text, shown when a second has passed since the last edit; older ones that nobody saw are left out."""

    def __init__(self, edit: Callable[[str], Awaitable[None]], least_seconds: float = LEAST_SECONDS) -> None:
        self._edit = edit
        self._least = least_seconds
        self._loop = asyncio.get_running_loop()
        self._text = ""
        self._shown = ""
        self._last = self._loop.time()
        self._task: asyncio.Task[None] | None = None
        self._stopped = asyncio.Event()

    def note(self, text: str) -> None:
        """Shows this text soon. From any thread."""
        try:
            self._loop.call_soon_threadsafe(self._set, text)
        except RuntimeError:  # the loop is closed: nobody looks any more
            return

    async def stop(self) -> None:
        """Ends progress: an edit on its way has landed, and a second has passed since, so the last edit may be made.

        Where nothing was shown yet, nothing is waited for: a quick answer stays quick.
        """
        self._stopped.set()
        self._text = self._shown
        if self._task is not None:
            await self._task
        if self._shown:
            await asyncio.sleep(self._wait())

    def _set(self, text: str) -> None:
        if self._stopped.is_set():
            return
        self._text = text
        if self._task is None:
            self._task = self._loop.create_task(self._run())

    async def _run(self) -> None:
        """Edits until what is shown is the newest; the next note starts it again."""
        while self._text != self._shown:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopped.wait(), self._wait())
            if self._stopped.is_set():
                break
            self._shown = self._text
            try:
                await self._edit(self._shown)
            except discord.HTTPException as error:
                _log.info("a progress edit did not land", extra={"status": error.status, "code": error.code})
            self._last = self._loop.time()
        self._task = None

    def _wait(self) -> float:
        """Seconds until the next edit may be made."""
        return max(0.0, self._last + self._least - self._loop.time())
