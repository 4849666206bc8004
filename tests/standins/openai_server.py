"""A small OpenAI-compatible server on loopback: it streams, stalls, breaks off, fails and babbles as it is told.

Only the network's other end is made up; what talks to it is the real client over real HTTP.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Say:
    """Streams a text in pieces. With `stall`, waits that long before the end; with `break_off`, hangs up instead."""

    text: str
    size: int = 7
    gap: float = 0.0
    stall: float = 0.0
    break_off: bool = False
    usage: bool = True


@dataclass(frozen=True)
class Fail:
    """Answers with a status and an error of the usual form."""

    status: int
    message: str = "it went wrong"
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Babble:
    """Answers 200 with bytes that are no stream of anything."""

    body: bytes = b"<html>gateway</html>\n\x00\xff\xfe data: {not json\n\n"
    kind: str = "text/event-stream"


Turn = Say | Fail | Babble
Script = Callable[[dict[str, Any]], Turn]


@dataclass
class Server:
    """What tests see: the address to set, the requests that came, and when each piece went out."""

    url: str
    requests: list[dict[str, Any]] = field(default_factory=list)
    sent: list[tuple[float, str]] = field(default_factory=list)


@contextmanager
def openai_server(*turns: Turn, script: Script | None = None) -> Iterator[Server]:
    """Serves the turns one after another, the last one for ever; or, with `script`, what it makes of each request."""
    turns = turns or (Say("yes"),)
    lock = threading.Lock()
    done = threading.Event()

    def next_turn(request: dict[str, Any]) -> Turn:
        with lock:
            server.requests.append(request)
            at = min(len(server.requests), len(turns)) - 1
        return script(request) if script else turns[at]

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            turn = next_turn(request)
            if isinstance(turn, Fail):
                self._fail(turn)
            elif isinstance(turn, Babble):
                self._plain(200, turn.kind, turn.body)
            else:
                self._say(turn, request)

        def _fail(self, turn: Fail) -> None:
            body = json.dumps({"error": {"message": turn.message, "type": "made_up", "code": None}}).encode()
            self._plain(turn.status, "application/json", body, turn.headers)

        def _plain(self, status: int, kind: str, body: bytes, headers: tuple[tuple[str, str], ...] = ()) -> None:
            self.send_response(status)
            for name, value in (("Content-Type", kind), ("Content-Length", str(len(body))), *headers):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def _say(self, turn: Say, request: dict[str, Any]) -> None:
            self.close_connection = True
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            if turn.break_off:  # a length that is never reached: the client sees the line go dead
                self.send_header("Content-Length", "1000000")
            self.end_headers()
            for at in range(0, len(turn.text), turn.size):
                piece = turn.text[at : at + turn.size]
                self._event({"choices": [{"index": 0, "delta": {"role": "assistant", "content": piece}}]})
                server.sent.append((time.monotonic(), piece))
                done.wait(turn.gap)
            done.wait(turn.stall)
            if turn.break_off:
                return
            self._event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
            if turn.usage and (request.get("stream_options") or {}).get("include_usage"):
                self._event({"choices": [], "usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}})
            self.wfile.write(b"data: [DONE]\n\n")

        def _event(self, body: dict[str, Any]) -> None:
            whole = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "made-up", **body}
            self.wfile.write(f"data: {json.dumps(whole)}\n\n".encode())
            self.wfile.flush()

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # the client had enough, as some tests want

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener.daemon_threads = True
    server = Server(f"http://127.0.0.1:{listener.server_address[1]}/v1")
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        done.set()
        listener.shutdown()
        listener.server_close()
        thread.join(5)
