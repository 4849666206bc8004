"""Works out whom a message would ping, by what it says and what it allows. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.bot.standin.messages import Message
from tests.bot.standin.permissions import Permission
from tests.bot.standin.validate_components import Part, walk
from tests.bot.standin.world import Channel, World

EVERYTHING = frozenset({"users", "roles", "everyone"})
# What an absent allowed_mentions means: all for an ordinary message, users alone for a reply to an interaction.
DEFAULT_PARSE = {False: EVERYTHING, True: frozenset({"users"})}

_USER = re.compile(r"<@!?(\d+)>")
_ROLE = re.compile(r"<@&(\d+)>")
_EVERYONE = re.compile(r"@(everyone|here)")


@dataclass(frozen=True, slots=True)
class Ping:
    """Who would be disturbed by which message: @everyone, @here, a user or a role by its mention."""

    whom: str
    message_id: int
    edit: bool


def mentionable_text(content: str, components: object) -> str:
    """All text of a message in which mentions count: its content and its text displays, never its embeds."""
    shown = [str(part.get("content", "")) for part in walk(components) if part.get("type") == Part.TEXT]
    return "\n".join([content, *shown])


def pings_of(
    world: World, message: Message, allowed: Mapping[str, Any] | None, *, interaction: bool, edit: bool
) -> list[Ping]:
    """Whom the message pings, and notes on it who is mentioned."""
    text = mentionable_text(message.content, message.components)
    parse = DEFAULT_PARSE[interaction] if allowed is None else frozenset(allowed.get("parse") or [])
    named = {kind: {int(item) for item in (allowed or {}).get(kind) or []} for kind in ("users", "roles")}
    may_ping_all = bool(world.permissions(world.bot, message.channel) & Permission.MENTION_EVERYONE)
    whom: list[str] = []
    if "everyone" in parse and may_ping_all:
        whom += sorted({found.group() for found in _EVERYONE.finditer(text)})
    users = {int(found) for found in _USER.findall(text)} & set(world.users)
    pinged = users if "users" in parse else users & named["users"]
    replied = message.reference
    if replied is not None and (allowed is None or allowed.get("replied_user", False)):
        pinged = pinged | {replied.author.id}
    roles = set(roles_in(world, message.channel, text))
    pinged_roles = roles if "roles" in parse else roles & named["roles"]
    message.mentions = [world.users[user_id] for user_id in sorted(pinged)]
    message.mention_everyone = any(word.startswith("@") for word in whom)
    message.mention_roles = sorted(pinged_roles)
    whom += [f"<@{user_id}>" for user_id in sorted(pinged - {world.bot.id})]
    whom += [f"<@&{role_id}>" for role_id in sorted(pinged_roles)]
    return [Ping(name, message.id, edit) for name in whom]


def mentions_by(world: World, text: str) -> list[int]:
    """The users that a person's message mentions, in order."""
    return [user_id for user_id in dict.fromkeys(map(int, _USER.findall(text))) if user_id in world.users]


def roles_in(world: World, channel: Channel, text: str) -> list[int]:
    """The roles of a channel's guild that a text mentions."""
    guild = world.guild_of(channel)
    return sorted({int(found) for found in _ROLE.findall(text)} & set(guild.roles if guild else ()))
