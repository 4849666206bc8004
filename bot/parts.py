"""What the bot is made of, built once at the door and handed to every handler. Knows the parts, does nothing."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot import store
from bot.access import GuildSettings
from bot.answering import Pool
from bot.metrics import Metrics
from bot.settings import BotSettings
from bot.shelves import Shelves
from bot.store import Database
from bot.watchdog import Watchdog


@dataclass(slots=True)
class Parts:
    """The open parts. `guilds` is the store's settings of servers, kept in memory so that handlers answer at once;
    `in_hand` counts what was acknowledged and is not finished, and once `stopping`, nothing more is taken.
    """

    settings: BotSettings
    database: Database
    shelves: Shelves
    pool: Pool
    watchdog: Watchdog
    metrics: Metrics
    stopping: bool = False
    in_hand: int = 0
    guilds: dict[int, GuildSettings] = field(default_factory=dict)
    started: datetime.datetime = field(default_factory=store.now)

    @contextlib.contextmanager
    def holding(self) -> Iterator[None]:
        """Counts something as in hand for as long as it lasts, so that a stop waits for it."""
        self.in_hand += 1
        try:
            yield
        finally:
            self.in_hand -= 1

    def guild(self, guild_id: int) -> GuildSettings:
        """A server's settings; those of a server that chose nothing."""
        return self.guilds.get(guild_id, GuildSettings())
