"""Every way of asking, end to end: the real client against the stand-in for Discord."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.desk import FACTORS, TACTICS, UNKNOWN, Desk, answered, in_progress, make_desk
from tests.bot.running import running_bot
from tests.bot.standin import (
    EVERY_PERMISSION,
    Callback,
    Channel,
    DiscordStandIn,
    Intent,
    Overwrite,
    Permission,
    Upload,
    User,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_slash_is_acknowledged_and_answered_with_its_sources(desk: Desk) -> None:
    asked = await desk.discord.slash(desk.alice, desk.general, "ask", question=FACTORS)
    assert await asked.acknowledged() is Callback.DEFER
    answer = await answered(asked)
    assert answer.content.startswith(f"> {FACTORS}\nTerritorial advantages are a factor")
    assert "ceasefire. [1]" in answer.content
    assert "**[1]** Examining the Impasse · The Desk · 15 March 2024 · [open at the quoted words](<https" in answer.text
    assert "Support: strong" in answer.content
    assert not answer.private


async def test_a_private_question_is_answered_to_the_asker_alone(desk: Desk) -> None:
    assert (await desk.ask(private=True)).private


async def test_sources_are_suggested_while_typing(desk: Desk) -> None:
    everything = await desk.discord.autocomplete(desk.alice, desk.general, "ask", focused="source", question="x")
    assert [choice["value"] for choice in everything] == ["impasse", "minsk"]
    some = await desk.discord.autocomplete(
        desk.alice, desk.general, "ask", focused="source", source="mins", question="x"
    )
    assert some == [{"name": "Minsk II", "value": "minsk"}]


async def test_one_source_alone_is_searched_when_chosen(desk: Desk) -> None:
    answer = await desk.ask("When was the Minsk agreement signed?", source="minsk")
    assert "Minsk II" in answer.text
    assert "do not answer" in (await desk.ask(FACTORS, source="Minsk II")).content


async def test_an_unknown_source_is_refused_by_name(desk: Desk) -> None:
    assert "no source is called 'pravda'" in (await desk.ask(source="pravda")).content


async def test_what_is_not_in_the_sources_is_not_answered(desk: Desk) -> None:
    answer = await desk.ask(UNKNOWN)
    assert "**The sources do not answer this.**" in answer.content
    assert "Searched for “Who won the chess tournament yesterday?”" in answer.content
    assert "**Passage 1**" in answer.text


async def test_a_mention_is_answered_as_a_reply(desk: Desk) -> None:
    asked = await desk.discord.say(desk.alice, desk.general, f"{desk.discord.bot.mention} {TACTICS}")
    answer = await desk.discord.reply_to(asked, lambda message: not in_progress(message))
    assert answer.content.startswith("Economic leverage adjustment")


async def test_a_bare_mention_says_how_to_ask(desk: Desk) -> None:
    asked = await desk.discord.say(desk.alice, desk.general, desk.discord.bot.mention)
    assert "`/ask`" in (await desk.discord.reply_to(asked)).content


async def test_a_reply_to_an_answer_is_a_follow_up(desk: Desk) -> None:
    answer = await desk.ask(TACTICS)
    asked = await desk.discord.say(desk.alice, desk.general, "Which one is it?", reply_to=answer)
    await desk.discord.reply_to(asked, lambda message: not in_progress(message))
    question, history = desk.engine.asked[-1]
    assert question == "Which one is it?"
    assert [turn.role for turn in history] == ["user", "assistant"]
    assert history[0].text == TACTICS
    assert history[1].passages


async def test_a_question_on_somebodys_message_knows_that_message(desk: Desk) -> None:
    """Without the Message Content intent Discord shows a replied-to message where it mentions the bot, as this does."""
    said = await desk.discord.say(desk.boss, desk.general, f"{desk.discord.bot.mention} I think it is about territory.")
    await desk.discord.reply_to(said, lambda message: not in_progress(message))
    asked = await desk.discord.say(desk.alice, desk.general, f"{desk.discord.bot.mention} {TACTICS}", reply_to=said)
    await desk.discord.reply_to(asked, lambda message: not in_progress(message))
    assert "about territory" in desk.engine.asked[-1][1][0].text


async def test_other_messages_are_left_alone(desk: Desk) -> None:
    before = len(desk.engine.asked)
    for text in (FACTORS, "@everyone look", "<@&1> hm"):
        await desk.discord.say(desk.alice, desk.general, text)
    await desk.ask(TACTICS)
    assert [question for question, _ in desk.engine.asked[before:]] == [TACTICS]


async def test_direct_messages_are_answered_and_followed_up(desk: Desk) -> None:
    direct = desk.discord.add_dm(desk.alice)
    for text in (TACTICS, "And then?"):
        asked = await desk.discord.say(desk.alice, direct, text)
        await desk.discord.reply_to(asked, lambda message: not in_progress(message))
    assert desk.engine.asked[-1][1][0].text == TACTICS


async def test_a_thread_of_ours_goes_on_with_its_history(desk: Desk) -> None:
    """A server may have mentions answered in threads; there a mention is a follow-up."""
    await desk.text_of("parley set", threads=True)
    asked = await desk.discord.say(desk.alice, desk.general, f"{desk.discord.bot.mention} {TACTICS}")
    answer = await desk.discord.reply_to(asked, lambda message: not in_progress(message))
    await desk.text_of("parley set", threads=False)
    thread = answer.channel
    assert thread.is_thread
    assert thread.name == TACTICS
    again = await desk.discord.say(desk.alice, thread, f"{desk.discord.bot.mention} And then?")
    await desk.discord.reply_to(again, lambda message: not in_progress(message))
    assert desk.engine.asked[-1][1][0].text == TACTICS


async def test_people_who_installed_it_use_it_anywhere(desk: Desk) -> None:
    """A server without the bot, and a private channel of people."""
    carol = desk.discord.add_user("carol", installed=True)
    elsewhere = desk.discord.add_guild("elsewhere", has_bot=False)
    desk.discord.add_member(elsewhere, carol)
    for channel in (desk.discord.add_channel(elsewhere, "talk"), desk.discord.add_private_channel(carol)):
        asked = await desk.discord.slash(carol, channel, "ask", question=FACTORS)
        assert "Territorial advantages" in (await answered(asked)).content


async def test_a_message_is_fact_checked_sentence_by_sentence(desk: Desk) -> None:
    said = await desk.discord.say(
        desk.boss,
        desk.general,
        "The second Minsk agreement was signed in February 2015. Chess champions eat apples daily.",
    )
    result = await answered(await desk.discord.context_menu(desk.alice, said, "Fact-check this"))
    assert "✅ **The sources support this.**" in result.content
    assert "❔ **The sources do not say enough to tell.**" in result.content
    shown = await answered(await desk.discord.choose(desk.alice, result, "1"))
    assert "> **The** second Minsk agreement" in shown.content


async def test_there_must_be_a_claim_to_check(desk: Desk) -> None:
    assert "no statement in that" in await desk.text_of("check", claim="Really?")


async def test_a_message_can_be_asked_about(desk: Desk) -> None:
    said = await desk.discord.say(desk.boss, desk.general, "It is all about economic leverage.")
    opened = await desk.discord.context_menu(desk.alice, said, "Ask about this")
    sent = await desk.discord.submit(desk.alice, opened, {"question": TACTICS, "about": said.content})
    assert "Economic leverage adjustment" in (await answered(sent)).content
    assert desk.engine.asked[-1][1][0].text == said.content


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "factors",
            "reluctance to a ceasefire. (1 for, 0 against, newest 2024-03-15) [1]\nDomestic political",
        ),
        ("tactics", "1 entry from 1 source"),
        ("timeline", "1 January 2015: The second Minsk agreement was signed in February 2015. [1]"),
        ("sources", "**2 sources**"),
        ("about", "event loop late by"),
        ("privacy", "What I keep about you"),
        ("quota", "no daily limit"),
    ],
)
async def test_commands_without_typing(desk: Desk, name: str, words: str) -> None:
    assert words in await desk.text_of(name, desk.alice)


async def test_two_sources_are_set_side_by_side(desk: Desk) -> None:
    offered = await desk.discord.autocomplete(desk.alice, desk.general, "compare", focused="left", right="x")
    assert [choice["value"] for choice in offered] == ["impasse", "minsk"]
    shown = await desk.text_of("compare", desk.alice, left="minsk", right="impasse", topic="the war")
    assert "the war — Minsk II: The second Minsk agreement" in shown
    assert "the war — Examining the Impasse: Territorial advantages" in shown
    assert "no source is called" in await desk.text_of("compare", desk.alice, left="minsk", right="pravda")


async def test_lists_of_the_corpus_have_passages_and_follow_ups_like_answers(desk: Desk) -> None:
    listed = await answered(await desk.discord.slash(desk.alice, desk.general, "factors"))
    shown = await answered(await desk.discord.choose(desk.alice, listed, "2"))
    assert "> **Domestic political climate" in shown.content
    why = await answered(await desk.discord.press(desk.alice, listed, "Why this answer?"))
    assert "no ranked answer" in why.content
    nothing = await desk.text_of("factors", desk.alice, actor="Atlantis")
    assert "**The sources do not answer this.**" in nothing


async def test_without_embed_links_the_sources_are_in_the_text(desk: Desk) -> None:
    channel, dave = place_without(desk, Permission.EMBED_LINKS)
    asked = await desk.discord.say(dave, channel, f"{desk.discord.bot.mention} {TACTICS}")
    answer = await desk.discord.reply_to(asked, lambda message: not in_progress(message))
    assert "**Sources**\n**[1]** Examining the Impasse" in answer.content
    assert answer.embeds == []


async def test_a_missing_permission_is_explained_in_a_direct_message(desk: Desk) -> None:
    channel, erin = place_without(desk, Permission.SEND_MESSAGES)
    await desk.discord.say(erin, channel, f"{desk.discord.bot.mention} {TACTICS}")
    told = await desk.discord.post_in(desk.discord.add_dm(erin), lambda message: message.content)
    assert "Send Messages" in told.content


def place_without(desk: Desk, permission: Permission) -> tuple[Channel, User]:
    """A channel where the bot lacks a permission, and a person in it who has it."""
    guild = desk.discord.add_guild("strict", bot_permissions=int(Permission.VIEW_CHANNEL))
    denied = Overwrite(guild.id, deny=int(permission))
    channel = desk.discord.add_channel(guild, "talk", overwrites=[denied])
    return channel, desk.discord.add_member(guild, "dave", permissions=EVERY_PERMISSION)


async def test_a_file_alone_with_a_mention_is_no_question(desk: Desk) -> None:
    said = await desk.discord.say(
        desk.alice, desk.general, desk.discord.bot.mention, files=[Upload("a.txt", b"some text")]
    )
    assert "Ask me a question" in (await desk.discord.reply_to(said)).content


async def test_with_the_message_content_intent_threads_need_no_mention(tmp_path: Path) -> None:
    async with (
        DiscordStandIn(privileged=Intent.MESSAGE_CONTENT) as discord,
        running_bot(discord, tmp_path, message_content=True) as client,
    ):
        desk = make_desk(discord, client)
        await desk.text_of("parley set", threads=True)
        asked = await discord.say(desk.alice, desk.general, f"{discord.bot.mention} {TACTICS}")
        answer = await discord.reply_to(asked, lambda message: not in_progress(message))
        again = await discord.say(desk.alice, answer.channel, "And then?")
        await discord.reply_to(again, lambda message: not in_progress(message))
        assert desk.engine.asked[-1][1][0].text == TACTICS
        await discord.say(desk.alice, desk.general, FACTORS)  # elsewhere a mention is still needed
        await desk.ask(TACTICS)
        assert FACTORS not in [question for question, _ in desk.engine.asked]
