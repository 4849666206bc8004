"""One interaction, from what a user did to everything the bot answered; what a test waits on."""

from __future__ import annotations

import enum
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.bot.standin.bell import PATIENCE, Bell
from tests.bot.standin.faults import ApiError
from tests.bot.standin.messages import Message
from tests.bot.standin.world import Channel, User


class Act(enum.IntEnum):
    """What a user did, by Discord's numbers."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class Callback(enum.IntEnum):
    """How a bot may answer first, by Discord's numbers."""

    MESSAGE = 4
    DEFER = 5
    DEFER_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


@dataclass(eq=False, slots=True)
class Exchange:
    """An interaction. Seconds are counted from when the server sent it, by the machine's clock."""

    id: int
    token: str
    act: Act
    user: User
    channel: Channel
    created: float  # by the server's clock, which a test may move on
    bell: Bell
    data: dict[str, Any]
    payload: dict[str, Any] = field(default_factory=dict)
    message: Message | None = None  # whose component it was
    user_install_only: bool = False
    forced_private: bool = False
    sent: float = field(default_factory=time.monotonic)
    callback: Callback | None = None
    acknowledged_after: float | None = None
    private: bool = False
    original: Message | None = None
    followups: list[Message] = field(default_factory=list)
    edits: list[tuple[float, Message]] = field(default_factory=list)  # seconds, which message
    modal: dict[str, Any] | None = None
    choices: list[dict[str, Any]] | None = None
    refused: list[ApiError] = field(default_factory=list)  # what the server would not take from the bot

    @property
    def messages(self) -> list[Message]:
        """What the bot has shown so far, without "thinking" and without what it took away."""
        made = [self.original, *self.followups] if self.original is not None else list(self.followups)
        return [message for message in made if message is not None and not message.loading and not message.deleted]

    @property
    def text(self) -> str:
        """All that the messages say."""
        return "\n\n".join(message.text for message in self.messages)

    def note_edit(self, message: Message) -> None:
        self.edits.append((time.monotonic() - self.sent, message))
        self.bell.ring()

    async def acknowledged(self, seconds: float = PATIENCE) -> Callback:
        """The kind of the first answer, as soon as there is one."""
        return await self.bell.wait(lambda: self.callback, f"{self._name()} to be acknowledged", seconds)

    async def response(self, seconds: float = PATIENCE) -> Message:
        """The first message that is more than "thinking"."""
        return await self.until(lambda _message: True, seconds)

    async def until(self, good: Callable[[Message], object], seconds: float = PATIENCE) -> Message:
        """The first of the shown messages that is as wanted, as soon as there is one.

        Raises:
            TimeoutError: there was none in time; the message shows what there was.
        """

        def look() -> Message | None:
            return next((message for message in self.messages if good(message)), None)

        try:
            return await self.bell.wait(look, f"an answer to {self._name()}", seconds)
        except TimeoutError as error:
            raise TimeoutError(f"{error}; there is {self.text!r}, refused {self.refused}") from None

    async def form(self, seconds: float = PATIENCE) -> dict[str, Any]:
        """The modal that the bot opened."""
        return await self.bell.wait(lambda: self.modal, f"a modal after {self._name()}", seconds)

    async def offered(self, seconds: float = PATIENCE) -> list[dict[str, Any]]:
        """The choices of an autocomplete."""
        return await self.bell.wait(lambda: self.choices, f"the choices of {self._name()}", seconds)

    def _name(self) -> str:
        return f"{self.act.name.lower()} {self.data.get('name') or self.data.get('custom_id')!r}"
