"""Fetch takes what is a page, within its limits, and says of everything else what went wrong and what to do."""

from __future__ import annotations

import socket
import time

import pytest

from retrieval.errors import FetchError
from retrieval.ingest import fetch_guard
from retrieval.ingest.fetch import NotModified, Page, fetch
from retrieval.ingest.fetch_guard import is_public
from retrieval.ingest.load import Failed, Loaded, Unchanged, load_all
from retrieval.ingest.repair import repair
from tests.retrieval.ingest.conftest import Site


def take(address: str, **more: object) -> Page:
    page = fetch(address, private_addresses=True, **{"seconds": 10.0, **more})  # type: ignore[arg-type]
    assert isinstance(page, Page)
    return page


def load(address: str) -> Loaded | Failed | Unchanged:
    (result,) = load_all([address], private_addresses=True, fetch_seconds=10, max_bytes=5_000_000)
    return result


def test_a_page_comes_with_its_final_address_and_type(site: str):
    page = take(f"{site}/moved")
    assert page.url == f"{site}/page"
    assert page.content_type == "text/html; charset=utf-8"
    assert b"Talks on the Crossing" in page.content


def test_a_packed_page_is_unpacked(site: str):
    assert take(f"{site}/gzip").content == take(f"{site}/page").content


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/missing", "status 404: there is no such page; check the address"),
        ("/broken", "status 500: the server failed; try again later"),
        ("/busy", "status 429: it wants fewer requests; wait"),
        ("/circle", "redirects in a circle"),
        ("/further/0", "redirects more than 5 times"),
        ("/to-file", "redirects to file:///etc/hostname, which is not an http or https address"),
        ("/picture", "is image/png, not text"),
        ("/reset", "could not be fetched|broke off"),
        ("/truncated", "broke off before the end"),
        ("/gzip-cut", "broke off before the end of what was packed"),
        ("/gzip-wrong", "packed wrongly"),
        ("/brotli", "packed as br"),
        ("/nothing", "more than 2000000 bytes"),
        ("/bomb", "more than 2000000 bytes"),
        ("/endless", "more than 2000000 bytes"),
    ],
)
def test_what_cannot_be_taken_is_refused_in_words(site: str, path: str, words: str):
    with pytest.raises(FetchError, match=words) as raised:
        take(site + path, max_bytes=2_000_000)
    assert str(raised.value).startswith(site + path)


@pytest.mark.parametrize("path", ["/hang", "/drip", "/drip-headers"])
def test_the_time_limit_holds_however_slowly_bytes_come(site: str, path: str):
    started = time.monotonic()
    with pytest.raises(FetchError, match=r"longer than 0.6 seconds; try again later, or raise fetch_seconds"):
        take(site + path, seconds=0.6)
    assert time.monotonic() - started < 5


def test_an_unchanged_page_is_not_sent_again(site: str):
    page = take(f"{site}/tagged")
    assert (page.etag, page.last_modified) == ('"v1"', "Sun, 11 Feb 2024 08:00:00 GMT")
    again = fetch(f"{site}/tagged", private_addresses=True, etag=page.etag)
    assert again == NotModified(f"{site}/tagged")
    assert isinstance(fetch(f"{site}/tagged", private_addresses=True, last_modified=page.last_modified), NotModified)


@pytest.mark.parametrize(
    "address", ["ftp://example.org/a", "file:///etc/hostname", "http://", "https:///path", "gopher:x"]
)
def test_only_http_and_https(address: str):
    with pytest.raises(FetchError, match="not an http or https address"):
        fetch(address)


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/", "http://localhost:1/", "http://[::1]:1/", "http://0.0.0.0:1/",
                                     "http://2130706433:1/", "http://[::ffff:127.0.0.1]:1/"])  # fmt: skip
def test_a_private_address_is_refused_unless_a_setting_allows_it(address: str):
    with pytest.raises(FetchError, match="an address of a private network; set private_addresses"):
        fetch(address, seconds=5)


def test_the_site_itself_is_refused_without_the_setting(site: str):
    before = len(Site.asked)
    with pytest.raises(FetchError, match=r"leads to 127.0.0.1"):
        fetch(f"{site}/page")
    assert len(Site.asked) == before


