"""The buttons and menus under an answer. What they do is in presses.py; all they know is in their custom ids.

A custom id is `parley:<action>:<answer id or ->:<number>`, so a button works for as long as the answer is stored,
whichever process put it there. Every component is a DynamicItem, so discord.py keeps no view in memory.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Protocol, Self, cast

import discord

from bot.markdown import one_line, shorten
from bot.store import Stored
from bot.words import date_words
from retrieval import Source

TEMPLATE = r"parley:(?P<action>[a-z]{1,12}):(?P<answer>[0-9a-f]{16}|-):(?P<number>\d{1,6})"
OPTIONS = 25

_MORE = "more"


@dataclass(frozen=True, slots=True)
class Press:
    """What a person pressed or chose, or the modal they sent, read from its custom id."""

    action: str
    answer_id: str
    number: int = 0
    values: tuple[str, ...] = ()


class TakesPresses(Protocol):
    """The client, as the components see it."""

    async def pressed(self, interaction: discord.Interaction[Any], press: Press) -> None:
        """Does what the component stands for."""


class ParleyButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=TEMPLATE):
    """Any button of ours."""

    def __init__(self, press: Press, button: discord.ui.Button[Any]) -> None:
        self.press = press
        button.custom_id = custom_id(press.action, press.answer_id, press.number)
        super().__init__(button)

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button that was pressed."""
        return cls(read_match(match), cast("discord.ui.Button[Any]", item))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hands it to the client."""
        await cast(TakesPresses, interaction.client).pressed(interaction, self.press)


class ParleySelect(discord.ui.DynamicItem[discord.ui.Select[Any]], template=TEMPLATE.replace("parley:", "parleys:")):
    """Any menu of ours."""

    def __init__(self, press: Press, select: discord.ui.Select[Any]) -> None:
        self.press = press
        select.custom_id = custom_id(press.action, press.answer_id, press.number, "parleys")
        super().__init__(select)

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The menu that was chosen from."""
        return cls(read_match(match), cast("discord.ui.Select[Any]", item))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hands the choice to the client."""
        press = Press(self.press.action, self.press.answer_id, self.press.number, tuple(self.item.values))
        await cast(TakesPresses, interaction.client).pressed(interaction, press)


def custom_id(action: str, answer_id: str = "-", number: int = 0, kind: str = "parley") -> str:
    """The id that a component or modal carries."""
    return f"{kind}:{action}:{answer_id}:{number}"


def read_match(match: re.Match[str]) -> Press:
    """What a custom id says."""
    return Press(match["action"], match["answer"], int(match["number"]))


def answer_view(stored: Stored, page: int = 0, pages: int = 1) -> discord.ui.View:
    """The components under a page of an answer: sources, pages, and what can be done with it."""
    view = discord.ui.View(timeout=None)
    menu = sources_menu(stored, 0)
    if menu is not None:
        view.add_item(menu)
    if pages > 1:
        for item in _page_buttons("page", stored.id, page, pages):
            view.add_item(item)
    view.add_item(button("why", stored.id, "Why this answer?", row=2))
    view.add_item(button("follow", stored.id, "Ask a follow-up", row=2, style=discord.ButtonStyle.primary))
    view.add_item(button("up", stored.id, "", row=2, emoji="👍"))
    view.add_item(button("down", stored.id, "", row=2, emoji="👎"))
    if stored.private and not stored.shared:
        view.add_item(button("share", stored.id, "Share", row=2))
    return view


def check_view(stored: Stored) -> discord.ui.View | None:
    """The components under a checked claim; None where there is no passage to show."""
    menu = sources_menu(stored, 0)
    if menu is None:
        return None
    view = discord.ui.View(timeout=None)
    view.add_item(menu)
    return view


def sources_menu(stored: Stored, first: int) -> ParleySelect | None:
    """The menu of cited (or nearest) passages from the `first` on; None where there are none."""
    entries = _entries(stored)
    if first >= len(entries):
        return None
    shown = entries[first : first + OPTIONS]
    if first + OPTIONS < len(entries):
        shown = shown[:-1]
    options = [
        discord.SelectOption(label=label, value=str(number), description=description or None)
        for number, label, description in shown
    ]
    if first + len(shown) < len(entries):
        options.append(discord.SelectOption(label=f"{len(entries) - first - len(shown)} more …", value=_MORE))
    cited = stored.answer is None or stored.answer.answered
    placeholder = "Sources: read a passage" if cited else "Nearest passages: read one"
    select: discord.ui.Select[Any] = discord.ui.Select(options=options, placeholder=placeholder, row=0)
    return ParleySelect(Press("source", stored.id, first), select)


def next_first(press: Press) -> int | None:
    """Where the menu goes on, when "more" was chosen from it; None when a passage was."""
    return press.number + OPTIONS - 1 if press.values[:1] == (_MORE,) else None


def list_view(action: str, page: int, pages: int) -> discord.ui.View | None:
    """Buttons that turn the pages of a list that is not an answer; None for a single page."""
    if pages < 2:
        return None
    view = discord.ui.View(timeout=None)
    for item in _page_buttons(action, "-", page, pages):
        view.add_item(item)
    return view


def button(
    action: str,
    answer_id: str,
    label: str,
    *,
    number: int = 0,
    row: int = 0,
    emoji: str | None = None,
    style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    disabled: bool = False,
) -> ParleyButton:
    """A button of ours."""
    inner: discord.ui.Button[Any] = discord.ui.Button(
        label=label or None, emoji=emoji, style=style, row=row, disabled=disabled
    )
    return ParleyButton(Press(action, answer_id, number), inner)


def _page_buttons(action: str, answer_id: str, page: int, pages: int) -> list[ParleyButton]:
    # The number of the page that each leads to; the last button leads nowhere, and needs an id of its own.
    back = button(action, answer_id, "◀", number=max(0, page - 1), row=1, disabled=page == 0)
    forth = button(action, answer_id, "▶", number=min(pages, page + 1), row=1, disabled=page + 1 >= pages)
    where = button("here", answer_id, f"{page + 1} of {pages}", number=page, row=1, disabled=True)
    return [back, where, forth]


def _entries(stored: Stored) -> list[tuple[int, str, str]]:
    """Number, label and description of each passage that the menu offers."""
    if stored.answer is not None and not stored.answer.answered:
        hits = enumerate(stored.answer.nearest, start=1)
        return [(n, _label(f"Passage {n}", hit.passage.source), _about(hit.passage.source)) for n, hit in hits]
    return [(cited.n, _label(f"[{cited.n}]", cited.source), _about(cited.source)) for cited in stored.citations]


def _label(number: str, source: Source) -> str:
    return shorten(f"{number} {one_line(source.title) or 'untitled'}", 100)


def _about(source: Source) -> str:
    return shorten(" · ".join(filter(None, (one_line(source.publisher), one_line(date_words(source.date))))), 100)
