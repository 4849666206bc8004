"""The first line of every handler: who asks, whether they may, and the acknowledgement, all from memory.

Discord gives three seconds, so nothing here waits for a store, an engine or a file.
"""

from __future__ import annotations

from typing import Any

import discord

from bot import store
from bot.access import Asker, is_private, refusal
from bot.parts import Parts
from bot.reply import NO_PINGS, InteractionReply

RESTARTING = "I am being restarted. Please ask again in a minute."


def asker_of(interaction: discord.Interaction[Any]) -> Asker:
    """Who used it, and where."""
    user = interaction.user
    roles = tuple(role.id for role in user.roles) if isinstance(user, discord.Member) else ()
    return Asker(
        user_id=user.id,
        guild_id=interaction.guild_id or 0,
        place_ids=place_ids(interaction.channel_id, interaction.channel),
        role_ids=roles,
        manager=bool(interaction.guild_id) and interaction.permissions.manage_guild,
    )


def place_ids(channel_id: int | None, channel: object) -> tuple[int, ...]:
    """The ids of a channel and, of a thread, of the channel it hangs under."""
    parent = getattr(channel, "parent_id", None)
    return tuple(place for place in (channel_id, parent) if isinstance(place, int))


async def acknowledge(
    parts: Parts, interaction: discord.Interaction[Any], chosen: bool | None = None
) -> InteractionReply | None:
    """Defers a question's interaction, privately or not; where the person may not ask here, says so and gives None."""
    asker = asker_of(interaction)
    settings = parts.guild(asker.guild_id)
    refused = RESTARTING if parts.stopping else refusal(settings, asker)
    if refused:
        await interaction.response.send_message(refused, ephemeral=True, allowed_mentions=NO_PINGS)
        return None
    private = is_private(parts.settings, settings, chosen)
    return await defer(parts, interaction, private)


async def defer(parts: Parts, interaction: discord.Interaction[Any], private: bool = True) -> InteractionReply:
    """Acknowledges with "thinking", to the person alone or to all."""
    with parts.holding():
        await interaction.response.defer(ephemeral=private, thinking=True)
    parts.metrics.acknowledged.observe(max(0.0, (store.now() - interaction.created_at).total_seconds()))
    return InteractionReply(interaction, private)
