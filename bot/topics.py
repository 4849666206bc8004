"""`/factors`, `/tactics`, `/sources`, `/about` and `/quota`: questions with no typing, and facts about the bot."""

from __future__ import annotations

from typing import Any

import discord

from bot import access, quotas, store
from bot.acknowledge import acknowledge, asker_of, defer
from bot.asking import Asked, answer_question
from bot.markdown import one_line
from bot.panels import sources_pages
from bot.parts import Parts
from bot.render import Page
from bot.reply import NO_PINGS
from bot.views import list_view
from bot.words import newest, plural, seconds_words
from retrieval import __version__

Interaction = discord.Interaction[Any]


def factors_question(actor: str) -> str:
    """What `/factors` asks."""
    according = f", according to {actor}" if actor else ""
    return f"What factors explain Russia's reluctance to agree to a ceasefire{according}?"


def tactics_question(actor: str) -> str:
    """What `/tactics` asks."""
    return f"Which tactics could {f'{actor} use' if actor else 'be employed'} towards Russia?"


async def ask_fixed(parts: Parts, interaction: Interaction, question: str) -> None:
    """Asks a question that a command stands for."""
    reply = await acknowledge(parts, interaction)
    if reply is None:
        return
    asked = Asked(one_line(question), asker_of(interaction), interaction.channel_id or 0, "slash", reply.private)
    await answer_question(parts, asked, reply)


async def show_sources(parts: Parts, interaction: Interaction) -> None:
    """The list of sources, newest first, paged."""
    reply = await defer(parts, interaction)
    pages = await _source_pages(parts, interaction)
    await reply.finish(Page(pages[0]), list_view("list", 0, len(pages)))


async def turn_list(parts: Parts, interaction: Interaction, number: int) -> None:
    """Another page of the list of sources."""
    await interaction.response.defer()
    pages = await _source_pages(parts, interaction)
    number = min(number, len(pages) - 1)
    view = list_view("list", number, len(pages))
    await interaction.edit_original_response(content=pages[number], view=view, allowed_mentions=NO_PINGS)


async def show_quota(parts: Parts, interaction: Interaction) -> None:
    """How often this person may still ask here."""
    reply = await defer(parts, interaction)
    asker = asker_of(interaction)
    allowed = access.allowance(parts.settings, parts.guild(asker.guild_id), asker)
    usage = await parts.database.run(quotas.used, asker.guild_id, asker.user_id, store.now())
    await reply.finish(Page(access.quota_words(usage, allowed)), None)


async def show_about(parts: Parts, interaction: Interaction, latency: float, invite: str) -> None:
    """What this bot is, what it answers from, and how it does."""
    reply = await defer(parts, interaction)
    guild_id = interaction.guild_id or 0
    engine = await parts.pool.run(lambda: parts.shelves.engine(guild_id))
    version = await parts.pool.run(lambda: engine.index_version)
    await reply.finish(Page(about_text(parts, guild_id, version, latency, invite)), None)


def about_text(parts: Parts, guild_id: int, index_version: str, latency: float, invite: str) -> str:
    """What `/about` says."""
    sources = parts.shelves.known_sources(guild_id)
    latest = newest(source.date for source in sources)
    held = plural(len(sources), "source") + (f", the newest of {latest}" if latest else "")
    up = (store.now() - parts.started).total_seconds()
    middle, high = (1000 * parts.watchdog.percentile(share) for share in (0.5, 0.99))
    late = "not known yet" if latency != latency else f"{1000 * latency:.0f} ms"
    return "\n".join(
        (
            f"**Parley {__version__}** answers from its sources alone: every sentence is cited to the words of a"
            " source, and where the sources are silent it says so.",
            f"{held} · index `{index_version}`",
            f"-# up for {seconds_words(up)} · {plural(parts.in_hand, 'question')} in hand · gateway {late} ·"
            f" event loop late by {middle:.0f} ms (median), {high:.0f} ms (99th percentile)",
            f"Add me: <{invite}>" if invite else "",
        )
    ).strip()


async def _source_pages(parts: Parts, interaction: Interaction) -> list[str]:
    guild_id = interaction.guild_id or 0
    sources = await parts.pool.run(lambda: parts.shelves.engine(guild_id).sources())
    return sources_pages(sources)
