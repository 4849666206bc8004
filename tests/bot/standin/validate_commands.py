"""Judges application commands as Discord does when they are registered. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from tests.bot.standin.faults import Problems

CHAT_INPUT, USER, MESSAGE = 1, 2, 3
SUB_COMMAND, SUB_COMMAND_GROUP = 1, 2
STRING, INTEGER, NUMBER = 3, 4, 10
LIMITS = {CHAT_INPUT: 100, USER: 15, MESSAGE: 15}
SIZE_LIMIT = 8000


def check_commands(commands: Sequence[Mapping[str, Any]]) -> None:
    """Judges the whole list of a bulk overwrite.

    Raises:
        ApiError: 50035 with every field at fault.
    """
    problems = Problems()
    seen: set[tuple[int, str]] = set()
    counts = dict.fromkeys(LIMITS, 0)
    for number, command in enumerate(commands):
        kind = command.get("type", CHAT_INPUT)
        if not problems.choice(f"{number}.type", kind, (CHAT_INPUT, USER, MESSAGE)):
            continue
        counts[kind] += 1
        key = (kind, str(command.get("name")))
        if key in seen:
            message = "Application command names must be unique"
            problems.add(str(number), "APPLICATION_COMMANDS_DUPLICATE_NAME", message)
        seen.add(key)
        _check_command(problems, str(number), command, kind)
    for kind, limit in LIMITS.items():
        if counts[kind] > limit:
            problems.add("", "APPLICATION_COMMANDS_LIMIT", f"At most {limit} commands of type {kind}.")
    problems.check()


def _check_command(problems: Problems, path: str, command: Mapping[str, Any], kind: int) -> None:
    if kind == CHAT_INPUT:
        _check_name(problems, f"{path}.name", command.get("name"))
        problems.text(f"{path}.description", command.get("description"), 1, 100)
        _check_options(problems, f"{path}.options", command.get("options") or [], depth=0)
        if _size(command) > SIZE_LIMIT:
            message = f"Command exceeds maximum size ({SIZE_LIMIT})"
            problems.add(path, "APPLICATION_COMMAND_TOO_LARGE", message)
    else:
        problems.text(f"{path}.name", command.get("name"), 1, 32)
        if command.get("description"):
            problems.add(f"{path}.description", "APPLICATION_COMMAND_INVALID_DESCRIPTION", "Has no description")
        if command.get("options"):
            problems.add(f"{path}.options", "APPLICATION_COMMAND_INVALID_OPTIONS", "Has no options")
    contexts = command.get("contexts")
    for number, context in enumerate(contexts or []):
        problems.choice(f"{path}.contexts.{number}", context, (0, 1, 2))
    installs = command.get("integration_types") or [0, 1]
    if contexts and 2 in contexts and 1 not in installs:
        problems.add(
            f"{path}.contexts", "APPLICATION_COMMAND_CONTEXT_NOT_ALLOWED", "PRIVATE_CHANNEL needs USER_INSTALL"
        )


def _check_name(problems: Problems, path: str, name: object) -> None:
    if not problems.text(path, name, 1, 32):
        return
    assert isinstance(name, str)
    if not all(_is_name_character(character) for character in name) or name != name.lower():
        problems.add(path, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")


def _is_name_character(character: str) -> bool:
    if character in "-_'":
        return True
    known = unicodedata.name(character, "")
    return unicodedata.category(character)[0] in "LN" or known.startswith(("DEVANAGARI", "THAI"))


def _check_options(problems: Problems, path: str, options: Sequence[Mapping[str, Any]], depth: int) -> None:
    problems.size(path, list(options), 0, 25)
    names = [str(option.get("name")) for option in options]
    if len(set(names)) < len(names):
        problems.add(path, "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", "Option names must be unique")
    optional_before = False
    for number, option in enumerate(options):
        here = f"{path}.{number}"
        problems.choice(f"{here}.type", option.get("type"), tuple(range(1, 12)))
        _check_name(problems, f"{here}.name", option.get("name"))
        problems.text(f"{here}.description", option.get("description"), 1, 100)
        if option.get("type") in (SUB_COMMAND, SUB_COMMAND_GROUP):
            if depth + (option["type"] == SUB_COMMAND) > 2:
                problems.add(here, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-commands may not nest so deep")
            _check_options(problems, f"{here}.options", option.get("options") or [], depth + 1)
            continue
        if option.get("required") and optional_before:
            message = "Required options must be placed before non-required options"
            problems.add(here, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message)
        optional_before = optional_before or not option.get("required")
        _check_option(problems, here, option)


def _check_option(problems: Problems, path: str, option: Mapping[str, Any]) -> None:
    choices = problems.size(f"{path}.choices", option.get("choices") or [], 0, 25)
    for number, choice in enumerate(choices):
        problems.text(f"{path}.choices.{number}.name", choice.get("name"), 1, 100)
        if option.get("type") == STRING:
            problems.text(f"{path}.choices.{number}.value", choice.get("value"), 1, 100)
    if choices and option.get("autocomplete"):
        message = "Autocomplete and choices are mutually exclusive"
        problems.add(path, "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID", message)
    if option.get("autocomplete") and option.get("type") not in (STRING, INTEGER, NUMBER):
        problems.add(path, "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID", "Not for this type")
    problems.number(f"{path}.min_length", option.get("min_length"), 0, 6000)
    problems.number(f"{path}.max_length", option.get("max_length"), 1, 6000)


def _size(item: Mapping[str, Any]) -> int:
    """Characters of a command that count towards its limit: names, descriptions and values, all the way down."""
    own = sum(len(str(item.get(key) or "")) for key in ("name", "description"))
    own += sum(len(str(choice.get("name"))) + len(str(choice.get("value"))) for choice in item.get("choices") or [])
    return own + sum(_size(option) for option in item.get("options") or [])
