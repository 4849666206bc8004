"""One address to its bytes, within limits of size, time, redirects and where it may lead.

Knows HTTP and which network addresses are public. Knows nothing of what the bytes mean.
"""

from __future__ import annotations

import re
import ssl
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import httpx

from retrieval.errors import FetchError
from retrieval.ingest.fetch_guard import GuardedTransport, OutOfTimeError, PrivateAddressError, UnknownHostError

MAX_BYTES = 20_000_000
REDIRECTS_MAX = 5
_READABLE = re.compile(
    r"text/|application/(?:pdf|xhtml\+xml|xml|json|jsonl|x-ndjson|csv|octet-stream|msword"
    r"|vnd\.openxmlformats-officedocument\.wordprocessingml\.document)|$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Page:
    """What an address gave. `url` is where the redirects ended; `etag` and `last_modified` are for the next time."""

    url: str
    content: bytes
    content_type: str = ""
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class NotModified:
    """The server says that nothing changed since the `etag` or date it was asked with."""

    url: str


def fetch(
    address: str,
    *,
    max_bytes: int = MAX_BYTES,
    seconds: float = 30.0,
    private_addresses: bool = False,
    etag: str = "",
    last_modified: str = "",
) -> Page | NotModified:
    """Fetches one address.

    Args:
        address: http or https.
        max_bytes: the largest page taken, unpacked.
        seconds: for everything together: looking up the name, redirects, and the body to its last byte.
        private_addresses: whether a private, loopback or link-local address may be connected to.
        etag: as an earlier Page had it; with it or `last_modified` the answer may be NotModified.
        last_modified: as an earlier Page had it.

    Raises:
        FetchError: naming the address, what went wrong and what to do.
    """
    deadline = time.monotonic() + seconds
    headers = {"User-Agent": "parley (reads pages its user names)", "Accept-Encoding": "gzip", "Accept": "*/*"}
    headers |= {"If-None-Match": etag} if etag else {}
    headers |= {"If-Modified-Since": last_modified} if last_modified else {}
    try:
        transport = GuardedTransport(deadline, private_addresses)
        with httpx.Client(transport=transport, trust_env=False, follow_redirects=False, timeout=seconds) as client:
            return _follow(client, address, headers, max_bytes, deadline)
    except PrivateAddressError as error:
        raise FetchError(
            f"{address} leads to {error}, an address of a private network; "
            "set private_addresses (PARLEY_PRIVATE_ADDRESSES=true) if you mean it"
        ) from None
    except UnknownHostError as error:
        raise FetchError(f"{address}: no host is called {error}; check the spelling and your connection") from None
    except (OutOfTimeError, httpx.TimeoutException):
        raise FetchError(
            f"{address} took longer than {seconds:g} seconds; try again later, or raise fetch_seconds "
            "(PARLEY_FETCH_SECONDS)"
        ) from None
    except httpx.RemoteProtocolError as error:
        raise FetchError(f"{address} broke off before the end ({error}); try again") from None
    except (httpx.HTTPError, ssl.SSLError, httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise FetchError(
            f"{address} could not be fetched ({error or type(error).__name__}); check the address and your connection"
        ) from None


def _follow(
    client: httpx.Client, address: str, headers: dict[str, str], max_bytes: int, deadline: float
) -> Page | NotModified:
    """Follows redirects by hand, so that each one is checked."""
    url = address
    seen: set[str] = set()
    while True:
        _check_url(url, address)
        if url in seen:
            raise FetchError(f"{address} redirects in a circle at {url}; open it in a browser and give where it ends")
        if len(seen) > REDIRECTS_MAX:
            raise FetchError(f"{address} redirects more than {REDIRECTS_MAX} times; give the address where it ends")
        seen.add(url)
        with client.stream("GET", url, headers=headers) as response:
            location = response.headers.get("location")
            if response.status_code in (301, 302, 303, 307, 308) and location:
                url = urljoin(url, location)
                continue
            if response.status_code == 304:
                return NotModified(url)
            _check_response(response, address, max_bytes)
            content = b"".join(_read_body(response, address, max_bytes, deadline))
            said = response.headers
            return Page(url, content, said.get("content-type", ""), said.get("etag", ""), said.get("last-modified", ""))


def _check_url(url: str, address: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        where = "" if url == address else f" redirects to {url}, which"
        raise FetchError(f"{address}{where} is not an http or https address; give one that is")


def _check_response(response: httpx.Response, address: str, max_bytes: int) -> None:
    """Refuses what is no page: errors, pictures and films, too many bytes announced, strange packing."""
    status = response.status_code
    if status != 200:
        hint = {
            401: "it wants a login; save the page and give the file",
            403: "it refuses programs; save the page from a browser and give the file",
            404: "there is no such page; check the address",
            410: "the page was taken away; look for another copy",
            429: "it wants fewer requests; wait and try again",
        }.get(status, "the server failed; try again later" if status >= 500 else "check the address")
        raise FetchError(f"{address} answered with status {status}: {hint}")
    kind = response.headers.get("content-type", "").split(";")[0].strip()
    if not _READABLE.match(kind):
        raise FetchError(f"{address} is {kind}, not text, HTML, PDF or DOCX; give a page that can be read")
    length = response.headers.get("content-length", "")
    if length.isdigit() and int(length) > max_bytes:
        raise FetchError(_too_large(address, max_bytes))
    packing = response.headers.get("content-encoding", "identity").lower().strip()
    if packing not in ("identity", "gzip", "x-gzip", "deflate", ""):
        raise FetchError(f"{address} is packed as {packing}, which was not asked for; save the page and give the file")


def _read_body(response: httpx.Response, address: str, max_bytes: int, deadline: float) -> Iterator[bytes]:
    """The body unpacked, never more than `max_bytes` of it, whatever the server claims."""
    packed = response.headers.get("content-encoding", "").lower().strip() in ("gzip", "x-gzip", "deflate")
    unpacker = zlib.decompressobj(wbits=47) if packed else None
    total = received = 0
    for chunk in response.iter_raw():
        if time.monotonic() > deadline:
            raise OutOfTimeError
        received += len(chunk)
        try:
            found = unpacker.decompress(chunk, max_bytes - total + 1) if unpacker else chunk
        except zlib.error as error:
            raise FetchError(f"{address} is packed wrongly ({error}); try again, or save the page") from None
        total += len(found)
        if total > max_bytes or received > max_bytes:
            raise FetchError(_too_large(address, max_bytes))
        yield found
    if unpacker and received and not unpacker.eof:
        raise FetchError(f"{address} broke off before the end of what was packed; try again")


def _too_large(address: str, max_bytes: int) -> str:
    return f"{address} has more than {max_bytes} bytes; save the part you need, or raise max_bytes (PARLEY_MAX_BYTES)"
