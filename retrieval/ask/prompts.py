"""The prompts for a language model: one file each in `prompts/`, placeholders checked when it is read, and a hash.

Knows files and placeholders; must not know questions, passages or models.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from string import Template

from retrieval.errors import ModelError

ABSTAIN = "NOT-IN-THE-SOURCES"
"""What a model writes when the passages do not answer; the prompt, the reader of its reply and the tests share it."""

_RULE = "\n=====\n"
_PLACEHOLDERS = {"answer": {"abstain", "passages", "question"}, "condense": {"history", "question"}}


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is told to the model (`system`) and what it is asked (`user`), with placeholders; `hash` is of both."""

    name: str
    system: str
    user: str
    hash: str

    def fill(self, **values: str) -> tuple[str, str]:
        """The two messages. A value is put in as it is: a placeholder inside it stays text."""
        return Template(self.system).substitute(values), Template(self.user).substitute(values)


@dataclass(frozen=True, slots=True)
class Prompts:
    """All prompts. `hash` names them in every answer that a model wrote."""

    answer: Prompt
    condense: Prompt

    @property
    def hash(self) -> str:
        """12 hex digits over all prompts."""
        return hashlib.sha256((self.answer.hash + self.condense.hash).encode()).hexdigest()[:12]


def load_prompts(folder: Path) -> Prompts:
    """Every prompt of the folder.

    Raises:
        ModelError: a file is missing, lacks its parts or has other placeholders than it should; all mistakes at once.
    """
    found: dict[str, Prompt] = {}
    mistakes: list[str] = []
    for name, wanted in _PLACEHOLDERS.items():
        path = folder / f"{name}.md"
        try:
            found[name] = _read(path, name, wanted)
        except (OSError, ValueError) as error:
            mistakes.append(f"{path}: {error}")
    if mistakes:
        raise ModelError("prompts to mend:\n" + "\n".join(f"  {mistake}" for mistake in mistakes))
    return Prompts(**found)


def _read(path: Path, name: str, wanted: set[str]) -> Prompt:
    text = path.read_text(encoding="utf-8").strip()
    system, rule, user = text.partition(_RULE)
    if not rule or not user.strip():
        raise ValueError("needs a line ===== between what the model is told and what it is asked")
    for part in (system, user):
        if not Template(part).is_valid():
            raise ValueError("has a $ that begins no placeholder; write $$ for the sign itself")
    used = {*Template(system).get_identifiers(), *Template(user).get_identifiers()}
    if used != wanted:
        missing, unknown = sorted(wanted - used), sorted(used - wanted)
        raise ValueError(f"lacks the placeholders {missing} and has {unknown}; it must use {sorted(wanted)}")
    return Prompt(name, system.strip(), user.strip(), hashlib.sha256(text.encode()).hexdigest()[:12])
