"""Opening a language model: names, packages, keys, limits, and that nothing else is told of a call."""

from __future__ import annotations

import dataclasses
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from retrieval.commands.doctor import examine
from retrieval.errors import ModelError, SettingsError
from retrieval.settings import Settings
from retrieval.writer import PACKAGES, ChatWriter, open_writer, read_name
from tests.standins.openai_server import Fail, Say, openai_server


def _writer(url: str, **more: float) -> ChatWriter:
    return open_writer(Settings(model="openai:made-up", model_url=url, **more))  # type: ignore[arg-type]


def _text(writer: ChatWriter) -> str:
    return "".join(piece.text for piece in writer.write("system", "user"))


@pytest.mark.parametrize(
    ("name", "url", "read"),
    [
        ("openai:gpt-x", "", ("openai", "gpt-x")),
        ("google:gemini-x", "", ("google_genai", "gemini-x")),
        ("mistral:large", "", ("mistralai", "large")),
        ("ollama:llama3:8b", "", ("ollama", "llama3:8b")),
        ("local-model", "http://127.0.0.1:1/v1", ("openai", "local-model")),
        ("llama3:8b", "http://127.0.0.1:1/v1", ("openai", "llama3:8b")),
    ],
)
def test_names_of_models(name: str, url: str, read: tuple[str, str]) -> None:
    """provider:name; with an address, any name of an OpenAI-compatible server."""
    assert read_name(name, url) == read


@pytest.mark.parametrize("name", ["gpt-x", "nobody:gpt-x", "openai:", ":x"])
def test_a_name_without_a_provider_says_which_there_are(name: str) -> None:
    with pytest.raises(SettingsError, match=r"openai.*PARLEY_MODEL_URL"):
        read_name(name)


def test_a_missing_package_is_named_with_its_extra() -> None:
    """Of the providers' packages only OpenAI's is among the tests' requirements."""
    missing = [provider for provider in PACKAGES if provider != "openai"]
    assert len(missing) >= 4
    for provider in missing:
        try:
            __import__(PACKAGES[provider][0].replace("-", "_"))
        except ImportError:
            with pytest.raises(ModelError, match=r"pip install 'parley\["):
                open_writer(Settings(model=f"{provider}:x"))


def test_a_missing_key_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ModelError, match="set OPENAI_API_KEY"):
        open_writer(Settings(model="openai:gpt-x"))


def test_the_reply_comes_in_pieces_with_its_tokens() -> None:
    """As it is streamed, with the server's own count; the limit of tokens is sent along."""
    with openai_server(Say("one two three", size=4)) as server:
        pieces = list(_writer(server.url, model_tokens=77).write("be brief", "count"))
    assert "".join(piece.text for piece in pieces) == "one two three"
    assert len([piece for piece in pieces if piece.text]) == 4
    request = server.requests[0]
    assert [message["content"] for message in request["messages"]] == ["be brief", "count"]
    assert 77 in (request.get("max_tokens"), request.get("max_completion_tokens"))
    assert request["stream"] is True


def test_a_pause_is_told_and_a_stall_ends() -> None:
    """Empty pieces while nothing comes, and an error once the seconds are over."""
    with openai_server(Say("begun", stall=5)) as server:
        pieces = []
        started = time.monotonic()
        with pytest.raises(ModelError, match=r"not done within 0\.7 s"):
            pieces.extend(_writer(server.url, model_seconds=0.7).write("s", "u"))
        assert time.monotonic() - started < 2


def test_no_more_calls_at_once_than_allowed() -> None:
    """The third of three waits for the first two; every call gets its reply."""
    running, most = [0], [0]
    lock = threading.Lock()

    def slow(request: object) -> Say:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        time.sleep(0.2)
        with lock:
            running[0] -= 1
        return Say("yes")

    with openai_server(script=slow) as server:
        writer = _writer(server.url, model_parallel=2)
        with ThreadPoolExecutor(5) as pool:
            assert list(pool.map(lambda _: _text(writer), range(5))) == ["yes"] * 5
    assert most[0] == 2


def test_too_long_a_queue_is_said() -> None:
    with openai_server(Say("yes " * 40, size=4, gap=0.1)) as server:
        writer = _writer(server.url, model_parallel=1, model_seconds=0.5)
        first = iter(writer.write("s", "u"))
        next(first)
        with pytest.raises(ModelError, match="busy"):
            list(writer.write("s", "u"))


@pytest.mark.usefixtures("exported")
def test_doctor_tries_it_and_says_what_is_wrong(settings: Settings, tmp_path: Path) -> None:
    with openai_server(Say("yes"), Say("")) as server:
        assert "answered in" in _writer(server.url).try_once()
        with pytest.raises(ModelError, match="doctor"):
            _writer(server.url).try_once()
    with openai_server(Fail(404)) as server:
        wrong = dataclasses.replace(settings, index=tmp_path, model="openai:made-up", model_url=server.url)
        parts = {name: (fine, text) for name, fine, text in examine(wrong)}
    assert parts["language model"][0] is False
    assert "no such model or address" in parts["language model"][1]


def test_langsmith_is_told_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """With all of its variables set to trace to an address that listens, no question arrives there."""
    told: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.append(self.path)
            self.send_response(200)
            self.end_headers()

        do_GET = do_POST

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    listener = HTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    address = f"http://127.0.0.1:{listener.server_address[1]}"
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    for name in ("LANGSMITH", "LANGCHAIN"):
        monkeypatch.setenv(f"{name}_TRACING_V2", "true")
        monkeypatch.setenv(f"{name}_ENDPOINT", address)
        monkeypatch.setenv(f"{name}_API_KEY", "key-of-nothing")
    try:
        with openai_server(Say("yes")) as server:
            assert _text(_writer(server.url)) == "yes"
        time.sleep(0.5)
    finally:
        listener.shutdown()
        listener.server_close()
    assert told == []
