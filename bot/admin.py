"""`/parley …`: what the managers of a server choose for it. Every reply is for the manager alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import discord
from discord import app_commands

from bot import guilds
from bot.access import GuildSettings
from bot.acknowledge import asker_of, defer
from bot.engine import Added
from bot.markdown import brief, join_within
from bot.render import CONTENT_LIMIT, Page
from bot.reply import NO_PINGS, InteractionReply
from bot.shelves import SUFFIXES
from bot.words import plural, seconds_words
from retrieval import UsageError

if TYPE_CHECKING:
    from bot.client import ParleyClient

    Interaction = discord.Interaction[ParleyClient]
else:
    Interaction = discord.Interaction

Result = TypeVar("Result")
Place = discord.TextChannel | discord.ForumChannel | discord.VoiceChannel | discord.Thread
ROLE_CHOICES = {
    "may ask": "allow",
    "may no longer ask": "forbid",
    "questions a day": "limit",
    "no own limit": "unlimit",
}

INGEST_SECONDS = 600.0

group = app_commands.Group(
    name="parley",
    description="What I do in this server, for its managers",
    guild_only=True,
    default_permissions=discord.Permissions(manage_guild=True),
    allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
    allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
)


@group.command(name="show", description="What is set here")
async def show(interaction: Interaction) -> None:
    """Shows the server's settings."""
    if reply := await _managing(interaction):
        settings = interaction.client.parts.guild(interaction.guild_id or 0)
        await reply.finish(Page(settings_text(settings)), None)


@group.command(name="set", description="Privacy, cooldown, daily quota and threads")
@app_commands.describe(
    private="Answers to commands are for the asker alone unless they choose otherwise",
    cooldown="Seconds between two questions of one person",
    quota="Questions a day for one person; 0: no limit",
    threads="Answer mentions in a thread of their own",
)
async def set_(
    interaction: Interaction,
    private: bool | None = None,
    cooldown: app_commands.Range[int, 0, 86_400] | None = None,
    quota: app_commands.Range[int, 0, 100_000] | None = None,
    threads: bool | None = None,
) -> None:
    """Changes settings; what is left out stays."""
    if reply := await _managing(interaction):
        chosen = {"private": private, "cooldown": cooldown, "quota": quota, "threads": threads}
        given = {name: value for name, value in chosen.items() if value is not None}
        await _change(interaction, reply, lambda settings: dataclasses.replace(settings, **given))  # type: ignore[arg-type]


@group.command(name="channel", description="Allow a channel; with none allowed, all are")
@app_commands.describe(channel="Which?", allow="Allow it, or take it off the list")
async def channel(interaction: Interaction, channel: Place, allow: bool = True) -> None:
    """Adds or removes an allowed channel."""
    if reply := await _managing(interaction):
        await _change(
            interaction,
            reply,
            lambda settings: dataclasses.replace(settings, channels=_with(settings.channels, channel.id, allow)),
        )


@group.command(name="role", description="Who may ask, and how often")
@app_commands.describe(
    role="Which?", what="What to set", questions="Questions a day, for “questions a day”; 0: no limit"
)
@app_commands.choices(what=[app_commands.Choice(name=name, value=value) for name, value in ROLE_CHOICES.items()])
async def role(
    interaction: Interaction,
    role: discord.Role,
    what: app_commands.Choice[str],
    questions: app_commands.Range[int, 0, 100_000] | None = None,
) -> None:
    """Adds or removes an allowed role, or its daily quota."""
    if reply := await _managing(interaction):
        if what.value == "limit" and questions is None:
            await reply.finish(Page("Say how many `questions` a day."), None)
            return
        await _change(interaction, reply, lambda settings: role_changed(settings, role.id, what.value, questions or 0))


@group.command(name="ingest", description="Add a file or an address to this server's own collection")
@app_commands.describe(file=f"A text ({', '.join(SUFFIXES[:6])} …)", address="A web page or PDF")
async def ingest(interaction: Interaction, file: discord.Attachment | None = None, address: str | None = None) -> None:
    """Adds to the server's collection."""
    reply = await _managing(interaction)
    if reply is None:
        return
    parts, guild_id = interaction.client.parts, interaction.guild_id or 0
    if (file is None) == (address is None):
        await reply.finish(Page("Give me either a `file` or an `address`."), None)
        return
    if file is not None:
        if file.size > parts.settings.collection_bytes:
            limit = f"{parts.settings.collection_bytes / 1e6:.0f} MB"
            await reply.finish(Page(f"That file is larger than the {limit} I take."), None)
            return
        name, content = file.filename, await _downloaded(file)
        added = await parts.pool.run(lambda: parts.shelves.add_file(guild_id, name, content), INGEST_SECONDS)
    else:
        where = (address or "").strip()
        added = await parts.pool.run(lambda: parts.shelves.add_address(guild_id, where), INGEST_SECONDS)
    await parts.pool.run(lambda: parts.shelves.engine(guild_id))
    await reply.finish(Page(added_text(added)), None)


