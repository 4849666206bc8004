"""Connections that may only lead to public addresses and only last until a deadline.

A name is looked up once; every address it has is checked, and the connection goes to one of those very addresses, so
that a name which changes its mind between the check and the connection gains nothing. Knows sockets; knows nothing of
pages.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx

_ADDRESSES_MAX = 4  # of one name, tried in turn


class PrivateAddressError(Exception):
    """A name leads to an address of a private network; the text is that address."""


class UnknownHostError(Exception):
    """A name has no address; the text is the name."""


class OutOfTimeError(Exception):
    """The deadline has passed."""


class GuardedTransport(httpx.HTTPTransport):
    """httpx's transport over connections that are checked and timed."""

    def __init__(self, deadline: float, private_addresses: bool) -> None:
        super().__init__(trust_env=False)
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl.create_default_context(cafile=_certificates()),
            max_connections=1,
            network_backend=_GuardedBackend(deadline, private_addresses),
        )


def is_public(address: str) -> bool:
    """Whether an address is one of the open internet, also when an IPv4 address hides inside an IPv6 one."""
    found = ipaddress.ip_address(address.split("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inside = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inside is None and found in ipaddress.ip_network("64:ff9b::/96"):
            inside = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inside is not None:
            return is_public(str(inside))
    return found.is_global and not found.is_multicast


def _certificates() -> str:
    import certifi

    return certifi.where()


def _resolve(host: str, port: int, deadline: float) -> list[str]:
    """All addresses of a host. The system's own lookup knows no deadline, so it runs beside us."""
    found: list[str] = []
    failed: list[OSError] = []

    def look_up() -> None:
        try:
            entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.extend(dict.fromkeys(str(entry[4][0]) for entry in entries))
        except OSError as error:
            failed.append(error)

    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(max(0.0, deadline - time.monotonic()))
    if thread.is_alive():
        raise OutOfTimeError
    if failed or not found:
        raise UnknownHostError(host)
    return found


class _GuardedBackend(httpcore.NetworkBackend):
    """Opens connections to checked addresses only."""

    def __init__(self, deadline: float, private_addresses: bool) -> None:
        self._deadline = deadline
        self._private_addresses = private_addresses
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connects to the first address of the host that takes the connection."""
        addresses = _resolve(host, port, self._deadline)
        if not self._private_addresses:
            for address in addresses:
                if not is_public(address):
                    raise PrivateAddressError(address)
        for address in addresses[:_ADDRESSES_MAX]:
            left = _left(self._deadline, timeout)
            try:
                stream = self._backend.connect_tcp(address, port, left, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if address == addresses[:_ADDRESSES_MAX][-1]:
                    raise
                continue
            return _TimedStream(stream, self._deadline)
        raise UnknownHostError(host)


class _TimedStream(httpcore.NetworkStream):
    """A connection on which every single read and write ends at the deadline, however slowly bytes drip."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._deadline, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._deadline, timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, _left(self._deadline, timeout))
        return _TimedStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(deadline: float, timeout: float | None) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise OutOfTimeError
    return left if timeout is None else min(left, timeout)
