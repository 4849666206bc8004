"""Messages as the server keeps them and as a reader sees them: text, buttons, menus, earlier versions."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.bot.standin.validate_components import LINK, SELECTS, Part, walk

if TYPE_CHECKING:
    from tests.bot.standin.world import Channel, User


class Flag(enum.IntFlag):
    """The flags of messages."""

    SUPPRESS_EMBEDS = 1 << 2
    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    COMPONENTS_V2 = 1 << 15


@dataclass(eq=False, slots=True)
class Attachment:
    """A file: its bytes are served over HTTP under its url."""

    id: int
    filename: str
    data: bytes
    url: str
    content_type: str = "application/octet-stream"
    ephemeral: bool = False


@dataclass(eq=False, slots=True)
class Version:
    """A message as it was from some moment on (seconds since 1970, the server's clock)."""

    at: float
    content: str
    embeds: list[dict[str, Any]]
    components: list[dict[str, Any]]
    flags: int


@dataclass(frozen=True, slots=True)
class Button:
    """A button as a reader sees it; a link has a url and no custom_id."""

    label: str
    custom_id: str
    url: str
    disabled: bool
    emoji: str


@dataclass(frozen=True, slots=True)
class Menu:
    """A menu: the options are (label, value, description)."""

    custom_id: str
    placeholder: str
    kind: Part
    options: tuple[tuple[str, str, str], ...]
    least: int
    most: int
    disabled: bool


@dataclass(eq=False, slots=True)
class Message:
    """A message. `versions` holds it as it was made and after every edit."""

    id: int
    channel: Channel
    author: User
    content: str = ""
    embeds: list[dict[str, Any]] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flags: int = 0
    created: float = 0.0
    edited: float | None = None
    versions: list[Version] = field(default_factory=list)
    reference: Message | None = None
    reference_id: int | None = None
    mentions: list[User] = field(default_factory=list)
    mention_roles: list[int] = field(default_factory=list)
    mention_everyone: bool = False
    reactions: dict[str, set[int]] = field(default_factory=dict)
    thread: Channel | None = None
    interaction: dict[str, Any] | None = None
    seen_by: User | None = None  # who an ephemeral message is for
    deleted: bool = False
    nonce: str | None = None

    def has(self, flag: Flag) -> bool:
        return bool(self.flags & flag)

    @property
    def private(self) -> bool:
        """Whether its asker alone sees it."""
        return self.has(Flag.EPHEMERAL)

    @property
    def loading(self) -> bool:
        """Whether it says "thinking"."""
        return self.has(Flag.LOADING)

    @property
    def text(self) -> str:
        """All that can be read in it: content, embeds, text displays, labels of options left out."""
        parts: list[Any] = [self.content]
        for embed in self.embeds:
            parts += [embed.get("title"), embed.get("description")]
            for item in embed.get("fields") or []:
                parts += [item.get("name"), item.get("value")]
            parts += [(embed.get("author") or {}).get("name"), (embed.get("footer") or {}).get("text")]
        parts += [part.get("content") for part in walk(self.components) if part.get("type") == Part.TEXT]
        return "\n".join(part for part in parts if part)

    @property
    def buttons(self) -> list[Button]:
        return [_button(part) for part in walk(self.components) if part.get("type") == Part.BUTTON]

    @property
    def menus(self) -> list[Menu]:
        return [_menu(part) for part in walk(self.components) if part.get("type") in SELECTS]

    def button(self, wanted: str) -> Button:
        """The button with this custom_id or label, or whose label starts so, or with this emoji.

        Raises:
            LookupError: there is none, or more than one.
        """
        buttons = self.buttons
        for test in (
            lambda button: wanted in (button.custom_id, button.label),
            lambda button: button.emoji == wanted,
            lambda button: button.label.startswith(wanted),
        ):
            found = [button for button in buttons if test(button)]
            if len(found) == 1:
                return found[0]
        raise LookupError(f"no one button {wanted!r} among {[button.label or button.emoji for button in buttons]}")

    def menu(self, wanted: str = "") -> Menu:
        """The menu with this custom_id or placeholder, or the only one.

        Raises:
            LookupError: there is none, or more than one.
        """
        found = [menu for menu in self.menus if wanted in ("", menu.custom_id, menu.placeholder)]
        if len(found) != 1:
            raise LookupError(f"no one menu {wanted!r} among {[menu.placeholder for menu in self.menus]}")
        return found[0]

    def record(self, at: float) -> None:
        """Keeps the message as it is now."""
        self.versions.append(Version(at, self.content, list(self.embeds), list(self.components), self.flags))


def _button(part: dict[str, Any]) -> Button:
    link = part.get("style") == LINK
    return Button(
        label=part.get("label") or "",
        custom_id="" if link else str(part.get("custom_id", "")),
        url=str(part.get("url", "")) if link else "",
        disabled=bool(part.get("disabled")),
        emoji=(part.get("emoji") or {}).get("name") or "",
    )


def _menu(part: dict[str, Any]) -> Menu:
    options = part.get("options") or []
    return Menu(
        custom_id=str(part.get("custom_id", "")),
        placeholder=part.get("placeholder") or "",
        kind=Part(part["type"]),
        options=tuple((item["label"], item["value"], item.get("description") or "") for item in options),
        least=part.get("min_values", 1),
        most=part.get("max_values", 1),
        disabled=bool(part.get("disabled")),
    )
