"""A language model through LangChain's `init_chat_model`, behind the one-method protocol `Writer`.

The only module that can send a question anywhere, and only where a setting names a model: nothing here runs otherwise.
LangChain's own tracing is off during every call, whatever the environment says. Knows providers, their packages and how
they fail; must not know prompts, passages or answers.
"""

from __future__ import annotations

import importlib.util
import os
import queue
import re
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from retrieval.errors import ModelError, SettingsError
from retrieval.models import Piece
from retrieval.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

IDLE = 0.1  # seconds without a piece after which a reader is told so: what is finished can be shown
PACKAGES = {
    "openai": ("langchain-openai", "openai"),
    "anthropic": ("langchain-anthropic", "anthropic"),
    "google_genai": ("langchain-google-genai", "google"),
    "mistralai": ("langchain-mistralai", "mistral"),
    "ollama": ("langchain-ollama", "ollama"),
}
_OTHER_NAMES = {"google": "google_genai", "mistral": "mistralai"}
_KEYS = {
    "openai": "OPENAI_API_KEY",
    "anthropic": "ANTHROPIC_API_KEY",
    "google_genai": "GOOGLE_API_KEY",
    "mistralai": "MISTRAL_API_KEY",
}
_SECRET = re.compile(r"\b(?:sk|key|pk)-[\w*-]{6,}|Bearer\s+\S+", re.I)
_ADVICE = "look at PARLEY_MODEL, PARLEY_MODEL_URL and the provider's key, or run `parley doctor`"


class ChatWriter:
    """A LangChain chat model as a `Writer`, thread-safe: `parallel` calls at once, each of `seconds` at the most."""

    def __init__(self, name: str, chat: BaseChatModel, seconds: float = 60.0, parallel: int = 4) -> None:
        self.name, self.seconds = name, seconds
        self._chat = chat
        self._places = threading.BoundedSemaphore(max(parallel, 1))

    def write(self, system: str, user: str) -> Iterator[Piece]:
        """The reply, piece by piece as it comes; an empty piece each `IDLE` seconds in which nothing comes.

        Raises:
            ModelError: the model fails, is busy, or is not done within `seconds`.
        """
        deadline = time.monotonic() + self.seconds
        if not self._places.acquire(timeout=self.seconds):
            raise ModelError(f"{self.name} is busy with other questions; ask again, or raise PARLEY_MODEL_PARALLEL")
        pieces: queue.Queue[Piece | Exception | None] = queue.Queue()
        stop = threading.Event()
        messages = [("system", system), ("human", user)]
        threading.Thread(target=self._pump, args=(messages, pieces, stop), daemon=True).start()
        try:
            yield from self._until_done(pieces, deadline)
        finally:
            stop.set()

    def _until_done(self, pieces: queue.Queue[Piece | Exception | None], deadline: float) -> Iterator[Piece]:
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise ModelError(
                    f"{self.name} was not done within {self.seconds:g} s; ask again, or raise PARLEY_MODEL_SECONDS"
                )
            try:
                piece = pieces.get(timeout=min(IDLE, left))
            except queue.Empty:
                yield Piece("")
                continue
            if piece is None:
                return
            if isinstance(piece, Exception):
                raise ModelError(explain(self.name, piece)) from piece
            yield piece

    def _pump(
        self,
        messages: list[tuple[str, str]],
        pieces: queue.Queue[Piece | Exception | None],
        stop: threading.Event,
    ) -> None:
        """Reads the stream in a thread of its own: a stalled connection must not hold up its reader."""
        from langsmith import tracing_context

        try:
            with tracing_context(enabled=False):
                for chunk in self._chat.stream(messages):
                    used: Any = getattr(chunk, "usage_metadata", None) or {}
                    text = str(chunk.text)
                    if text or used:
                        pieces.put(Piece(text, used.get("input_tokens", 0), used.get("output_tokens", 0)))
                    if stop.is_set():
                        break
            pieces.put(None)
        except Exception as error:  # every client has errors of its own; the reader raises them as one
            pieces.put(error)
        finally:
            self._places.release()

    def try_once(self) -> str:
        """One short call, for `parley doctor`: what answered, how fast.

        Raises:
            ModelError: it does not work, and why.
        """
        started = time.monotonic()
        text = "".join(piece.text for piece in self.write("You are being tried out.", "Reply with the word yes."))
        if not text.strip():
            raise ModelError(f"{self.name} answered nothing; {_ADVICE}")
        return f"{self.name} answered in {time.monotonic() - started:.1f} s; questions and passages are sent to it"


def open_writer(settings: Settings) -> ChatWriter:
    """The language model that the settings name.

    Raises:
        SettingsError: its name has no provider.
        ModelError: its package or its key is missing.
    """
    provider, model = read_name(settings.model, settings.model_url)
    package, extra = PACKAGES[provider]
    if not _is_installed("langchain") or not _is_installed(package):
        raise ModelError(f"PARLEY_MODEL={settings.model} needs the package {package}: pip install 'parley[{extra}]'")
    from langchain.chat_models import init_chat_model

    try:
        chat = init_chat_model(model, model_provider=provider, **_options(provider, settings))
    except Exception as error:  # a client of any provider, refusing what it was given
        key = _KEYS.get(provider, "")
        if key and not os.environ.get(key):
            raise ModelError(f"PARLEY_MODEL={settings.model} needs a key: set {key}") from error
        raise ModelError(explain(settings.model, error)) from error
    return ChatWriter(f"{provider}:{model}", chat, settings.model_seconds, settings.model_parallel)


def read_name(name: str, url: str = "") -> tuple[str, str]:
    """Provider and model of `provider:name`; with an address and no provider, an OpenAI-compatible server's model.

    Raises:
        SettingsError: there is neither.
    """
    provider, colon, model = name.partition(":")
    provider = _OTHER_NAMES.get(provider, provider)
    if colon and provider in PACKAGES and model:
        return provider, model
    if url and name:
        return "openai", name
    known = ", ".join(sorted({*PACKAGES, *_OTHER_NAMES}))
    raise SettingsError(f"model = {name!r}: write provider:name with one of {known}, or set PARLEY_MODEL_URL as well")


def explain(name: str, error: Exception) -> str:
    """A client's error in one line that says what to do, without anything that looks like a key."""
    status = getattr(error, "status_code", None)
    what = {
        401: "the key is refused",
        403: "the key may not use this model",
        404: "there is no such model or address",
        429: "too many requests, or the account is empty",
    }.get(status if isinstance(status, int) else 0, "")
    told = _SECRET.sub("(key)", " ".join(str(error).split()))[:200] or type(error).__name__
    return f"{name} failed: {what or told}; {_ADVICE}"


def _options(provider: str, settings: Settings) -> dict[str, Any]:
    if provider == "ollama":
        options: dict[str, Any] = {"num_predict": settings.model_tokens}
        options["client_kwargs"] = {"timeout": settings.model_seconds}
    else:
        options = {"timeout": settings.model_seconds, "max_retries": 0, "max_tokens": settings.model_tokens}
    if settings.model_url:
        options["base_url"] = settings.model_url
        if provider == "openai" and not os.environ.get("OPENAI_API_KEY"):
            options["api_key"] = "none"  # a server of one's own asks for no key, its client does
    return options


def _is_installed(package: str) -> bool:
    return importlib.util.find_spec(package.replace("-", "_")) is not None
