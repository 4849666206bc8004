"""One websocket of the gateway: its compression, and its frames sent in order."""

from __future__ import annotations

import asyncio
import contextlib
import zlib
from typing import Protocol

import aiohttp
from aiohttp import web


class _Compressor(Protocol):
    def pack(self, text: str) -> bytes: ...


class _Zlib:
    """One zlib stream a connection, every frame ended by a sync flush."""

    def __init__(self) -> None:
        self._stream = zlib.compressobj()

    def pack(self, text: str) -> bytes:
        return self._stream.compress(text.encode()) + self._stream.flush(zlib.Z_SYNC_FLUSH)


class _Zstd:
    """One zstd stream a connection, every frame a block."""

    def __init__(self) -> None:
        import zstandard

        self._stream = zstandard.ZstdCompressor().compressobj()
        self._flush = zstandard.COMPRESSOBJ_FLUSH_BLOCK

    def pack(self, text: str) -> bytes:
        return self._stream.compress(text.encode()) + self._stream.flush(self._flush)


def compressor(kind: str) -> _Compressor | None:
    """What the client asked for by `compress=` in the gateway's address."""
    kinds: dict[str, type[_Zlib] | type[_Zstd]] = {"zlib-stream": _Zlib, "zstd-stream": _Zstd}
    return kinds[kind]() if kind in kinds else None


class Connection:
    """A websocket, its compression, and an order of sending."""

    def __init__(self, socket: web.WebSocketResponse, compressor: _Compressor | None) -> None:
        self.socket = socket
        self.goodbye = False  # whether the client closed it for good, rather than to come back
        self._compressor = compressor
        self._queue: asyncio.Queue[str | None] = asyncio.Queue()

    def send(self, text: str) -> None:
        self._queue.put_nowait(text)

    async def pump(self) -> None:
        """Sends what is queued, in order, until the socket closes."""
        while (text := await self._queue.get()) is not None:
            if self.socket.closed:
                return
            with contextlib.suppress(ConnectionError, aiohttp.ClientConnectionResetError):
                if self._compressor is None:
                    await self.socket.send_str(text)
                else:
                    await self.socket.send_bytes(self._compressor.pack(text))

    async def close(self, code: int, reason: str = "") -> None:
        """Closes it from the server's side."""
        with contextlib.suppress(ConnectionError):
            await self.socket.close(code=code, message=reason.encode(), drain=False)
