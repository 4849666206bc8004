"""Judges buttons, menus and laid-out components as Discord does. Pure."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from typing import Any

from tests.bot.standin.faults import Problems, width

ROWS_LIMIT = 5
NESTED_LIMIT = 40
TEXT_TOTAL = 4000


class Part(enum.IntEnum):
    """The kinds of component, by Discord's numbers."""

    ROW = 1
    BUTTON = 2
    STRING_SELECT = 3
    TEXT_INPUT = 4
    USER_SELECT = 5
    ROLE_SELECT = 6
    MENTIONABLE_SELECT = 7
    CHANNEL_SELECT = 8
    SECTION = 9
    TEXT = 10
    THUMBNAIL = 11
    GALLERY = 12
    FILE = 13
    SEPARATOR = 14
    CONTAINER = 17
    LABEL = 18
    FILE_UPLOAD = 19
    RADIO_GROUP = 21
    CHECKBOX_GROUP = 22
    CHECKBOX = 23


SELECTS = (Part.STRING_SELECT, Part.USER_SELECT, Part.ROLE_SELECT, Part.MENTIONABLE_SELECT, Part.CHANNEL_SELECT)
LINK, PREMIUM = 5, 6
_CONTAINED = (Part.ROW, Part.SECTION, Part.TEXT, Part.GALLERY, Part.FILE, Part.SEPARATOR)


def walk(components: object) -> Iterator[dict[str, Any]]:
    """Every component, nested ones too, in order."""
    for component in components if isinstance(components, list) else []:
        if isinstance(component, dict):
            yield component
            yield from walk(component.get("components"))
            yield from walk([component[key] for key in ("accessory", "component") if key in component])


def check_components(problems: Problems, components: object, *, second: bool) -> None:
    """Notes what is wrong with a message's components. `second`: whether it has the flag for laid-out ones."""
    rows = problems.size("components", components, 0, NESTED_LIMIT if second else ROWS_LIMIT)
    top = (*_CONTAINED, Part.CONTAINER) if second else (Part.ROW,)
    for number, component in enumerate(rows):
        _check(problems, f"components.{number}", component, top)
    parts = list(walk(rows))
    _check_ids(problems, parts)
    if second:
        if len(parts) > NESTED_LIMIT:
            problems.add("components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", f"At most {NESTED_LIMIT} components.")
        total = sum(width(str(part.get("content", ""))) for part in parts if part.get("type") == Part.TEXT)
        if total > TEXT_TOTAL:
            message = f"The total text of components must be {TEXT_TOTAL} or fewer characters."
            problems.add("components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", message)


def _check_ids(problems: Problems, parts: list[dict[str, Any]]) -> None:
    custom = [part["custom_id"] for part in parts if part.get("custom_id")]
    if len(set(map(str, custom))) < len(custom):
        problems.add("components", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
    numbers = [part["id"] for part in parts if part.get("id")]
    if len(set(numbers)) < len(numbers):
        problems.add("components", "COMPONENT_ID_DUPLICATED", "Component id cannot be duplicated")


def _check(problems: Problems, path: str, component: Any, allowed: tuple[Part, ...]) -> None:
    if not isinstance(component, dict):
        problems.add(path, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
        return
    if not problems.choice(f"{path}.type", component.get("type"), allowed):
        return
    kind = Part(component["type"])
    if kind is Part.ROW:
        _check_row(problems, path, component)
    elif kind is Part.BUTTON:
        check_button(problems, path, component)
    elif kind in SELECTS:
        check_select(problems, path, component)
    elif kind is Part.TEXT:
        problems.text(f"{path}.content", component.get("content"), 1, TEXT_TOTAL)
    elif kind is Part.CONTAINER:
        problems.number(f"{path}.accent_color", component.get("accent_color"), 0, 0xFFFFFF)
        for number, child in enumerate(problems.size(f"{path}.components", component.get("components"), 1, 40)):
            _check(problems, f"{path}.components.{number}", child, _CONTAINED)
    elif kind is Part.SECTION:
        for number, child in enumerate(problems.size(f"{path}.components", component.get("components"), 1, 3)):
            _check(problems, f"{path}.components.{number}", child, (Part.TEXT,))
        _check(problems, f"{path}.accessory", component.get("accessory"), (Part.BUTTON, Part.THUMBNAIL))
    elif kind is Part.GALLERY:
        problems.size(f"{path}.items", component.get("items"), 1, 10)


def _check_row(problems: Problems, path: str, row: Mapping[str, Any]) -> None:
    children = problems.size(f"{path}.components", row.get("components"), 1, 5)
    for number, child in enumerate(children):
        _check(problems, f"{path}.components.{number}", child, (Part.BUTTON, *SELECTS))
    menus = [child for child in children if isinstance(child, dict) and child.get("type") in SELECTS]
    if menus and len(children) > 1:
        problems.add(
            f"{path}.components", "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the width"
        )


def check_button(problems: Problems, path: str, button: Mapping[str, Any]) -> None:
    """Notes what is wrong with a button: exactly one of custom_id and url, a label or an emoji."""
    if not problems.choice(f"{path}.style", button.get("style"), (1, 2, 3, 4, LINK, PREMIUM)):
        return
    style = button["style"]
    problems.text(f"{path}.label", button.get("label"), 0, 80, required=False)
    if style == LINK:
        problems.url(f"{path}.url", button.get("url", ""), most=512, schemes=("http", "https", "discord"))
        if button.get("custom_id"):
            problems.add(
                path, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", "A custom id and url cannot both be set"
            )
    elif style != PREMIUM:
        problems.text(f"{path}.custom_id", button.get("custom_id"), 1, 100)
        if button.get("url"):
            problems.add(
                path, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", "A custom id and url cannot both be set"
            )
    if style != PREMIUM and not button.get("label") and not button.get("emoji"):
        problems.add(f"{path}.label", "BUTTON_COMPONENT_INVALID_STYLE", "A button must have a label or an emoji")


def check_select(problems: Problems, path: str, menu: Mapping[str, Any]) -> None:
    """Notes what is wrong with a menu."""
    problems.text(f"{path}.custom_id", menu.get("custom_id"), 1, 100)
    problems.text(f"{path}.placeholder", menu.get("placeholder"), 0, 150, required=False)
    least, most = menu.get("min_values", 1), menu.get("max_values", 1)
    problems.number(f"{path}.min_values", least, 0, 25)
    problems.number(f"{path}.max_values", most, 1, 25)
    if menu["type"] == Part.STRING_SELECT:
        options = problems.size(f"{path}.options", menu.get("options"), 1, 25)
        check_options(problems, f"{path}.options", options)
        if isinstance(most, int) and most > len(options):
            problems.add(f"{path}.max_values", "COMPONENT_MAX_VALUES_EXCEEDS_OPTIONS", "More values than options")
    if isinstance(least, int) and isinstance(most, int) and least > most:
        problems.add(f"{path}.min_values", "NUMBER_TYPE_MAX", f"int value should be less than or equal to {most}.")


def check_options(problems: Problems, path: str, options: list[Any]) -> None:
    """Notes what is wrong with the options of a menu or of a group in a modal."""
    for number, option in enumerate(options):
        problems.text(f"{path}.{number}.label", option.get("label"), 1, 100)
        problems.text(f"{path}.{number}.value", option.get("value"), 1, 100)
        problems.text(f"{path}.{number}.description", option.get("description"), 0, 100, required=False)
    values = [str(option.get("value")) for option in options]
    if len(set(values)) < len(values):
        problems.add(path, "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used")
