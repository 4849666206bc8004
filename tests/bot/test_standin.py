"""The stand-in for Discord, proven with a real discord.py client: interactions and their rules."""

from __future__ import annotations

from collections.abc import AsyncIterator

import discord
import pytest
import pytest_asyncio

from tests.bot.standin import Callback, ClientWouldNot, Permission
from tests.bot.tiny_client import Place, Then, connected, first_of


@pytest_asyncio.fixture
async def place() -> AsyncIterator[Place]:
    async with connected() as made:
        yield made


async def test_a_slash_command_carries_its_options_and_is_answered(place: Place) -> None:
    async def echo(interaction: discord.Interaction[discord.Client]) -> None:
        held = await interaction.extras["file"].read()
        await interaction.response.send_message(f"{interaction.extras['word']} {held.decode()}", ephemeral=True)

    place.client.then = echo
    attached = place.discord.upload(place.channel, "terms.txt", b"terms")
    asked = await place.discord.slash(place.alice, place.channel, "do", word="peace", file=attached)
    answer = await asked.response()
    assert (answer.content, answer.private, asked.callback) == ("peace terms", True, Callback.MESSAGE)
    assert asked.acknowledged_after is not None
    assert asked.acknowledged_after < 3


async def test_what_the_client_would_not_offer_is_refused_to_the_test(place: Place) -> None:
    with pytest.raises(ClientWouldNot, match="no option"):
        await place.discord.slash(place.alice, place.channel, "do", wrod="peace")
    with pytest.raises(ClientWouldNot, match="no command"):
        await place.discord.slash(place.alice, place.channel, "undo")
    with pytest.raises(ClientWouldNot, match="takes"):
        await place.discord.slash(place.alice, place.channel, "do", word=3)
    with pytest.raises(ClientWouldNot, match="not offered to alice"):
        await place.discord.slash(place.alice, place.channel, "managers")
    with pytest.raises(ClientWouldNot, match="not offered in context"):
        await place.discord.slash(place.alice, place.discord.add_dm(place.alice), "managers")
    boss = place.discord.add_member(place.guild, "boss", permissions=Permission.MANAGE_GUILD)
    assert (await (await place.discord.slash(boss, place.channel, "managers")).response()).content == "manager"


async def test_autocomplete_offers_choices(place: Place) -> None:
    offered = await place.discord.autocomplete(place.alice, place.channel, "do", focused="word", word="tru")
    assert [choice["value"] for choice in offered] == ["truce"]


async def test_buttons_menus_and_modals(place: Place) -> None:
    class Form(discord.ui.Modal, title="Why?"):
        reason = discord.ui.TextInput[discord.ui.Modal](label="Reason", min_length=3, max_length=20)

        async def on_submit(self, interaction: discord.Interaction[discord.Client], /) -> None:
            await interaction.response.send_message(f"because {self.reason.value}")

    async def show(interaction: discord.Interaction[discord.Client]) -> None:
        view = discord.ui.View()
        view.add_item(discord.ui.Button(label="More", custom_id="more"))
        view.add_item(discord.ui.Button(label="Gone", custom_id="gone", disabled=True))
        options = [discord.SelectOption(label="One", value="1"), discord.SelectOption(label="Two", value="2")]
        view.add_item(discord.ui.Select(custom_id="which", options=options))
        await interaction.response.send_message("choose", view=view)

    async def act(interaction: discord.Interaction[discord.Client]) -> None:
        if interaction.data is not None and interaction.data.get("custom_id") == "more":
            await interaction.response.send_modal(Form())
        elif interaction.type is discord.InteractionType.component:
            await interaction.response.edit_message(content=f"chosen {interaction.data['values']}")  # type: ignore

    place.client.then = show
    shown = await (await place.discord.slash(place.alice, place.channel, "do")).response()
    place.client.then = act
    with pytest.raises(ClientWouldNot, match="disabled"):
        await place.discord.press(place.alice, shown, "Gone")
    pressed = await place.discord.press(place.alice, shown, "More")
    assert (await pressed.form())["title"] == "Why?"
    with pytest.raises(ClientWouldNot, match="takes 3 to 20"):
        await place.discord.submit(place.alice, pressed, {"Reason": "no"})
    submitted = await place.discord.submit(place.alice, pressed, {"Reason": "of grain"})
    assert (await submitted.response()).content == "because of grain"
    await (await place.discord.choose(place.alice, shown, "Two")).acknowledged()
    assert shown.content == "chosen ['2']"


