"""One frozen object of settings, from `parley.toml` and `PARLEY_*` variables (which win). It builds nothing.

Every field below is a key of parley.toml and, in capitals with `PARLEY_` before it, a variable. The comment after a
field is its documentation and is printed by `parley doctor`.
"""

from __future__ import annotations

import dataclasses
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from retrieval.errors import SettingsError

DEFAULT_EMBEDDING = "all-MiniLM-L6-v2"


def default_home() -> Path:
    """Where the index and the exported model live unless a setting says otherwise."""
    base = os.environ.get("LOCALAPPDATA") or os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "parley"


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of the engine. The bot's own are in bot/settings.py."""

    home: Path = dataclasses.field(default_factory=default_home, metadata={"help": "folder for index and models"})
    index: Path | None = dataclasses.field(default=None, metadata={"help": "folder of the index; default HOME/index"})
    embedding: str = dataclasses.field(
        default=DEFAULT_EMBEDDING, metadata={"help": "sentence-transformers model, a name or a folder"}
    )
    precision: str = dataclasses.field(default="int8", metadata={"help": "int8 (fast) or fp32", "one_of": "int8 fp32"})
    reader: bool = dataclasses.field(
        default=True, metadata={"help": "read the best passages with the question; false saves 50 ms and 60 MB"}
    )
    threads: int = dataclasses.field(default=0, metadata={"help": "threads for the model; 0: as many as cores"})
    chroma_url: str = dataclasses.field(default="", metadata={"help": "address of a Chroma server; empty: embedded"})
    passages: int = dataclasses.field(default=20, metadata={"help": "passages read for one question"})
    abstain: str = dataclasses.field(
        default="balanced", metadata={"help": "when to say nothing", "one_of": "balanced cautious never"}
    )
    model: str = dataclasses.field(default="", metadata={"help": "language model, provider:name; empty: none"})
    model_url: str = dataclasses.field(default="", metadata={"help": "address of an OpenAI-compatible server"})
    model_seconds: float = dataclasses.field(default=60.0, metadata={"help": "seconds a language model may take"})
    model_tokens: int = dataclasses.field(default=1024, metadata={"help": "tokens one answer may have"})
    model_daily_tokens: int = dataclasses.field(default=0, metadata={"help": "tokens a day in all; 0: no limit"})
    model_parallel: int = dataclasses.field(default=4, metadata={"help": "calls to the language model at once"})
    cache: bool = dataclasses.field(
        default=True, metadata={"help": "keep language-model answers for the same question"}
    )
    fetch_seconds: float = dataclasses.field(default=30.0, metadata={"help": "seconds one address may take"})
    max_bytes: int = dataclasses.field(default=20_000_000, metadata={"help": "largest file or page that is read"})
    private_addresses: bool = dataclasses.field(
        default=False, metadata={"help": "allow fetching from private and loopback addresses"}
    )

    @property
    def index_folder(self) -> Path:
        """The folder of the index."""
        return self.index or self.home / "index"

    @property
    def models_folder(self) -> Path:
        """The folder of exported models."""
        return self.home / "models"


def load_settings(environ: Mapping[str, str] | None = None, file: Path | None = None) -> Settings:
    """Settings from `file` (default: PARLEY_CONFIG, else ./parley.toml if it is there), then the environment.

    Raises:
        SettingsError: naming every wrong key or value at once.
    """
    environ = os.environ if environ is None else environ
    named = file or (Path(environ["PARLEY_CONFIG"]) if environ.get("PARLEY_CONFIG") else None)
    values: dict[str, object] = {}
    mistakes: list[str] = []
    fields = {field.name: field for field in dataclasses.fields(Settings)}
    for key, value in _read_toml(named).items():
        if isinstance(value, dict):
            continue  # a table belongs to another part ([bot])
        if key not in fields:
            mistakes.append(f"{named or 'parley.toml'}: no setting is called {key!r}; there are {', '.join(fields)}")
        values[key] = value
    for name in fields:
        if (text := environ.get(f"PARLEY_{name.upper()}")) is not None:
            values[name] = text
    parsed: dict[str, object] = {}
    for name, value in values.items():
        if name in fields:
            try:
                parsed[name] = _parse(fields[name], value)
            except ValueError as error:
                mistakes.append(f"{name} = {value!r}: {error}")
    if mistakes:
        raise SettingsError("settings to mend:\n" + "\n".join(f"  {mistake}" for mistake in mistakes))
    return Settings(**parsed)  # type: ignore[arg-type]


def _read_toml(named: Path | None) -> dict[str, object]:
    path = named or Path("parley.toml")
    if named is None and not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(f"cannot read settings from {path}: {error}") from error


def _parse(field: dataclasses.Field[object], value: object) -> object:
    kind = str(field.type)
    if "one_of" in field.metadata:
        choices = str(field.metadata["one_of"]).split()
        if value not in choices:
            raise ValueError(f"must be one of {', '.join(choices)}")
        return value
    if kind == "bool":
        words = {
            "1": True,
            "true": True,
            "yes": True,
            "on": True,
            "0": False,
            "false": False,
            "no": False,
            "off": False,
        }
        if str(value).lower() not in words:
            raise ValueError("must be true or false")
        return words[str(value).lower()]
    if kind in ("int", "float"):
        number = int(str(value)) if kind == "int" else float(str(value))
        if not 0 <= number < float("inf"):
            raise ValueError("must be a number that is not negative")
        return number
    if "Path" in kind:
        return Path(str(value)).expanduser() if str(value) else None
    return str(value)
