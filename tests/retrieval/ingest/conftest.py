"""A real web site on loopback that fails in every way a site can fail."""

from __future__ import annotations

import contextlib
import gzip
import socket
import struct
import threading
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.retrieval.ingest.files import PAGE, make_docx, make_pdf

PLAIN = {
    "/page": ("text/html; charset=utf-8", PAGE.encode()),
    "/text": ("text/plain; charset=utf-8", "The café stays open. It is warm.".encode()),
    "/pdf": ("application/pdf", make_pdf("The truce held on the first day.\nMonitors saw no fire.")),
    "/pdf-as-html": ("text/html", make_pdf("The truce held on the second day.")),
    "/pdf-without-text": ("application/pdf", make_pdf("", "")),
    "/docx": ("application/octet-stream", make_docx()),
    "/latin-declared-utf8": (
        "text/plain; charset=utf-8",
        "Café prices rose in Málaga. Nobody was pleased.".encode("cp1252"),
    ),
    "/utf8-declared-latin": ("text/plain; charset=iso-8859-1", "Café prices rose in Málaga.".encode()),
    "/nothing": ("text/html", b" " * 10_000_000),
    "/picture": ("image/png", b"\x89PNG\r\n"),
    "/empty": ("text/html", b""),
    "/script-only": ("text/html", b"<html><head><script>draw()</script></head><body></body></html>"),
}


class Site(BaseHTTPRequestHandler):
    """Answers by the path asked for."""

    protocol_version = "HTTP/1.1"
    asked: list[tuple[str, dict[str, str]]]
    stop: threading.Event

    def log_message(self, *_: object) -> None:
        """Says nothing."""

    def do_GET(self) -> None:
        type(self).asked.append((self.path, dict(self.headers)))
        name = self.path.strip("/").split("/")[0].replace("-", "_")
        if self.path in PLAIN:
            self.answer(200, *PLAIN[self.path])
        else:
            with contextlib.suppress(OSError):
                getattr(self, f"serve_{name}", self.serve_missing)()

    def answer(self, status: int, kind: str, body: bytes, **more: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", more.pop("length", str(len(body))))
        for name, value in more.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body)

    def serve_missing(self) -> None:
        self.answer(404, "text/html", b"<html>gone</html>")

    def serve_broken(self) -> None:
        self.answer(500, "text/html", b"oops")

    def serve_busy(self) -> None:
        self.answer(429, "text/html", b"slower")

    def serve_moved(self) -> None:
        self.answer(302, "text/html", b"", Location="/page")

    def serve_circle(self) -> None:
        self.answer(302, "text/html", b"", Location="/circle-back")

    serve_circle_back = lambda self: self.answer(302, "text/html", b"", Location="/circle")  # noqa: E731

    def serve_further(self) -> None:
        self.answer(302, "text/html", b"", Location=f"/further/{len(self.asked)}")

    def serve_inside(self) -> None:
        self.answer(302, "text/html", b"", Location="http://10.0.0.1/secrets")

    def serve_to_file(self) -> None:
        self.answer(302, "text/html", b"", Location="file:///etc/hostname")

    def serve_hang(self) -> None:
        self.stop.wait(20)

    def serve_drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        while not self.stop.wait(0.05):
            self.wfile.write(b"a")

    def serve_drip_headers(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not self.stop.wait(0.05):
            self.wfile.write(b"X")

    def serve_reset(self) -> None:
        self.answer(200, "text/html", b"<p>half of", length="5000")
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def serve_truncated(self) -> None:
        self.answer(200, "text/html", b"<p>half of", length="5000")
        self.close_connection = True

    def serve_gzip(self) -> None:
        self.answer(200, "text/html; charset=utf-8", gzip.compress(PAGE.encode()), Content_Encoding="gzip")

    def serve_gzip_cut(self) -> None:
        self.answer(200, "text/html", gzip.compress(PAGE.encode())[:-200], Content_Encoding="gzip")

    def serve_gzip_wrong(self) -> None:
        self.answer(200, "text/html", b"this is not gzip at all", Content_Encoding="gzip")

    def serve_bomb(self) -> None:
        packer = zlib.compressobj(9, wbits=31)
        zeros = b"\0" * 1_000_000
        body = b"".join(packer.compress(zeros) for _ in range(300)) + packer.flush()
        self.answer(200, "text/html", body, Content_Encoding="gzip")

    def serve_brotli(self) -> None:
        self.answer(200, "text/html", b"\x0b\x02\x80", Content_Encoding="br")

    def serve_endless(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        while not self.stop.is_set():
            self.wfile.write(b"words and words " * 4096)

    def serve_tagged(self) -> None:
        if self.headers.get("If-None-Match") == '"v1"' or self.headers.get("If-Modified-Since"):
            self.answer(304, "text/html", b"")
        else:
            self.answer(200, "text/html", PAGE.encode(), ETag='"v1"', Last_Modified="Sun, 11 Feb 2024 08:00:00 GMT")


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """The address of the site, without a slash at its end."""
    Site.asked, Site.stop = [], threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign] # clients break off on purpose here
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    Site.stop.set()
    server.shutdown()
    server.server_close()
    thread.join(5)