def test_a_redirect_into_a_private_network_is_refused(site: str, monkeypatch: pytest.MonkeyPatch):
    """With loopback standing in for the open internet, the redirect to 10.0.0.1 is still refused."""
    monkeypatch.setattr(fetch_guard, "is_public", lambda address: address == "127.0.0.1" or is_public(address))
    assert isinstance(fetch(f"{site}/page"), Page)
    with pytest.raises(FetchError, match=r"leads to 10.0.0.1"):
        fetch(f"{site}/inside", seconds=5)


def test_a_name_with_one_private_address_among_others_is_refused(monkeypatch: pytest.MonkeyPatch):
    entries = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in ("93.184.216.34", "192.168.1.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: entries)
    with pytest.raises(FetchError, match=r"leads to 192.168.1.1"):
        fetch("http://two-faced.example/", seconds=5)


def test_a_name_is_looked_up_once_and_that_address_is_connected_to(site: str, monkeypatch: pytest.MonkeyPatch):
    """A name that changes its address between the check and the connection gains nothing."""
    port = int(site.rsplit(":", 1)[1])
    asked: list[str] = []
    genuine = socket.getaddrinfo

    def changing(host: str, *rest: object, **more: object) -> object:
        if host != "rebinding.example":
            return genuine(host, *rest, **more)  # type: ignore[arg-type]
        asked.append(host)
        address = "127.0.0.1" if len(asked) == 1 else "10.9.9.9"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", changing)
    assert isinstance(take(f"http://rebinding.example:{port}/page"), Page)
    assert asked == ["rebinding.example"]


def test_a_name_that_nobody_has(monkeypatch: pytest.MonkeyPatch):
    def unknown(*_: object, **__: object) -> object:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(FetchError, match=r"no host is called nobody.invalid; check the spelling"):
        fetch("http://nobody.invalid/", seconds=5)


def test_a_port_where_nothing_listens():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(FetchError, match="could not be fetched"):
        take(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("10.0.0.1", False),
        ("172.16.3.4", False),
        ("192.168.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_which_addresses_are_public(address: str, public: bool):
    assert is_public(address) is public


def test_a_page_is_loaded_with_what_it_says_of_itself(site: str):
    loaded = load(f"{site}/page")
    assert isinstance(loaded, Loaded)
    source = loaded.source
    assert (source.title, source.publisher, source.date) == (
        "Talks on the Crossing Resume",
        "The Courier",
        "2024-02-11",
    )
    text = repair(loaded.text)
    assert "- who guards the gate;" in text
    assert "| Upper Lea | half of the repair |" in text
    assert "## What divides them" in text
    assert "Log in" not in text


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/pdf", "Monitors saw no fire."),
        ("/pdf-as-html", "The truce held on the second day."),
        ("/docx", "| Small | one coin |"),
        ("/text", "The café stays open."),
        ("/latin-declared-utf8", "Café prices rose in Málaga."),
        ("/utf8-declared-latin", "Café prices rose in Málaga."),
    ],
)
def test_the_bytes_decide_and_not_what_was_declared(site: str, path: str, words: str):
    loaded = load(site + path)
    assert isinstance(loaded, Loaded), loaded
    assert words in repair(loaded.text)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/pdf-without-text", "PDF with no text in it"),
        ("/empty", "is empty"),
        ("/script-only", "holds no text"),
        ("/missing", "status 404"),
        ("/nothing", "more than 5000000 bytes"),
    ],
)
def test_one_bad_address_is_reported_and_does_not_stop_the_next(site: str, path: str, words: str):
    bad, good = load_all([site + path, f"{site}/text"], private_addresses=True, max_bytes=5_000_000)
    assert isinstance(bad, Failed)
    assert words in bad.reason
    assert isinstance(good, Loaded)


def test_a_known_address_comes_back_unchanged(site: str):
    address = f"{site}/tagged"
    loaded = load(address)
    assert isinstance(loaded, Loaded)
    (again,) = load_all([address], private_addresses=True, known={address: (loaded.etag, loaded.modified)})
    assert again == Unchanged(address)
