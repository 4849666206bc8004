"""Whatever people type, wherever they type it: the bot answers, pings nobody, and nothing breaks."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from pathlib import Path

import pytest

from tests.bot.desk import in_progress
from tests.bot.odd_messages import odd_texts
from tests.bot.process import BotProcess, bot_process, small_bot
from tests.bot.standin import Channel, DiscordStandIn, Exchange, Guild, Message, Permission, User

_log = logging.getLogger(__name__)  # the figures: --log-cli-level=INFO shows them

AT_ONCE = 10
_EXPECTED = ("bot.shelves", "bot.watchdog")  # a file that could not be read, a machine that was busy
SECONDS = 60.0
WAYS = (
    "slash",
    "private slash",
    "source",
    "autocomplete",
    "mention",
    "reply",
    "direct",
    "check",
    "factors",
    "fact-check",
    "ask about",
    "follow-up",
    "reason",
    "file",
    "plain",
)


class Crowd:
    """People who use every way in with odd texts. `done` counts the ways that came to an end."""

    def __init__(self, discord: DiscordStandIn) -> None:
        self.discord = discord
        self.guild: Guild = discord.add_guild("@everyone's `desk`")
        self.channel: Channel = discord.add_channel(self.guild, "general")
        self.people: list[User] = [discord.add_member(self.guild, f"person {n} @here") for n in range(AT_ONCE)]
        self.boss: User = discord.add_member(self.guild, "boss", permissions=Permission.MANAGE_GUILD)
        self.done: Counter[str] = Counter()
        self.answers: dict[int, Message] = {}

    async def go(self, count: int, seed: int) -> None:
        """So many odd messages, a few at once, each person by one way after another."""
        role = next(iter(self.guild.roles))
        texts = odd_texts(seed, user=self.boss.id, role=role, channel=self.channel.id)
        queue: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        for number in range(count):
            queue.put_nowait((WAYS[number % len(WAYS)], next(texts)))

        async def work(place: int) -> None:
            while not queue.empty():
                way, text = queue.get_nowait()
                await self.act(place, way, text)
                self.done[way] += 1

        await asyncio.gather(*(work(place) for place in range(AT_ONCE)))

    async def act(self, place: int, way: str, text: str) -> None:
        person, discord = self.people[place], self.discord
        if way in ("slash", "private slash"):
            asked = await discord.slash(person, self.channel, "ask", question=text, private=way != "slash")
            self.answers[place] = await self.end(asked)
        elif way == "source":
            await self.end(await discord.slash(person, self.channel, "ask", question="x", source=text[:100]))
        elif way == "autocomplete":
            offered = await discord.autocomplete(
                person, self.channel, "ask", focused="source", seconds=SECONDS, source=text, question=text
            )
            assert len(offered) <= 25
        elif way in ("mention", "plain", "reply", "direct", "file"):
            await self.write(place, way, text)
        elif way in ("fact-check", "ask about"):
            await self.use_menu(person, way, text)
        elif way in ("follow-up", "reason"):
            await self.fill_form(place, way, text)
        elif way == "check":
            await self.end(await discord.slash(person, self.channel, "check", claim=text))
        else:
            await self.end(await discord.slash(person, self.channel, way, actor=text[:100]))

    async def write(self, place: int, way: str, text: str) -> None:
        person, discord = self.people[place], self.discord
        if way == "plain":
            await discord.say(person, self.channel, text)
            return
        if way == "file":
            held = discord.upload(self.channel, text[:80].replace("/", "_") + ".txt", text.encode())
            await self.end(await discord.slash(self.boss, self.channel, "parley ingest", file=held))
            return
        if way == "direct":
            said = await discord.say(person, discord.add_dm(person), text)
        elif way == "mention":
            said = await discord.say(person, self.channel, f"{discord.bot.mention} {text}")
        else:
            said = await discord.say(person, self.channel, text, reply_to=self.answers.get(place))
            if place not in self.answers:
                return
        await discord.reply_to(said, lambda message: not in_progress(message), SECONDS)

    async def use_menu(self, person: User, way: str, text: str) -> None:
        said = await self.discord.say(person, self.channel, text)
        name = "Fact-check this" if way == "fact-check" else "Ask about this"
        used = await self.discord.context_menu(person, said, name)
        await used.acknowledged(SECONDS)
        if used.modal is not None:
            used = await self.discord.submit(person, used, {"Your question": text[:1500]})
        await self.end(used)

    async def fill_form(self, place: int, way: str, text: str) -> None:
        person, discord = self.people[place], self.discord
        if place not in self.answers:
            self.answers[place] = await self.end(await discord.slash(person, self.channel, "ask", question=text))
        if not self.answers[place].buttons:
            del self.answers[place]
            return
        opened = await discord.press(person, self.answers[place], "Ask a follow-up" if way == "follow-up" else "👎")
        label = "Your question" if way == "follow-up" else "Why? (optional)"
        await opened.form(SECONDS)
        await self.end(await discord.submit(person, opened, {label: text[: 1500 if way == "follow-up" else 1000]}))

    async def end(self, exchange: Exchange) -> Message:
        return await exchange.until(lambda message: not in_progress(message), SECONDS)


async def survive(tmp_path: Path, count: int, seed: int) -> None:
    async with DiscordStandIn() as discord:
        discord.responding.first_seconds = 20.0  # this is about what people type; how fast is test_e2e_load's matter
        crowd = Crowd(discord)
        async with bot_process(discord, tmp_path, *small_bot(tmp_path), log_level="INFO", collection_files=5) as bot:
            try:
                await crowd.go(count, seed)
            finally:
                _log.info("%d odd messages: %s; complaints: %s", count, dict(crowd.done), failures(bot))
            assert sum(crowd.done.values()) == count
            assert failures(bot) == []
            assert bot.process.returncode is None
        assert discord.pings == []
        assert discord.refusals == []


def failures(bot: BotProcess) -> list[str]:
    """What went wrong in the bot, in its own words."""
    plain = [line for line in bot.logs if line["level"] == "PLAIN"]
    return [str(line) for line in (*bot.complaints(), *plain) if line.get("logger") not in _EXPECTED]


async def test_three_hundred_odd_messages_are_all_answered_and_ping_nobody(tmp_path: Path) -> None:
    await survive(tmp_path, 300, seed=1)


@pytest.mark.slow
@pytest.mark.timeout(1500)
async def test_ten_thousand_odd_messages_are_all_answered_and_ping_nobody(tmp_path: Path) -> None:
    await survive(tmp_path, 10_000, seed=2)
