"""`parley bot` and `python -m bot`: opens the parts, runs the client until it is told to stop, closes the parts."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import datetime
import json
import logging
import signal
import sys
from collections.abc import Iterator, Sequence
from typing import TextIO

import aiohttp
import discord
from discord.http import Route

from bot import feedback, store
from bot.answering import Pool
from bot.client import ParleyClient
from bot.engine import Answers, EngineWorkshop, Workshop
from bot.logs import set_up_logs
from bot.metrics import Metrics
from bot.parts import Parts
from bot.settings import BotSettings, load_bot_settings
from bot.shelves import Shelves
from bot.store import Database
from bot.watchdog import Watchdog
from retrieval import ParleyError, SettingsError, load_settings

_log = logging.getLogger("bot.command")

# How long an engine's thread may keep Python to itself while the event loop waits; Python's own choice is 5 ms. With 50
# questions at once this took the 99th percentile of the loop's lag down by 5 to 33 % in each of four paired runs.
SWITCH_SECONDS = 0.001

NO_TOKEN = (
    "DISCORD_TOKEN is not set. Make an application at https://discord.com/developers/applications, copy the token from"
    " its page “Bot”, and run again with DISCORD_TOKEN=… in the environment."
)
REFUSED_TOKEN = (
    "Discord refused the token in DISCORD_TOKEN. Copy it again from the page “Bot” of your application at"
    " https://discord.com/developers/applications (Reset Token makes a new one)."
)
NO_INTENT = (
    "PARLEY_BOT_MESSAGE_CONTENT is on, but Discord has not granted this application the Message Content intent. Turn it"
    " on on the page “Bot” of your application, or leave that setting out: the bot works without."
)


def run(argv: Sequence[str]) -> int:
    """The bot's command line; gives the exit status.

    Raises:
        ParleyError: something is missing or wrong, and its message says what to do.
    """
    arguments = _parser().parse_args(argv)
    settings = load_bot_settings(load_settings().home / "bot")
    set_up_logs(settings.log_level)
    if arguments.what == "feedback":
        since = store.now() - datetime.timedelta(days=arguments.days) if arguments.days else None
        return export_feedback(settings, since, sys.stdout)
    if not settings.token:
        raise SettingsError(NO_TOKEN)
    if settings.api:
        Route.BASE = settings.api.rstrip("/")
    from retrieval import batches_of, open_engine  # heavy, so not before it is needed

    engine = open_engine(load_settings())
    if not engine.has_index():
        _log.info("there is no index yet: building it from the shipped sources, once")
        engine.ingest(batches_of((), engine.settings))
    sys.setswitchinterval(SWITCH_SECONDS)
    with open_parts(settings, engine, EngineWorkshop(engine)) as parts:
        asyncio.run(serve(parts))
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    """`python -m bot`."""
    try:
        return run(sys.argv[1:] if argv is None else argv)
    except ParleyError as error:
        sys.stderr.write(f"parley: {error}\n")
        return error.exit_status
    except KeyboardInterrupt:
        return 130


def export_feedback(settings: BotSettings, since: datetime.datetime | None, out: TextIO) -> int:
    """Writes rated answers as JSON lines for `parley eval candidates`."""
    settings.home.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database_url)
    try:
        for line in feedback.candidates(database.engine, since):
            out.write(json.dumps(line, ensure_ascii=False) + "\n")
    finally:
        database.close()
    return 0


@contextlib.contextmanager
def open_parts(settings: BotSettings, engine: Answers, workshop: Workshop) -> Iterator[Parts]:
    """The parts of a bot, closed again at the end."""
    settings.home.mkdir(parents=True, exist_ok=True)
    shelves = Shelves(
        engine,
        workshop,
        settings.collections_folder,
        held_open=settings.open_collections,
        files=settings.collection_files,
    )
    metrics = Metrics()
    pool = Pool(settings.workers, settings.queue, settings.seconds)
    database = Database(settings.database_url)
    try:
        if settings.metrics_port:
            metrics.serve(settings.metrics_port)
        yield Parts(settings, database, shelves, pool, Watchdog(), metrics)
    finally:
        metrics.close()
        pool.close()
        database.close()


async def serve(parts: Parts) -> None:
    """Runs the client until SIGTERM or SIGINT, or until Discord will not have it.

    Raises:
        SettingsError: Discord refused the token or an intent.
        ParleyError: Discord cannot be reached.
    """
    client = ParleyClient(parts)
    loop = asyncio.get_running_loop()
    stopping: set[asyncio.Task[None]] = set()
    for name in (signal.SIGTERM, signal.SIGINT):
        # Windows has no signal handlers on loops; there Ctrl+C raises KeyboardInterrupt instead.
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(name, lambda: stopping.add(loop.create_task(client.stop())))
    async with client:
        try:
            await client.login(parts.settings.token)
            _say_hello(client)
            await client.connect()
        except (aiohttp.ClientConnectionError, OSError) as error:
            raise ParleyError(
                f"cannot reach Discord ({type(error).__name__}); check the network and run again"
            ) from error
        except discord.LoginFailure as error:
            raise SettingsError(REFUSED_TOKEN) from error
        except discord.PrivilegedIntentsRequired as error:
            raise SettingsError(NO_INTENT) from error
    await asyncio.gather(*stopping)


def _say_hello(client: ParleyClient) -> None:
    sys.stdout.write(f"Logged in as {client.user}. Add me to a server: {client.invite_link()}\n")
    sys.stdout.write(f"Use me anywhere, from your own account: {client.install_link()}\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="parley bot", description="Runs the Discord bot. The token is read from DISCORD_TOKEN."
    )
    commands = parser.add_subparsers(dest="what", metavar="WHAT")
    export = commands.add_parser("feedback", help="print rated answers as JSON lines for `parley eval candidates`")
    export.add_argument("--days", type=int, default=0, metavar="N", help="only ratings of the last N days")
    return parser
