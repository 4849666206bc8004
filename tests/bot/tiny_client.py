"""A bot of a dozen lines, and a server for it on the stand-in: what proves the stand-in with a real discord.py."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from tests.bot.standin import Channel, DiscordStandIn, Guild, Message, User

INTENTS = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
Thing = TypeVar("Thing")
Then = Callable[[discord.Interaction[discord.Client]], Awaitable[object]]


class Client(discord.AutoShardedClient):
    """A bot of a dozen lines: what `/do` does is up to the test."""

    def __init__(self, intents: discord.Intents = INTENTS) -> None:
        super().__init__(intents=intents)
        self.tree = app_commands.CommandTree(self)
        self.heard: list[discord.Message] = []
        self.failed: list[Exception] = []
        self.then: Then = lambda interaction: interaction.response.send_message("done")

    async def setup_hook(self) -> None:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL((await self.http.get_bot_gateway())[1])
        self.tree.add_command(do)
        self.tree.add_command(quote)
        self.tree.add_command(managers)
        await self.tree.sync()

    async def run_then(self, interaction: discord.Interaction[discord.Client]) -> None:
        try:
            await self.then(interaction)
        except (discord.HTTPException, discord.InteractionResponded) as error:
            self.failed.append(error)

    async def on_interaction(self, interaction: discord.Interaction[discord.Client]) -> None:
        if interaction.type in (discord.InteractionType.component, discord.InteractionType.modal_submit):
            await self.run_then(interaction)

    async def on_message(self, message: discord.Message) -> None:
        self.heard.append(message)


@app_commands.command(description="Does what the test wants")
@app_commands.allowed_installs(guilds=True, users=True)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
async def do(interaction: discord.Interaction[Client], word: str = "", file: discord.Attachment | None = None) -> None:
    interaction.extras |= {"word": word, "file": file}
    await interaction.client.run_then(interaction)  # type: ignore[arg-type]


@do.autocomplete("word")
async def _words(_interaction: discord.Interaction[Client], current: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=word, value=word) for word in ("peace", "truce") if current in word]


@app_commands.context_menu(name="Quote this")
async def quote(interaction: discord.Interaction[Client], message: discord.Message) -> None:
    await interaction.response.send_message(f"> {message.content}", ephemeral=True)


@app_commands.command(description="For managers")
@app_commands.default_permissions(manage_guild=True)
@app_commands.guild_only()
async def managers(interaction: discord.Interaction[Client]) -> None:
    await interaction.response.send_message("manager")


class Place:
    """A server with a channel and a person, and the client connected to it."""

    def __init__(self, discord_: DiscordStandIn, client: Client) -> None:
        self.discord = discord_
        self.client = client
        self.guild: Guild = discord_.add_guild("desk")
        self.channel: Channel = discord_.add_channel(self.guild, "general")
        self.alice: User = discord_.add_member(self.guild, "alice")
        self.task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        Route.BASE = self.discord.api
        self.task = asyncio.create_task(self.client.start(self.discord.token))
        await self.discord.ready()

    async def stop(self) -> None:
        await self.client.close()
        if self.task is not None:
            await asyncio.wait([self.task], timeout=10)

    async def hear(self, count: int = 1) -> list[discord.Message]:
        """What the client heard, once it is that many messages of people."""
        for _ in range(500):
            people = [message for message in self.client.heard if not message.author.bot]
            if len(people) >= count:
                return people
            await asyncio.sleep(0.01)
        raise TimeoutError(f"heard {len(self.client.heard)} messages, not {count}")

    async def post(self, content: str | None = None, **options: object) -> Message:
        """Lets the client post in the channel, and gives what the server made of it."""
        channel = self.client.get_partial_messageable(self.channel.id)
        sent = await channel.send(content, **options)  # type: ignore[arg-type]
        return self.discord.world.messages[sent.id]


async def first_of(things: list[Thing]) -> Thing:
    """The first of some things, as soon as there is one."""
    for _ in range(1000):
        if things:
            return things[0]
        await asyncio.sleep(0.01)
    raise TimeoutError("nothing came")


@contextlib.asynccontextmanager
async def connected() -> AsyncIterator[Place]:
    """The client, connected to a stand-in of its own; discord.py's addresses are put back at the end."""
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    try:
        async with DiscordStandIn() as stand_in:
            made = Place(stand_in, Client())
            await made.start()
            yield made
            await made.stop()
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before
