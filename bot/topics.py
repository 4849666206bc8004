"""What the corpus holds (`/factors`, `/tactics`, `/timeline`, `/compare`, `/sources`); `/about` and `/quota`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import discord

from bot import access, quotas, store
from bot.acknowledge import acknowledge, asker_of, defer
from bot.asking import Asked, answer_question, in_pool, store_and_show
from bot.engine import Answers
from bot.markdown import one_line
from bot.panels import sources_pages
from bot.parts import Parts
from bot.pictures import compare_answer, groups_answer, timeline_answer
from bot.render import Page
from bot.reply import NO_PINGS, Reply
from bot.store import Stored
from bot.views import list_view
from bot.words import newest, plural, seconds_words
from retrieval import Answer, __version__

Interaction = discord.Interaction[Any]
Kind = Literal["factor", "tactic"]

_TITLES: dict[Kind, str] = {
    "factor": "Factors behind the reluctance on a ceasefire",
    "tactic": "Tactics that others may use",
}


async def show_groups(parts: Parts, interaction: Interaction, kind: Kind, actor: str) -> None:
    """Every factor or tactic that the sources name, of an actor where one is given."""
    title = _TITLES[kind] + (f", naming {actor}" if actor else "")
    await _show(parts, interaction, title, lambda e: groups_answer(title, e.groups(kind, actor), e.index_version))


async def show_timeline(parts: Parts, interaction: Interaction, actor: str, since: str, until: str) -> None:
    """What the sources date, oldest first."""
    spans = (
        f", naming {actor}" if actor else "",
        f", from {since}" if since else "",
        f", until {until}" if until else "",
    )
    title = f"What happened when{''.join(spans)}"
    await _show(
        parts,
        interaction,
        title,
        lambda e: timeline_answer(title, e.timeline(actor, since, until), e.index_version),
    )


async def show_comparison(parts: Parts, interaction: Interaction, left: str, right: str, topic: str) -> None:
    """What two sources say, side by side."""
    title = f"What {left} and {right} say" + (f" of {topic}" if topic else "")
    await _show(
        parts, interaction, title, lambda e: compare_answer(title, e.compare(left, right, topic), e.index_version)
    )


async def _show(parts: Parts, interaction: Interaction, title: str, make: Callable[[Answers], Answer]) -> None:
    reply = await acknowledge(parts, interaction)
    if reply is None:
        return
    guild_id = interaction.guild_id or 0

    async def produce(parts: Parts, asked: Asked, reply: Reply) -> Stored:
        answer = await in_pool(parts, reply, lambda _progress: make(parts.shelves.engine(guild_id)))
        return await store_and_show(parts, asked, reply, answer)

    asked = Asked(one_line(title), asker_of(interaction), interaction.channel_id or 0, "slash", reply.private)
    await answer_question(parts, asked, reply, produce)


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