@group.command(name="collection", description="This server's own collection, and taking something out of it")
@app_commands.describe(remove="The name of a file or the address to take out")
async def collection(interaction: Interaction, remove: str | None = None) -> None:
    """Lists the collection, or takes something out of it."""
    reply = await _managing(interaction)
    if reply is None:
        return
    parts, guild_id = interaction.client.parts, interaction.guild_id or 0
    if remove:
        await parts.pool.run(lambda: parts.shelves.remove(guild_id, remove.strip()), INGEST_SECONDS)
    holdings = await parts.pool.run(lambda: parts.shelves.holdings(guild_id))
    lines = [f"- {brief(holding.name, 300)}" for holding in holdings]
    head = f"This server has added {plural(len(holdings), 'document')}." + (
        "" if lines else " `/parley ingest` adds one."
    )
    await reply.finish(Page(join_within([head, *lines], CONTENT_LIMIT)), None)


@group.command(name="reload", description="Open the collections afresh")
async def reload(interaction: Interaction) -> None:
    """Opens the index afresh."""
    if reply := await _managing(interaction):
        parts, guild_id = interaction.client.parts, interaction.guild_id or 0
        version = await parts.pool.run(lambda: parts.shelves.reload(guild_id), INGEST_SECONDS)
        await reply.finish(Page(f"Reloaded; answers come from index `{version}` now."), None)


@group.command(name="stats", description="What was asked here, and how answers were rated")
async def stats(interaction: Interaction) -> None:
    """Shows the server's figures."""
    if reply := await _managing(interaction):
        found = await interaction.client.parts.database.run(guilds.stats, interaction.guild_id or 0)
        await reply.finish(Page(stats_text(found)), None)


def settings_text(settings: GuildSettings) -> str:
    """A server's settings in words."""
    channels = ", ".join(f"<#{channel}>" for channel in settings.channels) or "all"
    roles = ", ".join(f"<@&{role}>" for role in settings.roles) or "all"
    limits = ", ".join(f"<@&{role}> {quota or 'no limit'}" for role, quota in settings.role_quotas.items()) or "none"
    words = {None: "as the operator set it", True: "yes", False: "no"}
    cooldown = words[None] if settings.cooldown is None else f"{settings.cooldown} s"
    quota = words[None] if settings.quota is None else f"{settings.quota or 'no limit'}"
    lines = [
        f"**Channels**: {channels}",
        f"**Roles**: {roles}",
        f"**Questions a day**: {quota} · by role: {limits}",
        f"**Cooldown**: {cooldown}",
        f"**Private by default**: {words[settings.private]}",
        f"**Mentions answered in a thread**: {words[settings.threads]}",
    ]
    return join_within(lines, CONTENT_LIMIT)


def stats_text(found: guilds.Stats) -> str:
    """A server's figures in words."""
    share = f" ({found.answered / found.asked:.0%})" if found.asked else ""
    return "\n".join(
        (
            f"{plural(found.asked, 'question')} of {plural(found.people, 'person').replace('persons', 'people')},"
            f" {found.answered} answered{share}; the others had no answer in the sources.",
            f"Ratings: 👍 {found.up} · 👎 {found.down}",
            f"-# on average support {found.support:.2f}, {seconds_words(found.seconds)} of engine time",
        )
    )


def added_text(added: Added) -> str:
    """What an ingest did, in words."""
    lines = [f"Added: {brief(name, 200)}" for name in added.added]
    lines += [f"Updated: {brief(name, 200)}" for name in added.changed]
    lines += [f"Could not read {brief(name, 200)}: {brief(why, 300)}" for name, why in added.failed]
    if not lines:
        lines.append("Nothing new: this was in the collection already.")
    elif not added.failed:
        lines.append("-# Only this server's answers use it.")
    return join_within(lines, CONTENT_LIMIT)


def role_changed(settings: GuildSettings, role_id: int, what: str, questions: int) -> GuildSettings:
    """The settings with a role allowed, forbidden, limited or no longer limited."""
    if what in ("allow", "forbid"):
        return dataclasses.replace(settings, roles=_with(settings.roles, role_id, what == "allow"))
    quotas = {role: quota for role, quota in settings.role_quotas.items() if role != role_id}
    if what == "limit":
        quotas[role_id] = questions
    return dataclasses.replace(settings, role_quotas=quotas)


def _with(ids: tuple[int, ...], one: int, there: bool) -> tuple[int, ...]:
    others = tuple(other for other in ids if other != one)
    return (*others, one) if there else others


async def _managing(interaction: Interaction) -> InteractionReply | None:
    """Acknowledges a manager; others are told that this is not for them, whatever Discord let through."""
    if not asker_of(interaction).manager:
        await interaction.response.send_message(
            "This is for people who may manage this server.", ephemeral=True, allowed_mentions=NO_PINGS
        )
        return None
    return await defer(interaction.client.parts, interaction)


async def _downloaded(file: discord.Attachment) -> bytes:
    try:
        return await file.read()
    except discord.HTTPException as error:
        raise UsageError("Discord did not give me that file; attach it again.") from error


async def _change(
    interaction: Interaction, reply: InteractionReply, change: Callable[[GuildSettings], GuildSettings]
) -> None:
    parts, guild_id = interaction.client.parts, interaction.guild_id or 0
    settings = change(parts.guild(guild_id))
    await parts.database.run(guilds.save, guild_id, settings)
    parts.guilds[guild_id] = settings
    await reply.finish(Page(settings_text(settings)), None)
