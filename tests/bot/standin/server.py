"""The HTTP server on loopback: addresses, the token, limits, errors as Discord writes them, a log of every request."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from tests.bot.standin import faults
from tests.bot.standin.faults import ApiError
from tests.bot.standin.forms import REQUEST_BYTES
from tests.bot.standin.limits import Limited, Limits, Scripted
from tests.bot.standin.posting import Posting
from tests.bot.standin.replies import write_json

API = "/api/v10"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it was answered. `at` and `seconds` by the machine's clock, `at` comparable between requests."""

    method: str
    path: str
    status: int
    at: float
    seconds: float

    @property
    def line(self) -> str:
        return f"{self.method} {self.path}"


class Server:
    """Serves until stopped, on a port of its own that only this machine reaches."""

    def __init__(self, posting: Posting, token: str) -> None:
        self.posting = posting
        self.token = token
        self.limits = Limits()
        self.log: deque[Request] = deque(maxlen=200_000)
        self.errors: list[tuple[str, ApiError]] = []  # refusals, with the request's line
        self.unknown: list[str] = []  # requests that no handler takes
        self.app = web.Application(client_max_size=REQUEST_BYTES, middlewares=[self._answer])
        self.app.router.add_get("/gateway", posting.gateway.handle)
        self.app.router.add_get("/attachments/{channel}/{attachment}/{name}", self._attachment)
        self._runner: web.AppRunner | None = None
        self.port = 0

    async def start(self) -> None:
        self._runner = web.AppRunner(self.app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, backlog=1024)
        await site.start()
        self.port = int(self._runner.addresses[0][1])
        self.posting.base = f"http://127.0.0.1:{self.port}"

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def route(self, method: str, path: str, handler: Handler) -> None:
        """Adds a handler under the API's address."""
        self.app.router.add_route(method, API + path, handler)

    @web.middleware
    async def _answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith(API):
            return await handler(request)
        path = request.path.removeprefix(API)
        started = time.monotonic()
        response = await self._guarded(request, path, handler)
        self.log.append(Request(request.method, path, response.status, started, time.monotonic() - started))
        self.posting.bell.ring()
        return response

    async def _guarded(self, request: web.Request, path: str, handler: Handler) -> web.StreamResponse:
        headers: dict[str, str] = {}
        try:
            headers = self.limits.check(request.method, path)
            if not path.startswith(("/interactions/", "/webhooks/")):
                self._authorize(request)
            response = await handler(request)
        except Limited as limited:
            return limited.response()
        except Scripted as failure:
            return write_json({"code": 0, "message": str(failure)}, failure.status)
        except ApiError as error:
            self.errors.append((f"{request.method} {path}", error))
            response = write_json(error.to_json(), error.status)
        except web.HTTPRequestEntityTooLarge:
            too_large = faults.error(faults.ENTITY_TOO_LARGE)
            self.errors.append((f"{request.method} {path}", too_large))
            response = write_json(too_large.to_json(), 413)
        except web.HTTPException as unknown:
            self.unknown.append(f"{request.method} {path}")
            message = f"{unknown.status}: {unknown.reason}"
            response = write_json({"code": 0, "message": message}, unknown.status)
        response.headers.update(headers)
        return response

    def _authorize(self, request: web.Request) -> None:
        if request.headers.get("Authorization") != f"Bot {self.token}":
            raise faults.error(faults.UNAUTHORIZED)

    async def _attachment(self, request: web.Request) -> web.StreamResponse:
        found = self.posting.world.attachments.get(int(request.match_info["attachment"]))
        if found is None:
            return web.Response(status=404, text="This content is no longer available.")
        return web.Response(body=found.data, content_type=found.content_type)
