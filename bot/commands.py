"""The slash commands and message menus for everyone. Each acknowledges in its first line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from bot.acknowledge import acknowledge, asker_of
from bot.asking import QUESTION_LIMIT, Asked, answer_question
from bot.checking import check_and_store
from bot.markdown import one_line, shorten
from bot.modals import about_form
from bot.privacy import show_privacy
from bot.reply import NO_PINGS
from bot.topics import show_about, show_comparison, show_groups, show_quota, show_sources, show_timeline
from bot.views import OPTIONS
from retrieval import Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.client import ParleyClient

    Interaction = discord.Interaction[ParleyClient]
else:
    Interaction = discord.Interaction

Question = app_commands.Range[str, 1, QUESTION_LIMIT]
Words = app_commands.Range[str, 1, 100]
Day = app_commands.Range[str, 4, 10]


def suggest(sources: Sequence[Source], typed: str) -> list[app_commands.Choice[str]]:
    """Sources whose title, publisher or id holds what is typed, those that begin with it first."""
    wanted = one_line(typed).casefold()
    usable = [source for source in sources if 0 < len(source.id) <= 100]
    found = [one for one in usable if wanted in f"{one.title} {one.publisher} {one.id}".casefold()]
    found.sort(key=lambda source: (not source.title.casefold().startswith(wanted), source.title))
    return [
        app_commands.Choice(name=shorten(one_line(source.title) or source.id, 100), value=source.id)
        for source in found[:OPTIONS]
    ]


def resolve_source(sources: Sequence[Source], typed: str) -> tuple[str, ...]:
    """The id that is meant by what was chosen or typed; what is unknown stays, for the engine to refuse by name."""
    wanted = typed.strip()
    if not wanted or any(source.id == wanted for source in sources):
        return (wanted,) if wanted else ()
    titled = [source.id for source in sources if source.title.casefold() == wanted.casefold()]
    return (titled[0],) if titled else (wanted,)


@app_commands.command(name="ask", description="A cited answer from the sources")
@app_commands.describe(
    question="What do you want to know?",
    source="Answer from this source alone",
    private="Only you see the answer",
)
async def ask(
    interaction: Interaction, question: Question, source: str | None = None, private: bool | None = None
) -> None:
    """Answers a question."""
    reply = await acknowledge(interaction.client.parts, interaction, private)
    if reply is None:
        return
    known = interaction.client.parts.shelves.known_sources(interaction.guild_id or 0)
    asked = Asked(
        question=question,
        asker=asker_of(interaction),
        channel_id=interaction.channel_id or 0,
        surface="slash",
        private=reply.private,
        sources=resolve_source(known, source or ""),
    )
    await answer_question(interaction.client.parts, asked, reply)


@ask.autocomplete("source")
async def _suggest_source(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    return suggest(interaction.client.parts.shelves.known_sources(interaction.guild_id or 0), current)


@app_commands.command(name="check", description="What the sources say of a claim")
@app_commands.describe(claim="A sentence that may be true or not", private="Only you see the result")
async def check(interaction: Interaction, claim: Question, private: bool | None = None) -> None:
    """Checks a claim."""
    await _check(interaction, claim, private, "slash")


@app_commands.command(name="factors", description="The factors behind Russia's reluctance on a ceasefire")
@app_commands.describe(actor="Only what names this actor, for example Putin or NATO")
async def factors(interaction: Interaction, actor: Words | None = None) -> None:
    """Lists the factors."""
    await show_groups(interaction.client.parts, interaction, "factor", actor or "")


@app_commands.command(name="tactics", description="What others may do to move Russia towards a ceasefire")
@app_commands.describe(actor="Only what names this actor, for example Trump")
async def tactics(interaction: Interaction, actor: Words | None = None) -> None:
    """Lists the tactics."""
    await show_groups(interaction.client.parts, interaction, "tactic", actor or "")


@app_commands.command(name="timeline", description="What happened when, by the sources")
@app_commands.describe(
    actor="Only what names this actor", since="From this date, like 2025-02-01", until="Up to this date"
)
async def timeline(
    interaction: Interaction, actor: Words | None = None, since: Day | None = None, until: Day | None = None
) -> None:
    """Lists what is dated."""
    await show_timeline(interaction.client.parts, interaction, actor or "", since or "", until or "")


@app_commands.command(name="compare", description="What two sources say, side by side")
@app_commands.describe(left="A source", right="Another source", topic="Of what? Default: all that both speak of")
async def compare(interaction: Interaction, left: Words, right: Words, topic: Words | None = None) -> None:
    """Compares two sources."""
    known = interaction.client.parts.shelves.known_sources(interaction.guild_id or 0)
    first, second = ("".join(resolve_source(known, typed)) for typed in (left, right))
    await show_comparison(interaction.client.parts, interaction, first, second, topic or "")


@compare.autocomplete("left")
@compare.autocomplete("right")
async def _suggest_one_of_two(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    return suggest(interaction.client.parts.shelves.known_sources(interaction.guild_id or 0), current)


@app_commands.command(name="sources", description="What I answer from, newest first")
async def sources(interaction: Interaction) -> None:
    """Lists the sources."""
    await show_sources(interaction.client.parts, interaction)


@app_commands.command(name="about", description="What I am, and how I am doing")
async def about(interaction: Interaction) -> None:
    """Tells of the bot."""
    await show_about(
        interaction.client.parts, interaction, interaction.client.latency, interaction.client.invite_link()
    )


@app_commands.command(name="privacy", description="What I keep about you: see, export or delete it")
async def privacy(interaction: Interaction) -> None:
    """Shows what is kept."""
    await show_privacy(interaction.client.parts, interaction)


@app_commands.command(name="quota", description="How often you may still ask here today")
async def quota(interaction: Interaction) -> None:
    """Shows the quota."""
    await show_quota(interaction.client.parts, interaction)


@app_commands.context_menu(name="Fact-check this")
async def fact_check(interaction: Interaction, message: discord.Message) -> None:
    """Checks the claims of a message."""
    await _check(interaction, message.content, None, "menu")


@app_commands.context_menu(name="Ask about this")
async def ask_about(interaction: Interaction, message: discord.Message) -> None:
    """Asks for a question about a message."""
    if not message.content.strip():
        await interaction.response.send_message(
            "There is no text in that message.", ephemeral=True, allowed_mentions=NO_PINGS
        )
        return
    await interaction.response.send_modal(about_form(message.content))


async def _check(interaction: Interaction, text: str, private: bool | None, surface: str) -> None:
    reply = await acknowledge(interaction.client.parts, interaction, private)
    if reply is None:
        return
    asked = Asked(text, asker_of(interaction), interaction.channel_id or 0, surface, reply.private)
    await answer_question(interaction.client.parts, asked, reply, check_and_store)


COMMANDS: tuple[app_commands.Command[Any, ..., None] | app_commands.ContextMenu, ...] = (
    ask,
    check,
    factors,
    tactics,
    timeline,
    compare,
    sources,
    about,
    privacy,
    quota,
    fact_check,
    ask_about,
)
