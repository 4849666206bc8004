"""The real client, in this process, connected to the stand-in for Discord."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.client import ParleyClient
from bot.command import open_parts
from bot.settings import BotSettings
from tests.bot.small_engine import SmallEngine, SmallWorkshop, make_folder
from tests.bot.standin import DiscordStandIn


@contextlib.asynccontextmanager
async def running_bot(
    discord: DiscordStandIn, home: Path, *, delay: float = 0.0, **chosen: Any
) -> AsyncIterator[ParleyClient]:
    """A bot that is connected, with a small engine; `chosen` are settings."""
    folder = home / "base"
    if not folder.exists():
        make_folder(folder)
    settings = dataclasses.replace(BotSettings(token=discord.token, api=discord.api, home=home, grace=5.0), **chosen)
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE = settings.api
    engine = SmallEngine(folder, delay)
    with open_parts(settings, engine, SmallWorkshop(delay)) as parts:
        client = ParleyClient(parts)
        async with client:
            running = asyncio.create_task(client.start(settings.token))
            try:
                ready = asyncio.create_task(discord.ready())
                await asyncio.wait({running, ready}, return_when=asyncio.FIRST_COMPLETED)
                if running.done():
                    ready.cancel()
                    running.result()
                await ready
                await asyncio.wait_for(client.wait_until_ready(), 30)
                yield client
            finally:
                await client.close()
                await asyncio.gather(running, return_exceptions=True)
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before


def engine_of(client: ParleyClient) -> SmallEngine:
    """The base engine of a running bot."""
    engine = client.parts.shelves.base
    assert isinstance(engine, SmallEngine)
    return engine
