"""When things go wrong, end to end: lost connections, limits, expired tokens, broken engines, full queues."""

from __future__ import annotations

import itertools
import json
import logging

import pytest

from bot.logs import JsonFormatter
from tests.bot.desk import FACTORS, TACTICS, Desk, answered, in_progress
from tests.bot.standin import Message

pytestmark = pytest.mark.asyncio(loop_scope="module")


def done(message: Message) -> bool:
    return not in_progress(message)


async def test_a_question_asked_while_the_connection_is_lost_is_answered_after_the_resume(desk: Desk) -> None:
    await desk.discord.disconnect(4000)
    asked = await desk.discord.slash(desk.alice, desk.general, "ask", question=FACTORS)
    said = await desk.discord.say(desk.alice, desk.general, f"{desk.discord.bot.mention} {TACTICS}")
    assert "Territorial" in (await answered(asked)).content
    assert "Economic leverage" in (await desk.discord.reply_to(said, done)).content
    desk.discord.demand_reconnect()
    assert "Territorial" in (await desk.ask()).content
    assert len(desk.discord.gateway.identified) == 1


async def test_a_429_on_any_step_of_an_answer_is_waited_out(desk: Desk) -> None:
    for pattern, scope in (
        ("POST /interactions", "user"),
        ("PATCH /webhooks", "shared"),
        ("PATCH /webhooks", "global"),
    ):
        desk.discord.rate_limit(pattern, times=1, retry_after=0.3, scope=scope)
        assert "Territorial" in (await desk.ask()).content
    for pattern in ("POST /channels/.*/messages", "PATCH /channels/.*/messages"):
        desk.discord.rate_limit(pattern, times=2, retry_after=0.2)
        said = await desk.discord.say(desk.alice, desk.general, f"{desk.discord.bot.mention} {TACTICS}")
        assert "Economic leverage" in (await desk.discord.reply_to(said, done)).content
    assert all(order.times == 0 for order in desk.discord.server.limits.orders)


async def test_a_server_error_of_discord_is_tried_again(desk: Desk) -> None:
    desk.discord.fail("PATCH /webhooks", times=1, status=502)
    assert "Territorial" in (await desk.ask()).content


async def test_progress_is_shown_at_most_once_a_second_and_the_answer_always_lands(desk: Desk) -> None:
    desk.engine.delay = 3.5
    try:
        asked = await desk.discord.slash(desk.alice, desk.general, "ask", question=FACTORS)
        answer = await answered(asked)
    finally:
        desk.engine.delay = 0.0
    times = [seconds for seconds, _message in asked.edits]
    assert len(times) >= 3
    assert all(later - earlier >= 0.99 for earlier, later in itertools.pairwise(times))
    shown = [version.content for version in answer.versions[1:]]
    assert all(text.startswith("-# ") for text in shown[:-1])
    assert "Territorial" in shown[-1]


@pytest.mark.parametrize("private", [False, True])
async def test_an_answer_later_than_fifteen_minutes_is_written_anew(desk: Desk, private: bool) -> None:
    """In the channel, and a private one in the direct messages of who asked."""
    place = desk.discord.add_dm(desk.alice) if private else desk.general
    desk.engine.delay = 0.6
    try:
        asked = await desk.discord.slash(desk.alice, desk.general, "ask", question=FACTORS, private=private)
        await asked.acknowledged()
        desk.discord.advance_clock(15 * 60 + 1)
        written = await desk.discord.post_in(place, lambda m: "Territorial" in m.content and m.interaction is None)
    finally:
        desk.engine.delay = 0.0
    assert written.buttons
    why = await answered(await desk.discord.press(desk.alice, written, "Why this answer?"))
    assert "small" in why.content
    forgive(desk, 50027)


