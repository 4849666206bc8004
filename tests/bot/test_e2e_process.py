"""The bot as people run it: a process of its own with the real engine over the shipped sources."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from retrieval.engine import Engine
from retrieval.errors import SettingsError
from tests.bot.desk import FACTORS, TACTICS, in_progress
from tests.bot.process import bot_process, small_bot, start_process
from tests.bot.standin import DiscordStandIn, Exchange, Message, Permission

QUESTION = "What factors explain Russia's reluctance to agree to a ceasefire?"
OFF_TOPIC = "Who won the men's singles at Wimbledon in 2019?"


async def final(exchange: Exchange, seconds: float = 60.0) -> Message:
    return await exchange.until(lambda message: not in_progress(message), seconds)


async def test_the_real_bot_answers_cites_abstains_and_stops(engine: Engine, home: Path) -> None:
    """From the command line to a cited answer, its passage, a private abstention, and a clean end."""
    async with DiscordStandIn() as discord:
        guild = discord.add_guild("desk")
        general = discord.add_channel(guild, "general")
        alice = discord.add_member(guild, "alice")
        async with bot_process(discord, home, "bot") as bot:
            answer = await final(await discord.slash(alice, general, "ask", question=QUESTION))
            assert "[1]" in answer.content
            assert answer.menus[0].options[0][0].startswith("[1] ")
            passage = await final(await discord.choose(alice, answer, "1"))
            assert passage.private
            assert "**" in passage.content
            why = await final(await discord.press(alice, answer, "Why this answer?"))
            assert engine.index_version in why.content
            silent = await final(await discord.slash(alice, general, "ask", question=OFF_TOPIC, private=True))
            assert silent.private
            assert "**The sources do not answer this.**" in silent.content
            asked = await discord.say(alice, general, f"{discord.bot.mention} {QUESTION}")
            assert "[1]" in (await discord.reply_to(asked, lambda message: not in_progress(message), 60)).content
            assert await bot.stop() == 0
        assert str(discord.bot.id) in "".join(bot.output)
        assert "oauth2/authorize" in "".join(bot.output)
        assert bot.complaints() == []
        assert discord.refusals == []
        assert discord.pings == []
        said = str(bot.logs)
        assert "reluctance to agree" not in said
        assert "Wimbledon" not in said


async def test_two_servers_with_collections_of_their_own_never_see_each_others_passages(
    engine: Engine, home: Path
) -> None:
    """Each learns a different fact about the same thing from its own file, with the real engine."""
    facts = {
        "north": "The Vellmark Protocol of 2031 was signed in Oslo by the northern delegation.",
        "south": "The Vellmark Protocol of 2031 was signed in Lisbon by the southern delegation.",
    }
    question = "Where was the Vellmark Protocol of 2031 signed?"
    async with DiscordStandIn() as discord, bot_process(discord, home, "bot") as bot:
        places = {}
        for name, fact in facts.items():
            guild = discord.add_guild(name)
            general = discord.add_channel(guild, "general")
            boss = discord.add_member(guild, f"boss of {name}", permissions=Permission.MANAGE_GUILD)
            places[name] = (general, boss)
            held = discord.upload(general, "protocol.txt", f"# The Vellmark Protocol\n\n{fact}\n".encode())
            added = await final(await discord.slash(boss, general, "parley ingest", file=held), 120)
            assert "Added" in added.content
        answers = {}
        for name, (general, boss) in places.items():
            answers[name] = await final(await discord.slash(boss, general, "ask", question=question))
            why = await final(await discord.press(boss, answers[name], "Why this answer?"))
            assert why.content.count("Vellmark") <= 1
        assert "Oslo" in answers["north"].content
        assert "Lisbon" not in answers["north"].text
        assert "Lisbon" in answers["south"].content
        assert "Oslo" not in answers["south"].text
        neutral = discord.add_guild("neutral")
        hall = discord.add_channel(neutral, "hall")
        someone = discord.add_member(neutral, "someone")
        outside = await final(await discord.slash(someone, hall, "ask", question=question))
        assert "Oslo" not in outside.text
        assert "Lisbon" not in outside.text
        offered = await discord.autocomplete(someone, hall, "ask", focused="source", source="vellmark", question="x")
        assert offered == []
        assert bot.complaints() == []


async def test_buttons_work_in_the_next_process_even_after_a_kill(tmp_path: Path) -> None:
    async with DiscordStandIn() as discord:
        guild = discord.add_guild("desk")
        general = discord.add_channel(guild, "general")
        alice = discord.add_member(guild, "alice")
        async with bot_process(discord, tmp_path, *small_bot(tmp_path)) as first:
            answer = await final(await discord.slash(alice, general, "ask", question=FACTORS, private=True))
            rating = await discord.press(alice, answer, "👍")
            await rating.form()
            await first.kill()
        async with bot_process(discord, tmp_path, *small_bot(tmp_path)) as second:
            passage = await final(await discord.choose(alice, answer, "1"))
            assert "Territorial" in passage.content
            why = await final(await discord.press(alice, answer, "Why this answer?"))
            assert "small" in why.content
            follow = await discord.press(alice, answer, "Ask a follow-up")
            next_answer = await final(await discord.submit(alice, follow, {"Your question": TACTICS}))
            assert "Economic leverage" in next_answer.content
            # A modal that the first process opened is sent to the second.
            thanks = await final(await discord.submit(alice, rating, {"Why? (optional)": "clear"}))
            assert "Thank you" in thanks.content
            shared = await final(await discord.press(alice, answer, "Share"))
            assert not shared.private
            assert await second.stop() == 0
        assert discord.refusals == []
        assert second.complaints() == []


async def test_sigterm_finishes_what_is_in_hand_and_takes_nothing_new(tmp_path: Path) -> None:
    async with DiscordStandIn() as discord:
        guild = discord.add_guild("desk")
        general = discord.add_channel(guild, "general")
        alice = discord.add_member(guild, "alice")
        async with bot_process(discord, tmp_path, *small_bot(tmp_path, 2.0)) as bot:
            asked = await discord.slash(alice, general, "ask", question=FACTORS)
            await asked.acknowledged()
            ending = asyncio.create_task(bot.stop())
            await bot.logged("stopping")
            late = await discord.slash(alice, general, "ask", question=TACTICS)
            assert "I am being restarted" in (await final(late)).content
            assert "Territorial" in (await final(asked)).content
            assert await ending == 0
        assert discord.refusals == []


@pytest.mark.parametrize(("token", "words"), [("", "DISCORD_TOKEN is not set"), ("wrong", "refused the token")])
async def test_a_missing_or_wrong_token_ends_with_one_clear_line(
    engine: Engine, home: Path, token: str, words: str
) -> None:
    async with DiscordStandIn() as discord:
        bot = await start_process(discord, home, "bot", token=token)
        assert await bot.wait() == SettingsError.exit_status
        plain = [str(line["message"]) for line in bot.logs if line["level"] == "PLAIN"]
        assert len(plain) == 1
        assert words in plain[0]


async def test_an_intent_that_was_not_granted_is_named(engine: Engine, home: Path) -> None:
    async with DiscordStandIn() as discord:
        bot = await start_process(discord, home, "bot", message_content=True)
        assert await bot.wait() == SettingsError.exit_status
        assert "has not granted" in str(bot.logs[-1]["message"])
