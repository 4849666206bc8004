"""The bot in a process of its own, over the stand-in for Discord: started, watched, stopped, killed."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from tests.bot.standin import DiscordStandIn

START_SECONDS = 90.0
STOP_SECONDS = 60.0
ROOT = Path(__file__).parents[2]


@dataclass(slots=True)
class BotProcess:
    """A running bot. `logs` are the lines of its log so far, `output` what it printed."""

    process: asyncio.subprocess.Process
    metrics_port: int = 0
    logs: list[dict[str, Any]] = field(default_factory=list)
    output: list[str] = field(default_factory=list)
    readers: list[asyncio.Task[None]] = field(default_factory=list)

    async def stop(self) -> int:
        """SIGTERM, and the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return await self.wait()

    async def kill(self) -> None:
        """SIGKILL: it gets no chance to say goodbye."""
        self.process.kill()
        await self.wait()

    async def wait(self) -> int:
        """The exit status."""
        status = await asyncio.wait_for(self.process.wait(), STOP_SECONDS)
        await asyncio.wait(self.readers, timeout=5)
        return status

    async def logged(self, message: str, seconds: float = 10.0) -> dict[str, Any]:
        """The first line of the log with this message, once it is there."""
        async with asyncio.timeout(seconds):
            while not (found := [line for line in self.logs if line.get("message") == message]):
                await asyncio.sleep(0.02)
            return found[0]

    def resident_megabytes(self) -> float:
        """The memory it holds."""
        text = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        found = re.search(r"VmRSS:\s+(\d+) kB", text)
        return int(found[1]) / 1024 if found else 0.0

    async def metric(self, name: str) -> float:
        """A figure from its Prometheus endpoint, label sets summed."""
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{self.metrics_port}/metrics") as response,
        ):
            text = await response.text()
        found = re.findall(rf"(?m)^{name}(?:{{[^}}]*}})? (\S+)$", text)
        return sum(float(value) for value in found)

    def complaints(self) -> list[dict[str, Any]]:
        """The lines of the log at WARNING and above, without discord.py's on voice."""
        return [
            line
            for line in self.logs
            if line.get("level") in ("WARNING", "ERROR", "CRITICAL") and "voice" not in str(line.get("message"))
        ]


async def start_process(
    discord: DiscordStandIn, home: Path, *arguments: str, token: str | None = None, **settings: object
) -> BotProcess:
    """Starts `python -m …` with the stand-in's address and token in the environment; does not wait for it."""
    chosen = {f"PARLEY_BOT_{name.upper()}": str(value) for name, value in settings.items()}
    environment: Mapping[str, str] = {
        **os.environ,
        "PARLEY_HOME": str(home),
        "PARLEY_DISCORD_API": discord.api,
        "DISCORD_TOKEN": discord.token if token is None else token,
        "PYTHONWARNINGS": "ignore",
        **chosen,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        *arguments,
        cwd=ROOT,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=1 << 22,
    )
    made = BotProcess(process, int(chosen.get("PARLEY_BOT_METRICS_PORT", 0)))
    made.readers = [asyncio.create_task(_read_logs(made)), asyncio.create_task(_read_output(made))]
    return made


@contextlib.asynccontextmanager
async def bot_process(
    discord: DiscordStandIn, home: Path, *arguments: str, **settings: object
) -> AsyncIterator[BotProcess]:
    """A bot that is connected; killed at the end where it still runs."""
    before = len(discord.gateway.identified)
    made = await start_process(discord, home, *arguments, **settings)
    try:
        ended = asyncio.create_task(made.process.wait())
        up = asyncio.create_task(discord.wait(lambda: len(discord.gateway.identified) > before, "it", START_SECONDS))
        await asyncio.wait({ended, up}, return_when=asyncio.FIRST_COMPLETED)
        if ended.done():
            up.cancel()
            raise AssertionError(f"the bot ended with {made.process.returncode}: {made.output} {made.logs}")
        await up
        ended.cancel()
        yield made
    finally:
        if made.process.returncode is None:
            made.process.kill()
        await made.wait()


def small_bot(folder: Path, delay: float = 0.0) -> tuple[str, ...]:
    """The arguments that run the bot with a small engine."""
    return "tests.bot.small_bot", str(folder / "base"), str(delay)


async def _read_logs(made: BotProcess) -> None:
    assert made.process.stderr is not None
    async for line in made.process.stderr:
        text = line.decode(errors="replace").strip()
        try:
            parsed = json.loads(text)
        except ValueError:
            parsed = None
        made.logs.append(parsed if isinstance(parsed, dict) else {"level": "PLAIN", "message": text})


async def _read_output(made: BotProcess) -> None:
    assert made.process.stdout is not None
    async for line in made.process.stdout:
        made.output.append(line.decode(errors="replace").strip())
