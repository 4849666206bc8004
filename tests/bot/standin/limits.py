"""Rate limits and failures on order: what a test scripts, and buckets where it asks for them."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field

from aiohttp import web

from tests.bot.standin.replies import write_json

_NUMBER = re.compile(r"/\d{15,20}")


@dataclass(slots=True)
class Order:
    """The next `times` requests that match fail so. `scope`: user, shared or global."""

    pattern: re.Pattern[str]
    times: int
    status: int
    retry_after: float
    scope: str

    def matches(self, line: str) -> bool:
        return self.times > 0 and self.pattern.search(line) is not None


@dataclass(slots=True)
class Bucket:
    """At most `limit` requests that match, for each path, in `seconds`."""

    pattern: re.Pattern[str]
    limit: int
    seconds: float
    used: dict[str, list[float]] = field(default_factory=dict)

    def take(self, path: str) -> tuple[int, float]:
        """What is left after this request (-1: it was one too many) and the seconds until there is more."""
        now = time.monotonic()
        times = [at for at in self.used.get(path, []) if now - at < self.seconds]
        if len(times) >= self.limit:
            return -1, times[0] + self.seconds - now
        self.used[path] = [*times, now]
        return self.limit - len(times) - 1, (times[0] if times else now) + self.seconds - now


class Limits:
    """What stands between a request and its answer. A request's line is "POST /channels/1/messages"."""

    def __init__(self) -> None:
        self.orders: list[Order] = []
        self.buckets: list[Bucket] = []

    def check(self, method: str, path: str) -> dict[str, str]:
        """The headers that tell of the limit.

        Raises:
            Limited: the request is refused.
            Scripted: the test wants it to fail.
        """
        line = f"{method} {path}"
        for order in self.orders:
            if order.matches(line):
                order.times -= 1
                if order.status == 429:
                    raise Limited(order.retry_after, order.scope, self._headers(line, 0, order.retry_after))
                raise Scripted(order.status)
        for bucket in self.buckets:
            if bucket.pattern.search(line):
                left, wait = bucket.take(path)
                if left < 0:
                    raise Limited(wait, "user", self._headers(line, 0, wait, bucket.limit))
                return self._headers(line, left, wait, bucket.limit)
        return self._headers(line, 999, 1.0)

    @staticmethod
    def _headers(line: str, left: int, wait: float, limit: int = 1000) -> dict[str, str]:
        name = f"{hash(_NUMBER.sub('/:id', line)) & 0xFFFFFFFF:08x}"
        return {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(left),
            "X-RateLimit-Reset": f"{time.time() + wait:.3f}",
            "X-RateLimit-Reset-After": f"{wait:.3f}",
            "X-RateLimit-Bucket": name,
        }


class Limited(Exception):
    """A 429, with all that Discord says in it."""

    def __init__(self, retry_after: float, scope: str, headers: dict[str, str]) -> None:
        super().__init__(f"429 for {retry_after} s")
        self.retry_after = retry_after
        self.scope = scope
        self.headers = headers

    def response(self) -> web.Response:
        everywhere = self.scope == "global"
        headers = {**self.headers, "Retry-After": f"{self.retry_after:.3f}", "X-RateLimit-Scope": self.scope}
        headers["Via"] = "1.1 google"  # without it a client takes the 429 for a ban
        if everywhere:
            headers["X-RateLimit-Global"] = "true"
        body = {"message": "You are being rate limited.", "retry_after": self.retry_after, "global": everywhere}
        return write_json(body, 429, headers)


class Scripted(Exception):
    """A failure that the test ordered."""

    def __init__(self, status: int) -> None:
        super().__init__(f"{status}: scripted failure")
        self.status = status
