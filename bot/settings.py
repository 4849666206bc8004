"""The bot's settings, from the `[bot]` table of parley.toml and PARLEY_BOT_* variables (which win). Builds nothing."""

from __future__ import annotations

import dataclasses
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from retrieval import SettingsError

_HERE = Path(".")
_WORDS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


def _setting(default: Any, help: str) -> Any:
    return field(default=default, metadata={"help": help})


@dataclass(frozen=True, slots=True)
class BotSettings:
    """Everything about the bot that an operator may choose. `token` and `api` have variables of their own."""

    token: str = field(default="", metadata={"help": "the bot's token, in DISCORD_TOKEN only"}, repr=False)
    api: str = _setting("", "base address of Discord's REST interface, in PARLEY_DISCORD_API; empty: Discord's own")
    home: Path = field(
        default=_HERE, metadata={"help": "folder of the store and of the servers' collections; default HOME/bot"}
    )
    database: str = field(default="", metadata={"help": "SQLAlchemy URL; empty: SQLite in the home"}, repr=False)
    message_content: bool = _setting(False, "use the privileged Message Content intent: threads need no mention")
    direct_messages: bool = _setting(True, "answer direct messages")
    workers: int = _setting(2, "questions answered at once")
    queue: int = _setting(64, "questions that may wait; more are told to come back")
    seconds: float = _setting(120.0, "seconds a question may take, waiting included")
    cooldown: int = _setting(0, "seconds between two questions of one person, where a server sets nothing else")
    quota: int = _setting(0, "questions a day for one person, where a server sets nothing else; 0: no limit")
    private: bool = _setting(False, "answer slash commands privately unless asked otherwise")
    retention_days: int = _setting(0, "days that answers and ratings are kept; 0: until someone deletes them")
    collection_files: int = _setting(200, "documents one server may add to its collection")
    collection_bytes: int = _setting(8_000_000, "largest file that a server may add")
    open_collections: int = _setting(8, "servers' collections held open at once")
    metrics_port: int = _setting(0, "port of the Prometheus endpoint on loopback; 0: off")
    grace: float = _setting(30.0, "seconds that a stopping bot gives the questions in hand")
    log_level: str = _setting("INFO", "DEBUG, INFO, WARNING or ERROR")

    @property
    def database_url(self) -> str:
        """The store's URL, SQLite in the home where none is set."""
        return self.database or f"sqlite:///{self.home / 'bot.sqlite3'}"

    @property
    def collections_folder(self) -> Path:
        """Where each server's own collection lies, one folder per server."""
        return self.home / "collections"


def load_bot_settings(home: Path, environ: Mapping[str, str] | None = None) -> BotSettings:
    """The settings, with `home` as the default folder.

    Raises:
        SettingsError: naming every wrong key or value at once.
    """
    environ = os.environ if environ is None else environ
    fields = {item.name: item for item in dataclasses.fields(BotSettings)}
    values: dict[str, object] = {"home": home}
    mistakes: list[str] = []
    for name, value in _read_table(environ).items():
        if name not in fields or name in ("token", "api"):
            mistakes.append(f"[bot]: no setting is called {name!r}; there are {', '.join(fields)}")
            continue
        values[name] = value
    for name in fields:
        if (text := environ.get(f"PARLEY_BOT_{name.upper()}")) is not None and name not in ("token", "api"):
            values[name] = text
    values["token"] = environ.get("DISCORD_TOKEN", "").strip()
    values["api"] = environ.get("PARLEY_DISCORD_API", "").strip()
    parsed: dict[str, Any] = {}
    for name, value in values.items():
        try:
            parsed[name] = _parse(str(fields[name].type), value)
        except ValueError as error:
            mistakes.append(f"{name} = {value!r}: {error}")
    if not mistakes and parsed.get("workers", 1) < 1:
        mistakes.append("workers must be at least 1")
    if mistakes:
        raise SettingsError("settings to mend:\n" + "\n".join(f"  {mistake}" for mistake in mistakes))
    return BotSettings(**parsed)


def _read_table(environ: Mapping[str, str]) -> dict[str, object]:
    named = environ.get("PARLEY_CONFIG", "")
    path = Path(named or "parley.toml")
    if not named and not path.is_file():
        return {}
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8")).get("bot", {})
    except (OSError, ValueError) as error:
        raise SettingsError(f"cannot read settings from {path}: {error}") from error
    if not isinstance(table, dict):
        raise SettingsError(f"{path}: [bot] must be a table of settings")
    return table


def _parse(kind: str, value: object) -> object:
    if kind == "bool":
        if str(value).lower() not in _WORDS:
            raise ValueError("must be true or false")
        return _WORDS[str(value).lower()]
    if kind in ("int", "float"):
        number = int(str(value)) if kind == "int" else float(str(value))
        if not 0 <= number < float("inf"):
            raise ValueError("must be a number that is not negative")
        return number
    return Path(str(value)).expanduser() if kind == "Path" else str(value)
