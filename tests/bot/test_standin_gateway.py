"""The stand-in for Discord, proven with a real discord.py client: gateway, channels, messages, limits."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import discord
import pytest
import pytest_asyncio

from tests.bot.standin import Flag, Intent, Permission, Upload
from tests.bot.tiny_client import Client, Place, connected, first_of


@pytest_asyncio.fixture
async def place() -> AsyncIterator[Place]:
    async with connected() as made:
        yield made


async def test_login_registers_the_commands_and_learns_the_servers(place: Place) -> None:
    names = {command["name"] for command in place.discord.application.commands[0]}
    assert names == {"do", "Quote this", "managers"}
    await place.discord.slash(place.alice, place.channel, "do")
    assert place.client.get_guild(place.guild.id) is not None
    assert place.discord.refusals == []


async def test_a_wrong_token_is_refused_at_login_and_by_the_gateway(place: Place) -> None:
    other = Client()
    with pytest.raises(discord.LoginFailure):
        await other.start("wrong")
    await other.close()
    stranger = Client()
    await stranger.login(place.discord.token)
    stranger.http.token = "wrong"
    with pytest.raises((discord.ConnectionClosed, discord.GatewayNotFound)):
        await stranger.connect(reconnect=False)
    await stranger.close()


async def test_a_privileged_intent_that_was_not_granted_closes_with_4014(place: Place) -> None:
    nosy = Client(discord.Intents(guilds=True, message_content=True))
    with pytest.raises(discord.PrivilegedIntentsRequired):
        await nosy.start(place.discord.token)
    await nosy.close()
    assert place.discord.gateway.closes == [4014]


async def test_a_context_menu_brings_the_content_that_is_blank_elsewhere(place: Place) -> None:
    said = await place.discord.say(place.alice, place.channel, "the harvest")
    heard = await place.hear()
    assert heard[0].content == ""
    quoted = await (await place.discord.context_menu(place.alice, said, "Quote this")).response()
    assert quoted.content == "> the harvest"


async def test_content_comes_with_a_mention_a_reply_or_the_intent(place: Place) -> None:
    posted = await place.post("ours")
    await place.discord.say(place.alice, place.channel, "plain")
    await place.discord.say(place.alice, place.channel, f"{place.discord.bot.mention} named")
    await place.discord.say(place.alice, place.channel, "replied", reply_to=posted)
    await place.discord.say(place.alice, place.channel, "replied quietly", reply_to=posted, ping=False)
    await place.discord.say(place.alice, place.discord.add_dm(place.alice), "direct")
    heard = [message.content for message in await place.hear(5)]
    assert heard == ["", f"{place.discord.bot.mention} named", "replied", "", "direct"]
    place.discord.gateway.privileged = int(Intent.MESSAGE_CONTENT)
    other = Client(discord.Intents(guilds=True, guild_messages=True, message_content=True))
    running = asyncio.create_task(other.start(place.discord.token))
    await place.discord.wait(lambda: len(place.discord.gateway.identified) == 2, "the other client")
    await place.discord.say(place.alice, place.channel, "plain again")
    assert (await first_of(other.heard)).content == "plain again"
    await other.close()
    await running


async def test_a_mention_of_the_bots_role_brings_no_content(place: Place) -> None:
    mine = next(role for role in place.guild.roles.values() if role.bot_id == place.discord.bot.id)
    await place.discord.say(place.alice, place.channel, f"{mine.mention} hello")
    heard = (await place.hear())[0]
    assert heard.content == ""
    assert heard.guild is not None
    assert heard.role_mentions == [heard.guild.self_role]


async def test_missed_events_come_after_a_resume(place: Place) -> None:
    await place.discord.disconnect(4000)
    for number in range(3):
        await place.discord.say(place.alice, place.channel, f"{place.discord.bot.mention} {number}")
    heard = await place.hear(3)
    assert [message.content[-1] for message in heard] == ["0", "1", "2"]
    assert len(place.discord.gateway.identified) == 1
    place.discord.demand_reconnect()
    await place.discord.say(place.alice, place.channel, f"{place.discord.bot.mention} 3")
    assert (await place.hear(4))[3].content.endswith("3")
    session = next(iter(place.discord.gateway.sessions.values()))
    assert session.resumed == 2


@pytest.mark.slow
async def test_an_invalidated_session_is_identified_anew(place: Place) -> None:
    place.discord.invalidate_sessions()
    await place.discord.wait(lambda: len(place.discord.gateway.identified) == 2, "a second IDENTIFY", 30)
    await place.discord.say(place.alice, place.channel, f"{place.discord.bot.mention} back")
    assert (await place.hear())[0].content.endswith("back")


@pytest.mark.parametrize("scope", ["user", "shared", "global"])
async def test_a_429_is_waited_out(place: Place, scope: str) -> None:
    place.discord.rate_limit("POST /channels/.*/messages", times=2, retry_after=0.2, scope=scope)
    started = time.monotonic()
    posted = await place.post("patient")
    assert time.monotonic() - started >= 0.4
    assert not posted.deleted
    statuses = [item.status for item in place.discord.requests if item.line.startswith("POST /channels")]
    assert statuses == [429, 429, 200]


async def test_a_bucket_is_kept_to_by_its_headers(place: Place) -> None:
    place.discord.bucket("POST /channels/.*/messages", limit=2, seconds=0.5)
    started = time.monotonic()
    for number in range(5):
        await place.post(str(number))
    assert time.monotonic() - started >= 0.9
    assert 429 not in [item.status for item in place.discord.requests]


async def test_a_failure_of_the_server_is_tried_again(place: Place) -> None:
    place.discord.fail("POST /channels/.*/messages", status=502)
    assert (await place.post("again")).content == "again"


async def test_whom_a_message_would_ping(place: Place) -> None:
    text = f"@everyone {place.alice.mention} <@&{next(iter(place.guild.roles.values())).id}>"
    await place.post(text)
    assert {ping.whom for ping in place.discord.pings} >= {"@everyone", place.alice.mention}
    place.discord.pings.clear()
    await place.post(text, allowed_mentions=discord.AllowedMentions.none())
    await place.post(embed=discord.Embed(description=text))
    assert place.discord.pings == []
    place.client.then = lambda interaction: interaction.response.send_message(text)
    await (await place.discord.slash(place.alice, place.channel, "do")).response()
    assert [ping.whom for ping in place.discord.pings] == [place.alice.mention]


async def test_permissions_of_the_bot(place: Place) -> None:
    mute = place.discord.add_guild("mute", bot_permissions=0)
    everyone = mute.roles[mute.id]
    everyone.permissions = int(Permission.VIEW_CHANNEL)
    channel = place.discord.add_channel(mute, "hall")
    with pytest.raises(discord.Forbidden) as refused:
        await place.client.get_partial_messageable(channel.id).send("may I?")
    assert refused.value.code == 50013
    everyone.permissions = 0
    with pytest.raises(discord.Forbidden) as unseen:
        await place.client.get_partial_messageable(channel.id).send("may I?")
    assert unseen.value.code == 50001
    place.alice.dm_open = False
    with pytest.raises(discord.Forbidden) as closed:
        await (await place.client.fetch_user(place.alice.id)).send("hello")
    assert closed.value.code == 50007


async def test_threads_files_edits_reactions_and_deletion(place: Place) -> None:
    note = discord.File(__file__, "note.txt")
    posted = await place.post("with a file", file=note)
    assert posted.attachments[0].filename == "note.txt"
    channel = await place.client.fetch_channel(place.channel.id)
    assert isinstance(channel, discord.TextChannel)
    message = await channel.fetch_message(posted.id)
    assert (await message.attachments[0].read()).startswith(b'"""The stand-in')
    await message.edit(content="edited", attachments=[])
    assert (posted.content, posted.attachments, [version.content for version in posted.versions]) == (
        "edited",
        [],
        ["with a file", "edited"],
    )
    await message.add_reaction("👍")
    thread = await message.create_thread(name="more")
    said = await place.discord.say(place.alice, place.discord.world.channels[thread.id], place.discord.bot.mention)
    heard = await place.hear()
    assert isinstance(heard[0].channel, discord.Thread)
    await heard[0].reply("in the thread")
    assert (await place.discord.reply_to(said)).channel.parent_id == place.channel.id
    await message.delete()
    with pytest.raises(discord.NotFound) as gone:
        await channel.fetch_message(posted.id)
    assert gone.value.code == 10008


