"""Counters for the operator, on a Prometheus endpoint that is off by default. Knows no question and no person."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from wsgiref.simple_server import WSGIServer

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server

_SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0)


class Metrics:
    """The bot's own registry, so that two bots in one process never meet."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.questions = Counter("parley_questions", "Questions by how they ended", ["end"], registry=self.registry)
        self.seconds = Histogram(
            "parley_answer_seconds", "From acknowledged to answered", registry=self.registry, buckets=_SECONDS
        )
        self.acknowledged = Histogram(
            "parley_acknowledge_seconds", "From received to acknowledged", registry=self.registry, buckets=_SECONDS
        )
        self.failures = Counter("parley_failures", "Failures shown with an id", registry=self.registry)
        self._lag = Gauge("parley_loop_lag_seconds", "99th percentile of five minutes", registry=self.registry)
        self._waiting = Gauge("parley_in_hand", "Questions being answered or waiting", registry=self.registry)
        self._server: tuple[WSGIServer, Thread] | None = None

    def watch(self, lag: Callable[[], float], in_hand: Callable[[], int]) -> None:
        """Reads these two when someone asks for the metrics."""
        self._lag.set_function(lag)
        self._waiting.set_function(in_hand)

    def serve(self, port: int) -> int:
        """Opens the endpoint on loopback, on any free port for 0; gives the port."""
        self._server = start_http_server(port, "127.0.0.1", self.registry)
        return int(self._server[0].server_port)

    def close(self) -> None:
        """Closes the endpoint if it is open."""
        if self._server is not None:
            server, thread = self._server
            server.shutdown()
            server.server_close()
            thread.join(timeout=5)
            self._server = None
