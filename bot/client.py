"""The Discord client: connects, registers commands, and hands every event to the function that deals with it."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Awaitable
from typing import Any

import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket

from bot import admin, guilds, personal, presses, store
from bot.asking import error_line
from bot.commands import COMMANDS
from bot.messages import take_message
from bot.modals import read_form
from bot.parts import Parts
from bot.reply import NO_PINGS
from bot.settings import BotSettings
from bot.views import ParleyButton, ParleySelect, Press

_log = logging.getLogger("bot.client")

HOUSEKEEPING_SECONDS = 3600.0
GUILDS_SECONDS = 60.0
PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    embed_links=True,
    read_message_history=True,
)


def intents_of(settings: BotSettings) -> discord.Intents:
    """What the bot asks Discord to be told: nothing privileged unless the operator turned Message Content on."""
    intents = discord.Intents.none()
    intents.guilds = True
    intents.guild_messages = True
    intents.dm_messages = True
    intents.message_content = settings.message_content
    return intents


class Tree(app_commands.CommandTree["ParleyClient"]):
    """The commands, with one place where their errors become a line for the person."""

    async def on_error(
        self, interaction: discord.Interaction[ParleyClient], error: app_commands.AppCommandError, /
    ) -> None:
        """Says what went wrong to the person alone."""
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        name = interaction.command.qualified_name if interaction.command else "a command"
        values = [str(value) for value in vars(interaction.namespace).values() if isinstance(value, str)]
        line = error_line(interaction.client.parts, cause, f"command {name}", *values)
        try:
            await presses.tell(interaction, line)
        except discord.HTTPException as failed:
            _log.warning("could not tell a person of a failure", extra={"status": failed.status, "code": failed.code})


class ParleyClient(discord.AutoShardedClient):
    """The client. `parts` are open before it starts and closed by who opened them."""

    def __init__(self, parts: Parts) -> None:
        # This bot never speaks, so discord.py's warnings of missing voice packages would only puzzle its operator.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        super().__init__(
            intents=intents_of(parts.settings),
            allowed_mentions=NO_PINGS,
            max_messages=None,  # nothing here looks at old messages, so none are kept
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
        )
        self.parts = parts
        self.tree = Tree(
            self,
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
        )
        self._tasks: set[asyncio.Task[Any]] = set()

    async def setup_hook(self) -> None:
        """Before the gateway is opened: the buttons, the commands, the settings, and what runs beside."""
        if self.parts.settings.api:
            # After an invalidated session discord.py goes back to this address, not to the one it was given.
            _, gateway, _ = await self.http.get_bot_gateway()
            DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
        self.add_dynamic_items(ParleyButton, ParleySelect)
        for command in (*COMMANDS, admin.group):
            self.tree.add_command(command, override=True)
        self.parts.guilds.update(await self.parts.database.run(guilds.load_all))
        await self.parts.pool.run(lambda: self.parts.shelves.engine(0))
        await self._register()
        self.parts.metrics.watch(lambda: self.parts.watchdog.percentile(0.99), lambda: self.parts.pool.in_hand)
        self._keep(self.parts.watchdog.run())
        self._keep(self._every(HOUSEKEEPING_SECONDS, self._clean_up))
        self._keep(self._every(GUILDS_SECONDS, self._refresh_guilds))

    async def _register(self) -> None:
        """Tells Discord of the commands; where that fails, those of the last time still work."""
        try:
            await self.tree.sync()
        except (discord.HTTPException, app_commands.CommandSyncFailure) as error:
            _log.error("the commands could not be registered; those of the last start still work: %s", error)

    async def on_ready(self) -> None:
        """Connected, for the first time or anew."""
        _log.info(
            "ready", extra={"servers": len(self.guilds), "shards": self.shard_count, "invite": self.invite_link()}
        )

    async def on_message(self, message: discord.Message) -> None:
        """A message somewhere; most are not for the bot."""
        if self.parts.stopping:
            return
        try:
            await take_message(self, message)
        except discord.HTTPException as error:
            _log.warning("a message was not answered", extra={"status": error.status, "code": error.code})

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Forms are read here, since discord.py forgets them; commands and buttons have come to their own already."""
        if interaction.type is not discord.InteractionType.modal_submit:
            return
        form = read_form(interaction.data)
        if form is not None:
            await presses.press(self.parts, interaction, *form)

    async def pressed(self, interaction: discord.Interaction[Any], press: Press) -> None:
        """A button or menu of ours."""
        await presses.press(self.parts, interaction, press)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """An event handler failed: its traceback goes into the log without what the message said."""
        error = sys.exception()
        typed = [arg.content for arg in args if isinstance(arg, discord.Message)]
        if isinstance(error, Exception):
            error_line(self.parts, error, event_method, *typed)

    def invite_link(self) -> str:
        """The address that adds the bot to a server."""
        if self.application_id is None:
            return ""
        return discord.utils.oauth_url(self.application_id, permissions=PERMISSIONS)

    def install_link(self) -> str:
        """The address that adds the bot to a person's own account."""
        if self.application_id is None:
            return ""
        return discord.utils.oauth_url(self.application_id, scopes=("applications.commands",)) + "&integration_type=1"

    async def stop(self) -> None:
        """Takes nothing new, finishes what is in hand within the grace time, and closes the connection."""
        if self.parts.stopping:
            return
        self.parts.stopping = True
        _log.info("stopping", extra={"in_hand": self.parts.in_hand})
        end = asyncio.get_running_loop().time() + self.parts.settings.grace
        while self.parts.in_hand and asyncio.get_running_loop().time() < end:
            await asyncio.sleep(0.05)
        await self.close()

    async def close(self) -> None:
        """Closes the connection and ends what runs beside."""
        for task in self._tasks:
            task.cancel()
        await super().close()

    async def _every(self, seconds: float, work: Any) -> None:
        while True:
            await work()
            await asyncio.sleep(seconds)

    async def _clean_up(self) -> None:
        gone = await self.parts.database.run(personal.purge, store.now().date(), self.parts.settings.retention_days)
        if gone:
            _log.info("answers let go", extra={"count": gone})

    async def _refresh_guilds(self) -> None:
        self.parts.guilds.update(await self.parts.database.run(guilds.load_all))

    def _keep(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(self._guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _guarded(self, work: Awaitable[None]) -> None:
        try:
            await work
        except Exception as error:
            error_line(self.parts, error, "housekeeping")
