"""Bots of their own settings, end to end: full queues, new sessions, shards."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.bot.desk import FACTORS, TACTICS, answered, in_progress, make_desk
from tests.bot.running import running_bot
from tests.bot.standin import DiscordStandIn, Message


def done(message: Message) -> bool:
    return not in_progress(message)


async def test_a_full_queue_and_a_slow_engine_are_told_politely_and_counted_to_nobody(tmp_path: Path) -> None:
    async with (
        DiscordStandIn() as discord,
        running_bot(discord, tmp_path, delay=1.5, workers=1, queue=1, seconds=2.0) as client,
    ):
        desk = make_desk(discord, client)
        asked = [await discord.slash(desk.alice, desk.general, "ask", question=FACTORS) for _ in range(4)]
        texts = [(await answered(one)).content for one in asked]
        assert sum("Territorial" in text for text in texts) == 1
        assert sum("could not finish that within 2 s" in text for text in texts) == 1
        assert sum("as many questions as I can take" in text for text in texts) == 2
        await asyncio.sleep(1.0)  # the engine ends what nobody waits for any more
        assert "1 question" in await desk.text_of("quota", desk.alice)
        assert discord.refusals == []


async def test_a_new_session_goes_on_as_before(tmp_path: Path) -> None:
    """Discord forgets the session and the bot identifies anew: settings, buttons and answers are all there."""
    async with DiscordStandIn() as discord, running_bot(discord, tmp_path) as client:
        desk = make_desk(discord, client)
        answer = await desk.ask()
        discord.invalidate_sessions()
        await discord.wait(lambda: len(discord.gateway.identified) == 2, "a second IDENTIFY", 30)
        assert "Territorial" in (await answered(await discord.choose(desk.alice, answer, "1"))).content
        assert "Economic leverage" in (await desk.ask(TACTICS)).content


@pytest.mark.slow
async def test_two_shards_answer_each_its_own_servers(tmp_path: Path) -> None:
    async with DiscordStandIn(shards=2) as discord, running_bot(discord, tmp_path) as client:
        assert client.shard_count == 2
        for shard in (0, 1):
            guild = discord.add_guild(f"shard {shard}", shard=shard)
            general = discord.add_channel(guild, "general")
            person = discord.add_member(guild, f"person {shard}")
            said = await discord.say(person, general, f"{discord.bot.mention} {TACTICS}")
            assert "Economic" in (await discord.reply_to(said, done)).content
            await discord.disconnect(4000, shard=shard)
            asked = await discord.slash(person, general, "ask", question=FACTORS)
            assert "Territorial" in (await answered(asked)).content
        direct = discord.add_dm(discord.add_user("stranger"))
        said = await discord.say(direct.recipients[0], direct, FACTORS)
        assert "Territorial" in (await discord.reply_to(said, done)).content
        assert discord.refusals == []