async def test_a_failure_is_one_line_with_an_id_and_its_traceback_is_in_the_log_without_the_question(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.engine.breaks = RuntimeError(f"the index fell over at {FACTORS}")
    try:
        with caplog.at_level(logging.INFO):
            failed = await desk.ask()
    finally:
        desk.engine.breaks = None
    assert failed.private
    assert failed.content.count("\n") == 0
    identifier = failed.content.split("`")[1]
    record = next(record for record in caplog.records if getattr(record, "failure", "") == identifier)
    line = json.loads(JsonFormatter().format(record))
    assert "RuntimeError" in line["trace"]
    assert "Traceback" not in failed.content
    assert not any(FACTORS in JsonFormatter().format(record) for record in caplog.records)


async def test_automod_is_explained(desk: Desk) -> None:
    desk.discord.posting.blocked_words.add("territorial")
    try:
        blocked = await desk.ask()
    finally:
        desk.discord.posting.blocked_words.clear()
    assert "AutoMod" in blocked.content
    forgive(desk, 200000)


async def test_a_deleted_reply_or_message_harms_nobody(desk: Desk) -> None:
    desk.engine.delay = 0.9
    try:
        said = await desk.discord.say(desk.alice, desk.general, f"{desk.discord.bot.mention} {TACTICS}")
        begun = await desk.discord.reply_to(said)
        desk.discord.posting.delete(said)
        desk.discord.posting.delete(begun)
        written = await desk.discord.post_in(desk.general, lambda m: "Economic" in m.content, after=said)
        assert written.buttons
        asked = await desk.discord.slash(desk.alice, desk.general, "ask", question=FACTORS)
        await asked.acknowledged()
        assert asked.original is not None
        desk.discord.posting.delete(asked.original)
        await desk.discord.post_in(desk.general, lambda m: "Territorial" in m.content, after=written)
    finally:
        desk.engine.delay = 0.0
    forgive(desk, 10008, 50035)
    assert "Territorial" in (await desk.ask()).content


async def test_an_answer_for_a_channel_that_is_gone_harms_nobody(desk: Desk) -> None:
    doomed = desk.discord.add_channel(desk.guild, "doomed")
    desk.engine.delay = 0.5
    try:
        said = await desk.discord.say(desk.alice, doomed, f"{desk.discord.bot.mention} {TACTICS}")
        await desk.discord.reply_to(said)
        del desk.discord.world.channels[doomed.id]
        await desk.discord.wait(lambda: desk.discord.server.errors, "an edit that fails")
    finally:
        desk.engine.delay = 0.0
    assert "Territorial" in (await desk.ask()).content
    forgive(desk, 10003)


def forgive(desk: Desk, *codes: int) -> None:
    """Takes refusals that a test provoked off the list, and only those."""
    assert {error.code for _line, error in desk.discord.server.errors} <= set(codes)
    desk.discord.server.errors.clear()


async def test_who_mentions_the_bots_role_is_told_how_to_ask(desk: Desk) -> None:
    """Discord does not show the bot what such a message says."""
    mine = next(role for role in desk.guild.roles.values() if role.bot_id == desk.discord.bot.id)
    said = await desk.discord.say(desk.alice, desk.general, f"{mine.mention} {FACTORS}")
    assert "`/ask`" in (await desk.discord.reply_to(said)).content


@pytest.mark.parametrize(
    "custom_id",
    [
        "parley:why:0123456789abcdef:0",
        "parley:page:0123456789abcdef:999999",
        "parley:nothing:-:0",
        "parley:here:-:0",
        "parley:deletenow:0123456789abcdef:0",
    ],
)
async def test_buttons_of_another_time_are_answered_and_harm_nobody(desk: Desk, custom_id: str) -> None:
    """A button whose answer is gone, or that only an older or newer bot knows."""
    pressed = await desk.discord.press(desk.alice, old_message(desk, custom_id), "Old")
    assert (await pressed.until(done)).private


async def test_buttons_of_others_are_left_alone(desk: Desk) -> None:
    pressed = await desk.discord.press(desk.alice, old_message(desk, "another-bot:1"), "Old")
    assert "Territorial" in (await desk.ask()).content
    assert pressed.callback is None


def old_message(desk: Desk, custom_id: str) -> Message:
    """A message that an earlier bot left in the channel, with a button."""
    button = {"type": 2, "style": 2, "label": "Old", "custom_id": custom_id}
    content = {"content": "from long ago", "components": [{"type": 1, "components": [button]}]}
    return desk.discord.posting.create(desk.general, content)