async def test_a_deferred_answer_keeps_its_privacy_and_is_filled_by_the_first_follow_up(place: Place) -> None:
    async def later(interaction: discord.Interaction[discord.Client]) -> None:
        await interaction.response.defer(ephemeral=True)
        await interaction.followup.send("first")
        await interaction.followup.send("second", ephemeral=False)
        await interaction.edit_original_response(content="edited")

    place.client.then = later
    asked = await place.discord.slash(place.alice, place.channel, "do")
    await asked.until(lambda message: message.content == "edited")
    assert [(message.content, message.private) for message in asked.messages] == [("edited", True), ("second", False)]
    assert place.client.failed == []


async def refusal_of(place: Place, then: Then) -> discord.HTTPException:
    """What the server answers to a client that does this with an interaction."""
    place.client.then = then
    await place.discord.slash(place.alice, place.channel, "do")
    failed = await first_of(place.client.failed)
    assert isinstance(failed, discord.HTTPException)
    place.client.failed.clear()
    return failed


async def test_an_interaction_that_is_not_answered_in_three_seconds_is_unknown(place: Place) -> None:
    async def late(interaction: discord.Interaction[discord.Client]) -> None:
        place.discord.advance_clock(3.1)
        await interaction.response.send_message("late")

    assert (await refusal_of(place, late)).code == 10062


async def test_an_interaction_is_answered_once(place: Place) -> None:
    async def twice(interaction: discord.Interaction[discord.Client]) -> None:
        await interaction.response.send_message("once")
        interaction.response._response_type = None
        await interaction.response.send_message("twice")

    assert (await refusal_of(place, twice)).code == 40060


async def test_a_modal_cannot_follow_a_defer_nor_answer_a_modal(place: Place) -> None:
    async def deferred(interaction: discord.Interaction[discord.Client]) -> None:
        await interaction.response.defer()
        interaction.response._response_type = None
        await interaction.response.send_modal(Form())

    class Form(discord.ui.Modal, title="Again?"):
        word = discord.ui.TextInput[discord.ui.Modal](label="Word", required=False)

    assert (await refusal_of(place, deferred)).code == 40060
    place.client.then = lambda interaction: interaction.response.send_modal(Form())
    opened = await place.discord.slash(place.alice, place.channel, "do")
    await place.discord.submit(place.alice, opened, {})
    failed = await first_of(place.client.failed)
    assert isinstance(failed, discord.HTTPException)
    assert failed.code == 50035


async def test_an_interactions_token_lives_fifteen_minutes(place: Place) -> None:
    async def slow(interaction: discord.Interaction[discord.Client]) -> None:
        await interaction.response.defer()
        place.discord.advance_clock(14 * 60)
        await interaction.edit_original_response(content="in time")
        place.discord.advance_clock(61)
        await interaction.followup.send("too late")

    failed = await refusal_of(place, slow)
    assert (failed.status, failed.code) == (401, 50027)


async def test_a_user_install_gets_five_follow_ups_in_a_server_without_the_bot(place: Place) -> None:
    guild = place.discord.add_guild("elsewhere", has_bot=False)
    channel = place.discord.add_channel(guild, "talk")
    guest = place.discord.add_member(guild, place.discord.add_user("guest", installed=True))

    async def chatty(interaction: discord.Interaction[discord.Client]) -> None:
        await interaction.response.send_message("0")
        for number in range(1, 7):
            await interaction.followup.send(str(number))

    place.client.then = chatty
    asked = await place.discord.slash(guest, channel, "do")
    await asked.until(lambda message: message.content == "5")
    await place.discord.wait(lambda: asked.refused, "the refusal")
    assert [message.content for message in asked.messages] == ["0", "1", "2", "3", "4", "5"]
    assert asked.refused[0].code == 40094
    with pytest.raises(ClientWouldNot, match="installed neither"):
        await place.discord.slash(place.discord.add_member(guild, "other"), channel, "do")
