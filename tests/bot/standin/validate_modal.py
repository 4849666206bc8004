"""Judges modals and autocomplete results as Discord does. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.bot.standin.faults import Problems
from tests.bot.standin.validate_components import SELECTS, Part, check_options, check_select, walk

_GROUPS = (Part.RADIO_GROUP, Part.CHECKBOX_GROUP)
_LABELLED = (Part.TEXT_INPUT, *SELECTS, Part.FILE_UPLOAD, *_GROUPS, Part.CHECKBOX)


def check_modal(data: Mapping[str, Any]) -> None:
    """Judges a modal.

    Raises:
        ApiError: 50035 with every field at fault.
    """
    problems = Problems()
    problems.text("data.title", data.get("title"), 1, 45)
    problems.text("data.custom_id", data.get("custom_id"), 1, 100)
    components = problems.size("data.components", data.get("components"), 1, 5)
    for number, component in enumerate(components):
        _check_top(problems, f"data.components.{number}", component)
    custom = [str(part["custom_id"]) for part in walk(components) if part.get("custom_id")]
    if len(set(custom)) < len(custom):
        problems.add("data.components", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
    problems.check()


def _check_top(problems: Problems, path: str, component: Mapping[str, Any]) -> None:
    if not problems.choice(f"{path}.type", component.get("type"), (Part.ROW, Part.TEXT, Part.LABEL)):
        return
    if component["type"] == Part.TEXT:
        problems.text(f"{path}.content", component.get("content"), 1, 4000)
        return
    if component["type"] == Part.LABEL:
        problems.text(f"{path}.label", component.get("label"), 1, 45)
        problems.text(f"{path}.description", component.get("description"), 0, 100, required=False)
        _check_field(problems, f"{path}.component", component.get("component") or {}, _LABELLED, labelled=True)
        return
    children = problems.size(f"{path}.components", component.get("components"), 1, 1)
    for number, child in enumerate(children):
        _check_field(problems, f"{path}.components.{number}", child, (Part.TEXT_INPUT,), labelled=False)


def _check_field(
    problems: Problems, path: str, part: Mapping[str, Any], allowed: tuple[Part, ...], *, labelled: bool
) -> None:
    if not problems.choice(f"{path}.type", part.get("type"), allowed):
        return
    problems.text(f"{path}.custom_id", part.get("custom_id"), 1, 100)
    if part["type"] in SELECTS:
        check_select(problems, path, part)
    elif part["type"] in _GROUPS:
        most = 10
        check_options(problems, f"{path}.options", problems.size(f"{path}.options", part.get("options"), 1, most))
    elif part["type"] == Part.TEXT_INPUT:
        _check_input(problems, path, part, labelled=labelled)


def _check_input(problems: Problems, path: str, part: Mapping[str, Any], *, labelled: bool) -> None:
    problems.choice(f"{path}.style", part.get("style"), (1, 2))
    if not labelled:
        problems.text(f"{path}.label", part.get("label"), 1, 45)
    elif part.get("label"):
        problems.add(f"{path}.label", "COMPONENT_LABEL_NOT_ALLOWED", "A text input inside a label has no label")
    problems.text(f"{path}.placeholder", part.get("placeholder"), 0, 100, required=False)
    problems.number(f"{path}.min_length", part.get("min_length"), 0, 4000)
    problems.number(f"{path}.max_length", part.get("max_length"), 1, 4000)
    problems.text(f"{path}.value", part.get("value"), 0, part.get("max_length") or 4000, required=False)


def check_choices(data: Mapping[str, Any]) -> None:
    """Judges the choices of an autocomplete.

    Raises:
        ApiError: 50035 with every field at fault.
    """
    problems = Problems()
    for number, choice in enumerate(problems.size("data.choices", data.get("choices"), 0, 25)):
        path = f"data.choices.{number}"
        problems.text(f"{path}.name", choice.get("name"), 1, 100)
        if isinstance(choice.get("value"), str) or choice.get("value") is None:
            problems.text(f"{path}.value", choice.get("value"), 1, 100)
    problems.check()
