"""Where the corpus and the prompts are: beside the packages in a checkout, inside `retrieval` in an installed wheel."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).resolve().parent


def corpus_folder() -> Path:
    """The folder with sources.toml, documents/ and questions/."""
    return _shipped("corpus")


def prompts_folder() -> Path:
    """The folder with the language-model prompts."""
    return _shipped("prompts")


def _shipped(name: str) -> Path:
    inside = _HERE / "shipped" / name
    return inside if inside.is_dir() else _HERE.parent / name