async def test_a_malformed_message_is_refused_with_the_path_of_the_fault(place: Place) -> None:
    with pytest.raises(discord.HTTPException) as refused:
        await place.post("x" * 2001)
    assert (refused.value.status, refused.value.code) == (400, 50035)
    assert "content" in refused.value.text
    with pytest.raises(discord.HTTPException) as empty:
        await place.post("   ")
    assert empty.value.code == 50006
    place.discord.posting.blocked_words.add("harvest")
    with pytest.raises(discord.HTTPException) as blocked:
        await place.post("the harvest")
    assert blocked.value.code == 200000


async def test_a_laid_out_message_stays_one(place: Place) -> None:
    class Layout(discord.ui.LayoutView):
        text = discord.ui.TextDisplay[discord.ui.LayoutView]("laid out")

    posted = await place.post(view=Layout())
    assert posted.has(Flag.COMPONENTS_V2)
    assert posted.text == "laid out"
    message = await place.client.get_partial_messageable(place.channel.id).fetch_message(posted.id)
    with pytest.raises(discord.HTTPException) as refused:
        await message.edit(content="words", view=None)
    assert refused.value.code == 50035


async def test_files_of_people_come_with_their_messages(place: Place) -> None:
    upload = Upload("list.csv", b"a,b")
    await place.discord.say(place.alice, place.discord.add_dm(place.alice), "here", files=[upload])
    heard = await place.hear()
    assert await heard[0].attachments[0].read() == b"a,b"
