"""Runs engine work in a bounded pool: so many at once, so many waiting, so many seconds. Knows threads, not Discord."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from retrieval import ParleyError

Result = TypeVar("Result")


class BusyError(ParleyError):
    """More questions wait than may wait."""

    def __init__(self) -> None:
        super().__init__("I have as many questions as I can take. Yours was not counted; please ask again in a minute.")


class TooSlowError(ParleyError):
    """An answer took longer than it may."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"I could not finish that within {seconds:.0f} seconds. Your question was not counted; please try it again,"
            " or ask something narrower."
        )


class Pool:
    """The threads that engines run in.

    A thread cannot be stopped, so work that ran out of time keeps its place until it ends: never more than
    `workers + queue` pieces of work exist.
    """

    def __init__(self, workers: int, queue: int, seconds: float) -> None:
        self.seconds = seconds
        self._limit = workers + queue
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="engine")
        self._workers = workers
        self._in_hand = 0

    @property
    def in_hand(self) -> int:
        """Pieces of work that run or wait."""
        return self._in_hand

    @property
    def waiting(self) -> int:
        """Pieces of work that wait."""
        return max(0, self._in_hand - self._workers)

    async def run(self, work: Callable[[], Result], seconds: float | None = None) -> Result:
        """What `work` returns, made in a thread of the pool.

        Raises:
            BusyError: the queue is full.
            TooSlowError: it took longer than `seconds` (default: the pool's), waiting included.
        """
        if self._in_hand >= self._limit:
            raise BusyError
        self._in_hand += 1
        loop = asyncio.get_running_loop()
        future = self._threads.submit(work)
        future.add_done_callback(functools.partial(self._ended, loop))
        wrapped = asyncio.wrap_future(future)
        wrapped.add_done_callback(_retrieve)
        allowed = self.seconds if seconds is None else seconds
        try:
            return await asyncio.wait_for(asyncio.shield(wrapped), allowed)
        except TimeoutError as error:
            if wrapped.done() and not wrapped.cancelled():
                raise  # the work's own timeout, not ours
            future.cancel()  # only helps work that still waits
            raise TooSlowError(allowed) from error

    def close(self) -> None:
        """Lets go of the threads; work that still runs ends by itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _ended(self, loop: asyncio.AbstractEventLoop, _future: Future[Result]) -> None:
        try:
            loop.call_soon_threadsafe(self._leave)
        except RuntimeError:  # the loop is closed: nobody counts any more
            self._leave()

    def _leave(self) -> None:
        self._in_hand -= 1


def _retrieve(future: asyncio.Future[Result]) -> None:
    """Looks at the outcome of work that nobody waits for any more, so that asyncio does not complain of it."""
    if not future.cancelled():
        future.exception()
