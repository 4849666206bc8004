"""The bot as a process of its own, with a small engine: `python -m tests.bot.small_bot FOLDER DELAY`.

All but the engine is what `parley bot` runs.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from discord.http import Route

from bot.command import open_parts, serve
from bot.logs import set_up_logs
from bot.settings import load_bot_settings
from retrieval import load_settings
from tests.bot.small_engine import SmallEngine, SmallWorkshop, make_folder


def main(folder: Path, delay: float) -> None:
    """Runs until it is told to stop."""
    settings = load_bot_settings(load_settings().home / "bot")
    set_up_logs(settings.log_level)
    Route.BASE = settings.api
    if not folder.exists():
        make_folder(folder)
    with open_parts(settings, SmallEngine(folder, delay), SmallWorkshop(delay)) as parts:
        asyncio.run(serve(parts))


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
