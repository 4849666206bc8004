"""What is under an answer, end to end; also after the bot's process is another one."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from pathlib import Path

import pytest

from bot import store
from tests.bot.desk import FACTORS, TACTICS, UNKNOWN, Desk, answered, in_progress, make_desk
from tests.bot.running import running_bot
from tests.bot.standin import Callback, DiscordStandIn, Message

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_source_is_shown_with_its_words_in_bold(desk: Desk) -> None:
    answer = await desk.ask()
    chosen = await desk.discord.choose(desk.boss, answer, "1")
    shown = await answered(chosen)
    assert shown.private
    assert "> **Territorial** advantages are a factor in Russian reluctance to a ceasefire." in shown.content
    assert "-# Section: Part one" in shown.content


async def test_the_nearest_passages_of_an_abstention_are_shown(desk: Desk) -> None:
    answer = await desk.ask(UNKNOWN)
    shown = await answered(await desk.discord.choose(desk.alice, answer, "1"))
    assert "> Territorial advantages" in shown.content


async def test_why_tells_of_stages_scores_and_ranks(desk: Desk) -> None:
    shown = await answered(await desk.discord.press(desk.alice, await desk.ask(), "Why this answer?"))
    assert shown.private
    assert "**5 passages read**" in shown.content
    assert "· **cited**" in shown.content
    assert "engine small" in shown.content


async def test_a_follow_up_goes_on_from_the_answer(desk: Desk) -> None:
    answer = await desk.ask(TACTICS, private=True)
    opened = await desk.discord.press(desk.alice, answer, "Ask a follow-up")
    sent = await desk.discord.submit(desk.alice, opened, {"Your question": "And why?"})
    followed = await answered(sent)
    assert followed.content.startswith("> And why?")
    assert "Searched for: And why? Which tactic" in followed.content
    assert followed.private  # as the answer that it follows


async def test_only_the_asker_shares_a_private_answer_and_once(desk: Desk) -> None:
    answer = await desk.ask(private=True)
    shared = await answered(await desk.discord.press(desk.alice, answer, "Share"))
    assert not shared.private
    assert "Territorial advantages" in shared.content
    assert "shared by alice of desk" in shared.content.lower()
    assert [button.label for button in shared.buttons] == ["Why this answer?", "Ask a follow-up", "", ""]
    again = await desk.discord.press(desk.alice, answer, "Share")
    assert "shared already" in (await answered(again)).content
    asked = await desk.discord.say(desk.boss, desk.general, "And then?", reply_to=shared)
    await desk.discord.reply_to(asked, lambda message: not in_progress(message))
    assert desk.engine.asked[-1][1][0].text == FACTORS


@pytest.mark.parametrize(("emoji", "rating"), [("👍", 1), ("👎", -1)])
async def test_a_rating_is_stored_at_once_and_its_reason_when_sent(desk: Desk, emoji: str, rating: int) -> None:
    answer = await desk.ask()
    pressed = await desk.discord.press(desk.boss, answer, emoji)
    assert await pressed.acknowledged() is Callback.MODAL
    await desk.discord.wait(lambda: True, "a moment")
    sent = await desk.discord.submit(desk.boss, pressed, {"reason": "it was @everyone's question"})
    assert "your rating is stored" in (await answered(sent)).content
    stats = await desk.text_of("parley stats")
    assert f"👍 {1}" in stats or rating < 0
    exported = json.loads((await answered_file(desk, desk.boss)).decode())
    assert [one["reason"] for one in exported["ratings"] if one["rating"] == rating] == ["it was @everyone's question"]


async def test_my_data_is_shown_exported_and_deleted(desk: Desk) -> None:
    frank = desk.discord.add_member(desk.guild, "frank")
    answer = await desk.ask(TACTICS, frank, private=True)
    assert "1 question" in await desk.text_of("privacy", frank)
    exported = json.loads((await answered_file(desk, frank)).decode())
    assert [one["question"] for one in exported["answers"]] == [TACTICS]
    shown = await desk.discord.slash(frank, desk.general, "privacy")
    sure = await answered(await desk.discord.press(frank, await shown.response(), "Delete my data"))
    assert "Deleted: 1 question" in (await answered(await desk.discord.press(frank, sure, "Delete it all"))).content
    assert "0 questions" in await desk.text_of("privacy", frank)
    gone = await desk.discord.press(frank, answer, "Why this answer?")
    assert "no longer stored" in (await answered(gone)).content


async def test_pages_are_turned_by_the_asker_in_place_and_copied_for_others(desk: Desk) -> None:
    answer = await desk.ask()
    stored = answer.menu("").custom_id.split(":")[2]
    kept = await desk.client.parts.database.run(store.load, stored)
    assert kept.answer is not None
    statement = dataclasses.replace(kept.answer.statements[0], text="A long point. " + "word " * 180)
    long = dataclasses.replace(
        kept, id=store.new_id(), answer=dataclasses.replace(kept.answer, statements=(statement,) * 5)
    )
    await desk.client.parts.database.run(store.save, long)
    edited = await desk.discord.press(desk.alice, answer, "Why this answer?")
    await answered(edited)
    first = await show_page(desk, answer, long.id)
    assert "1 of" in first
    pressed = await desk.discord.press(desk.alice, answer, "▶")
    await desk.discord.wait(lambda: "2 of" in labels(answer), "the second page")
    assert pressed.callback is Callback.DEFER_UPDATE
    copied = await answered(await desk.discord.press(desk.boss, answer, "▶"))
    assert copied.private
    assert "3 of" in labels(copied) or "2 of" in labels(copied)
    assert "2 of" in labels(answer)


async def test_buttons_work_after_a_restart(tmp_path: Path) -> None:
    """Another process, here another client with another store and engine in the same home, knows every button."""
    async with DiscordStandIn() as discord:
        async with running_bot(discord, tmp_path) as client:
            desk = make_desk(discord, client)
            answer = await desk.ask(private=True)
            opened = await discord.press(desk.alice, answer, "👎")
            await opened.form()
        async with running_bot(discord, tmp_path) as client:
            shown = await answered(await discord.choose(desk.alice, answer, "1"))
            assert "**Territorial** advantages" in shown.content
            why = await answered(await discord.press(desk.alice, answer, "Why this answer?"))
            assert "passages read" in why.content
            sent = await discord.submit(desk.alice, opened, {"reason": "sent after the restart"})
            assert "your rating is stored" in (await answered(sent)).content
            assert "Territorial" in (await answered(await discord.press(desk.alice, answer, "Share"))).content
        assert discord.refusals == []


async def answered_file(desk: Desk, who: object) -> bytes:
    """The file that "Export my data" gives."""
    shown = await desk.discord.slash(who, desk.general, "privacy")  # type: ignore[arg-type]
    message = await shown.response()
    exported = await desk.discord.press(who, message, "Export my data")  # type: ignore[arg-type]
    return (await exported.until(lambda found: found.attachments)).attachments[0].data


async def show_page(desk: Desk, answer: Message, answer_id: str) -> str:
    """Puts the first page of a stored answer where another answer was, and gives the buttons' labels."""
    from bot.asking import pages_of
    from bot.reply import embeds_of
    from bot.views import answer_view

    stored = await desk.client.parts.database.run(store.load, answer_id)
    pages = pages_of(stored, embeds=True)
    channel = desk.client.get_partial_messageable(answer.channel.id, guild_id=desk.guild.id)
    message = channel.get_partial_message(answer.id)
    view = answer_view(stored, 0, len(pages))
    await message.edit(content=pages[0].content, embeds=embeds_of(pages[0]), view=view)
    await asyncio.sleep(0)
    return labels(answer)


def labels(message: Message) -> str:
    return " ".join(button.label for button in message.buttons)
