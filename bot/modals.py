"""The forms: a follow-up question, a question about a message, the reason of a rating. Stateless like the buttons.

discord.py forgets a form when the process ends, so these are never handed to its memory: what a person sends is read
from the interaction itself, by the form's custom id.
"""

from __future__ import annotations

import re
from typing import Any

import discord

from bot.markdown import clean
from bot.views import TEMPLATE, Press, custom_id, read_match

QUESTION_LENGTH = 1500
REASON_LENGTH = 1000
MESSAGE_LENGTH = 4000

_OURS = re.compile(TEMPLATE)


def follow_up_form(answer_id: str) -> discord.ui.Modal:
    """Asks for a follow-up question."""
    form = _form("Ask a follow-up", custom_id("followed", answer_id))
    form.add_item(_field("Your question", "question", QUESTION_LENGTH, placeholder="And what about …?"))
    return form


def about_form(text: str) -> discord.ui.Modal:
    """Asks for a question about somebody's message, which is shown and can be changed."""
    form = _form("Ask about this", custom_id("asked"))
    form.add_item(_field("Your question", "question", QUESTION_LENGTH, placeholder="What do the sources say of this?"))
    form.add_item(_field("The message", "about", MESSAGE_LENGTH, default=clean(text)[:MESSAGE_LENGTH]))
    return form


def reason_form(answer_id: str, rating: int) -> discord.ui.Modal:
    """Asks for the reason of a rating; 1 is good, -1 is bad."""
    good = rating > 0
    form = _form("What was good?" if good else "What was wrong?", custom_id("goodwhy" if good else "badwhy", answer_id))
    hint = "Your rating is stored already; this is optional."
    form.add_item(_field("Why? (optional)", "reason", REASON_LENGTH, placeholder=hint, required=False))
    return form


def read_form(data: Any) -> tuple[Press, dict[str, str]] | None:
    """Which form of ours was sent and what its fields hold; None for a form that is not ours."""
    match = _OURS.fullmatch(str(data.get("custom_id", "")))
    return (read_match(match), dict(_fields(data.get("components", [])))) if match else None


def _fields(components: list[dict[str, Any]]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for component in components:
        inner = component.get("components") or ([component["component"]] if "component" in component else [])
        found.extend(_fields(inner))
        if "value" in component and "custom_id" in component:
            found.append((str(component["custom_id"]), str(component["value"] or "")))
    return found


def _form(title: str, form_id: str) -> discord.ui.Modal:
    form = discord.ui.Modal(title=title, custom_id=form_id)
    form.stop()  # a stopped form is sent but not remembered
    return form


def _field(
    label: str, name: str, limit: int, *, placeholder: str = "", default: str = "", required: bool = True
) -> discord.ui.Label[Any]:
    text: discord.ui.TextInput[Any] = discord.ui.TextInput(
        custom_id=name,
        style=discord.TextStyle.paragraph,
        max_length=limit,
        placeholder=placeholder or None,
        default=default or None,
        required=required,
    )
    return discord.ui.Label(text=label, component=text)
