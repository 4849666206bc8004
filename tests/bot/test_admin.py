"""What managers choose, end to end: channels, roles, quotas, privacy, collections of their own."""

from __future__ import annotations

import pytest

from tests.bot.desk import FACTORS, TACTICS, Desk, answered, make_desk
from tests.bot.standin import ClientWouldNot

pytestmark = pytest.mark.asyncio(loop_scope="module")
SECRET = b"Desk memo | The confidential courier travels through Samarkand."
COURIER = "Where does the confidential courier travel?"


async def test_only_managers_are_offered_the_command(desk: Desk) -> None:
    with pytest.raises(ClientWouldNot, match="not offered"):
        await desk.discord.slash(desk.alice, desk.general, "parley show")


async def test_others_are_refused_even_when_discord_lets_them_through(desk: Desk) -> None:
    """A server may hand the command to anyone in its integration settings."""
    command = desk.discord.acts.command(desk.boss, desk.general, "parley")
    needed, command["default_member_permissions"] = command["default_member_permissions"], None
    told = await desk.text_of("parley show", desk.alice)
    command["default_member_permissions"] = needed
    assert "people who may manage this server" in told


async def test_channels_can_be_limited(desk: Desk) -> None:
    other = desk.discord.add_channel(desk.guild, "questions")
    await desk.text_of("parley channel", channel=other)
    assert f"keeps me to other channels: <#{other.id}>" in (await desk.ask()).content
    asked = await desk.discord.slash(desk.alice, other, "ask", question=FACTORS)
    assert "Territorial" in (await answered(asked)).content
    await desk.text_of("parley channel", channel=other, allow=False)
    assert "Territorial" in (await desk.ask()).content


async def test_roles_can_be_limited_and_given_quotas(desk: Desk) -> None:
    analysts = desk.discord.add_role(desk.guild, "analysts")
    grace = desk.discord.add_member(desk.guild, "grace", roles=[analysts])
    await desk.text_of("parley role", role=analysts, what="allow")
    refused = await desk.ask()
    assert refused.private
    assert "lets only some roles ask me" in refused.content
    assert "Territorial" in (await desk.ask(who=grace)).content
    await desk.text_of("parley role", role=analysts, what="limit", questions=2)
    assert "Territorial" in (await desk.ask(who=grace)).content
    assert "your 2 questions for today" in (await desk.ask(who=grace)).content
    assert "0 questions left of 2" in await desk.text_of("quota", grace)
    await desk.text_of("parley role", role=analysts, what="forbid")
    await desk.text_of("parley role", role=analysts, what="unlimit")


async def test_a_quota_and_a_cooldown_hold_and_refusals_are_private(desk: Desk) -> None:
    heidi = desk.discord.add_member(desk.guild, "heidi")
    await desk.text_of("parley set", quota=1, cooldown=0)
    await desk.ask(who=heidi)
    refused = await desk.ask(who=heidi)
    assert refused.private
    assert "your 1 question for today" in refused.content
    await desk.text_of("parley set", quota=0, cooldown=3600)
    assert "you can ask again in 60 min" in (await desk.ask(who=heidi)).content
    await desk.text_of("parley set", cooldown=0)


async def test_answers_can_be_private_by_default(desk: Desk) -> None:
    await desk.text_of("parley set", private=True)
    assert (await desk.ask()).private
    assert not (await desk.ask(private=False)).private
    assert "**Private by default**: yes" in await desk.text_of("parley show")
    await desk.text_of("parley set", private=False)


async def test_settings_are_kept_by_server(desk: Desk) -> None:
    other = make_desk(desk.discord, desk.client, "other")
    await other.text_of("parley set", quota=7)
    assert "**Questions a day**: 7" in await other.text_of("parley show")
    assert "**Questions a day**: 7" not in await desk.text_of("parley show")


async def test_a_servers_collection_never_answers_another(desk: Desk) -> None:
    """The file's words come in the server's answers, its sources, its suggestions; nowhere else."""
    ours, theirs = make_desk(desk.discord, desk.client, "ours"), make_desk(desk.discord, desk.client, "theirs")
    file = desk.discord.upload(ours.general, "memo.txt", SECRET)
    assert "Added: server-memo" in await ours.text_of("parley ingest", file=file)
    assert "Samarkand" in (await ours.ask(COURIER)).content
    assert "Desk memo" in await ours.text_of("sources")
    assert "Territorial" in (await ours.ask(FACTORS)).content
    for place in (theirs, desk):
        assert "Samarkand" not in (await place.ask(COURIER)).text
        assert "Desk memo" not in await place.text_of("sources")
        offered = await place.discord.autocomplete(place.alice, place.general, "ask", focused="source", question="x")
        assert "server-memo" not in [choice["value"] for choice in offered]
    direct = desk.discord.add_dm(ours.alice)
    asked = await desk.discord.say(ours.alice, direct, COURIER)
    assert "Samarkand" not in (await desk.discord.reply_to(asked, lambda found: "Searched" in found.content)).text


async def test_one_answers_passages_are_not_opened_from_another_server(desk: Desk) -> None:
    """A button's id carried over by hand shows nothing."""
    ours, theirs = make_desk(desk.discord, desk.client, "first"), make_desk(desk.discord, desk.client, "second")
    file = desk.discord.upload(ours.general, "memo.txt", SECRET)
    await ours.text_of("parley ingest", file=file)
    secret, public = await ours.ask(COURIER), await theirs.ask(TACTICS)
    public.components[0]["components"][0]["custom_id"] = secret.menu("").custom_id
    shown = await answered(await desk.discord.choose(theirs.alice, public, "1"))
    assert "no longer stored" in shown.content
    assert "Samarkand" not in shown.content


async def test_a_collection_is_listed_and_things_are_taken_out(desk: Desk) -> None:
    ours = make_desk(desk.discord, desk.client, "tidy")
    file = desk.discord.upload(ours.general, "memo.txt", SECRET)
    await ours.text_of("parley ingest", file=file)
    assert "server-memo.txt" in await ours.text_of("parley collection")
    assert "index `" in await ours.text_of("parley reload")
    assert "0 documents" in await ours.text_of("parley collection", remove="server-memo.txt")
    assert "Samarkand" not in (await ours.ask(COURIER)).text


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("memo.exe", b"MZ", "I do not read .exe"),
        ("broken.txt", b"no title", "Could not read server-broken.txt: server-broken.txt could not be read"),
    ],
)
async def test_what_cannot_be_read_is_said_and_not_kept(desk: Desk, name: str, content: bytes, words: str) -> None:
    file = desk.discord.upload(desk.general, name, content)
    assert words in await desk.text_of("parley ingest", file=file)
    assert "0 documents" in await desk.text_of("parley collection")


async def test_an_address_that_cannot_be_fetched_is_said_and_not_kept(desk: Desk) -> None:
    assert "Could not read https" in await desk.text_of("parley ingest", address="https://example.org/page")
    assert "must begin with https" in await desk.text_of("parley ingest", address="file:///etc/passwd")
    assert "either a `file` or an `address`" in await desk.text_of("parley ingest")
    assert "0 documents" in await desk.text_of("parley collection")


async def test_stats_count_what_was_asked_here(desk: Desk) -> None:
    ours = make_desk(desk.discord, desk.client, "counted")
    await ours.ask(FACTORS)
    await ours.ask("What is for lunch?")
    assert "2 questions of 1 person, 1 answered (50%)" in await ours.text_of("parley stats")
