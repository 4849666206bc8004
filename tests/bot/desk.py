"""A desk: one server, one channel, two people and a connected bot, as the end-to-end tests use it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.client import ParleyClient
from tests.bot.running import engine_of
from tests.bot.small_engine import SmallEngine
from tests.bot.standin import Channel, DiscordStandIn, Exchange, Guild, Message, Permission, User

FACTORS = "Which factor is behind Russian reluctance to a ceasefire?"
TACTICS = "Which tactic may other countries use on Russia?"
UNKNOWN = "Who won the chess tournament yesterday?"


@dataclass(slots=True)
class Desk:
    """What a test needs at hand."""

    discord: DiscordStandIn
    client: ParleyClient
    guild: Guild
    general: Channel
    alice: User
    boss: User

    @property
    def engine(self) -> SmallEngine:
        """The base engine."""
        return engine_of(self.client)

    async def ask(self, question: str = FACTORS, who: User | None = None, **options: object) -> Message:
        """`/ask`, up to the answer."""
        asked = await self.discord.slash(who or self.alice, self.general, "ask", question=question, **options)
        return await answered(asked)

    async def text_of(self, name: str, who: User | None = None, **options: object) -> str:
        """What a command says in the end."""
        done = await self.discord.slash(who or self.boss, self.general, name, **options)
        return (await done.until(lambda message: not in_progress(message))).text


def make_desk(discord: DiscordStandIn, client: ParleyClient, name: str = "desk") -> Desk:
    """A server with a manager and a member in it."""
    guild = discord.add_guild(name)
    general = discord.add_channel(guild, "general")
    boss = discord.add_member(guild, f"boss of {name}", permissions=Permission.MANAGE_GUILD)
    return Desk(discord, client, guild, general, discord.add_member(guild, f"alice of {name}"), boss)


def in_progress(message: Message) -> bool:
    """Whether it shows progress only."""
    return not message.content or message.content.startswith("-# ")


async def answered(exchange: Exchange, seconds: float = 15.0) -> Message:
    """The finished answer of an interaction."""
    return await exchange.until(lambda message: not in_progress(message), seconds)
