"""Many questions: how fast each is acknowledged, how late the event loop gets, what a thousand leave in memory."""

from __future__ import annotations

import asyncio
import logging
import socket
from pathlib import Path

import pytest

from retrieval.engine import Engine
from tests.bot.desk import FACTORS, TACTICS, answered, in_progress
from tests.bot.process import bot_process, small_bot
from tests.bot.standin import Channel, DiscordStandIn, Exchange, User

_log = logging.getLogger(__name__)  # the figures: --log-cli-level=INFO shows them

AT_ONCE = 50
ATTEMPTS = 3
QUESTION = "What factors explain Russia's reluctance to agree to a ceasefire?"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def note_waits(waits: list[float], lag: float) -> None:
    middle, worst = percentile(waits, 0.5), percentile(waits, 0.99)
    _log.info("acknowledged: p50 %.3f s, p99 %.3f s; loop lag p99 %.4f s", middle, worst, lag)


def make_place(discord: DiscordStandIn) -> tuple[Channel, list[User]]:
    guild = discord.add_guild("desk")
    return discord.add_channel(guild, "general"), [discord.add_member(guild, f"person {n}") for n in range(AT_ONCE)]


async def ask_at_once(discord: DiscordStandIn, channel: Channel, people: list[User], question: str) -> list[Exchange]:
    """One question each, all at the same moment; and while they are answered, people type in another one."""
    asked = [await discord.slash(person, channel, "ask", question=question) for person in people]
    for one in asked:
        await one.acknowledged(60)
    typed = await discord.autocomplete(people[0], channel, "ask", focused="source", question="x")
    assert typed
    return asked


async def test_fifty_at_once_are_acknowledged_within_a_second_with_an_engine_of_five_seconds(tmp_path: Path) -> None:
    """And the event loop is late by less than 100 ms. What else a machine does may spoil a measurement, not three."""
    for attempt in range(ATTEMPTS):
        wait, lag = await measure_fifty(tmp_path / str(attempt))
        if wait < 1.0 and lag < 0.1:
            return
    pytest.fail(f"acknowledged within {wait:.3f} s, loop lag {lag:.3f} s, at the 99th percentile of the last attempt")


async def measure_fifty(folder: Path) -> tuple[float, float]:
    """The 99th percentiles of seconds until acknowledged, and of the loop's lag, of a bot of its own."""
    folder.mkdir()
    async with DiscordStandIn() as discord:
        channel, people = make_place(discord)
        settings = {"workers": 25, "metrics_port": free_port()}
        async with bot_process(discord, folder, *small_bot(folder, 5.0), **settings) as bot:
            asked = await ask_at_once(discord, channel, people, FACTORS)
            waits = [one.acknowledged_after or 99.0 for one in asked]
            finals = [await answered(one, 90) for one in asked]
            lag = await bot.metric("parley_loop_lag_seconds")
            note_waits(waits, lag)
            assert all("Territorial" in message.content for message in finals)
            assert [line for line in bot.complaints() if line.get("logger") != "bot.watchdog"] == []
        assert discord.refusals == []
        return percentile(waits, 0.99), lag


@pytest.mark.slow
async def test_the_real_engine_under_fifty_questions_leaves_the_loop_free(engine: Engine, home: Path) -> None:
    """Its threads share Python with the event loop, and two of them fill a small machine: a quarter of a second."""
    async with DiscordStandIn() as discord:
        channel, people = make_place(discord)
        async with bot_process(discord, home, "bot", metrics_port=free_port(), seconds=300) as bot:
            asked = await ask_at_once(discord, channel, people, QUESTION)
            waits = [one.acknowledged_after or 99.0 for one in asked]
            finals = [await answered(one, 300) for one in asked]
            lag = await bot.metric("parley_loop_lag_seconds")
            note_waits(waits, lag)
            assert all("[1]" in message.content for message in finals)
            assert percentile(waits, 0.99) < 1.0
            assert lag < 0.25
            assert bot.complaints() == []


@pytest.mark.slow
async def test_a_thousand_questions_in_a_row_leave_no_fifty_megabytes(tmp_path: Path) -> None:
    async with DiscordStandIn() as discord:
        channel, people = make_place(discord)
        async with bot_process(discord, tmp_path, *small_bot(tmp_path)) as bot:
            await thousand(discord, channel, people, 100)
            before = bot.resident_megabytes()
            await thousand(discord, channel, people, 1000)
            grown = bot.resident_megabytes() - before
            _log.info("memory: %.1f MB after 100 questions, %+.1f MB after 1,000 more", before, grown)
            assert grown < 50
            assert bot.complaints() == []
        assert discord.refusals == []


async def thousand(discord: DiscordStandIn, channel: Channel, people: list[User], count: int) -> None:
    """So many questions, five at a time, by command and by mention, each with a button pressed."""
    gate = asyncio.Semaphore(5)

    async def one(number: int) -> None:
        person = people[number % len(people)]
        async with gate:
            if number % 2:
                answer = await answered(await discord.slash(person, channel, "ask", question=f"{FACTORS} {number}"), 60)
            else:
                said = await discord.say(person, channel, f"{discord.bot.mention} {TACTICS} {number}")
                answer = await discord.reply_to(said, lambda message: not in_progress(message), 60)
            await answered(await discord.press(person, answer, "Why this answer?"), 60)

    await asyncio.gather(*(one(number) for number in range(count)))
