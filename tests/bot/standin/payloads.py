"""The world's things as the JSON that Discord sends for them."""

from __future__ import annotations

from typing import Any

from tests.bot.standin.clock import Clock
from tests.bot.standin.messages import Attachment, Message
from tests.bot.standin.world import Channel, Guild, Kind, Member, Role, User, World

Json = dict[str, Any]


def user_json(user: User) -> Json:
    return {
        "id": str(user.id),
        "username": user.name,
        "global_name": None if user.bot else user.name.title(),
        "discriminator": "0000" if user.bot else "0",
        "avatar": None,
        "bot": user.bot,
        "public_flags": 0,
        "flags": 0,
    }


def role_json(role: Role) -> Json:
    body: Json = {
        "id": str(role.id),
        "name": role.name,
        "permissions": str(int(role.permissions)),
        "position": role.position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": role.bot_id is not None,
        "mentionable": False,
        "flags": 0,
    }
    if role.bot_id is not None:
        body["tags"] = {"bot_id": str(role.bot_id)}
    return body


def member_json(member: Member, clock: Clock, *, with_user: bool = True) -> Json:
    body: Json = {
        "roles": [str(role_id) for role_id in member.role_ids],
        "joined_at": clock.timestamp(member.joined),
        "nick": None,
        "avatar": None,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "pending": False,
        "premium_since": None,
        "communication_disabled_until": None,
    }
    return {"user": user_json(member.user), **body} if with_user else body


def channel_json(channel: Channel, clock: Clock) -> Json:
    body: Json = {"id": str(channel.id), "type": int(channel.kind), "flags": 0}
    body["last_message_id"] = str(channel.message_ids[-1]) if channel.message_ids else None
    if channel.kind in (Kind.DM, Kind.GROUP_DM):
        body["recipients"] = [user_json(user) for user in channel.recipients]
        if channel.kind is Kind.GROUP_DM:
            body |= {"name": channel.name or None, "icon": None, "owner_id": str(channel.recipients[0].id)}
        return body
    body |= {"guild_id": str(channel.guild_id), "name": channel.name, "rate_limit_per_user": 0}
    body["parent_id"] = str(channel.parent_id) if channel.parent_id else None
    if channel.is_thread:
        return body | _thread_fields(channel, clock)
    overwrites = [overwrite.to_json() for overwrite in channel.overwrites]
    return body | {"position": 0, "topic": None, "nsfw": False, "permission_overwrites": overwrites}


def _thread_fields(channel: Channel, clock: Clock) -> Json:
    return {
        "owner_id": str(channel.owner_id),
        "message_count": len(channel.message_ids),
        "total_message_sent": len(channel.message_ids),
        "member_count": len(channel.thread_members),
        "thread_metadata": {
            "archived": channel.archived,
            "auto_archive_duration": channel.archive_minutes,
            "archive_timestamp": clock.timestamp(channel.created),
            "create_timestamp": clock.timestamp(channel.created),
            "locked": False,
        },
    }


def thread_member_json(channel: Channel, user_id: int, clock: Clock) -> Json:
    joined = clock.timestamp(channel.created)
    return {"id": str(channel.id), "user_id": str(user_id), "join_timestamp": joined, "flags": 1}


def guild_json(world: World, guild: Guild, *, members: bool) -> Json:
    """A guild as GUILD_CREATE has it. Without the members intent it lists the bot alone."""
    shown = [member for member in guild.members.values() if members or member.user is world.bot]
    mine = [channel for channel in world.channels.values() if channel.guild_id == guild.id]
    visible = [channel for channel in mine if world.permissions(world.bot, channel)]
    threads = []
    for channel in visible:
        if channel.is_thread and not channel.archived:
            body = channel_json(channel, world.clock)
            if world.bot.id in channel.thread_members:
                body["member"] = thread_member_json(channel, world.bot.id, world.clock)
            threads.append(body)
    return {
        **guild_fields(guild),
        "joined_at": world.clock.timestamp(),
        "large": False,
        "unavailable": False,
        "member_count": len(guild.members),
        "members": [member_json(member, world.clock) for member in shown],
        "channels": [channel_json(channel, world.clock) for channel in mine if not channel.is_thread],
        "threads": threads,
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def guild_fields(guild: Guild) -> Json:
    """A guild as REST has it."""
    zero: tuple[str, ...] = (
        "afk_timeout",
        "verification_level",
        "default_message_notifications",
        "explicit_content_filter",
    )
    zero += ("mfa_level", "nsfw_level", "premium_tier", "system_channel_flags", "premium_subscription_count")
    none: tuple[str, ...] = (
        "icon",
        "splash",
        "discovery_splash",
        "description",
        "afk_channel_id",
        "application_id",
        "banner",
    )
    none += ("system_channel_id", "rules_channel_id", "vanity_url_code", "public_updates_channel_id")
    return {
        "id": str(guild.id),
        "name": guild.name,
        "owner_id": str(guild.owner_id),
        "preferred_locale": "en-US",
        "roles": [role_json(role) for role in guild.roles.values()],
        "emojis": [],
        "stickers": [],
        "features": [],
        **dict.fromkeys(zero, 0),
        **dict.fromkeys(none),
    }


def attachment_json(attachment: Attachment) -> Json:
    return {
        "id": str(attachment.id),
        "filename": attachment.filename,
        "size": len(attachment.data),
        "url": attachment.url,
        "proxy_url": attachment.url,
        "content_type": attachment.content_type,
        "ephemeral": attachment.ephemeral,
    }


def message_json(world: World, message: Message, *, readable: bool = True, nested: bool = False) -> Json:
    """A message; with `readable` false, what is privileged is blank."""
    body: Json = {
        "id": str(message.id),
        "channel_id": str(message.channel.id),
        "author": user_json(message.author),
        "content": message.content if readable else "",
        "embeds": message.embeds if readable else [],
        "components": message.components if readable else [],
        "attachments": [attachment_json(item) for item in message.attachments] if readable else [],
        "timestamp": world.clock.timestamp(message.created),
        "edited_timestamp": world.clock.timestamp(message.edited) if message.edited is not None else None,
        "type": _message_type(message),
        "tts": False,
        "pinned": False,
        "flags": message.flags,
        "mention_everyone": message.mention_everyone,
        "mention_roles": [str(role_id) for role_id in message.mention_roles],
        "mentions": [user_json(user) for user in message.mentions],
    }
    if message.nonce is not None:
        body["nonce"] = message.nonce
    if message.reactions:
        body["reactions"] = [_reaction_json(world, name, users) for name, users in message.reactions.items()]
    if message.interaction is not None:
        body |= {"interaction_metadata": message.interaction, "application_id": str(world.bot.id)}
        body["webhook_id"] = str(world.bot.id)
    if message.thread is not None:
        body["thread"] = channel_json(message.thread, world.clock)
    if message.reference_id is not None and not nested:
        body["message_reference"] = _reference_json(message)
        original = message.reference
        if original is not None and not original.deleted:
            body["referenced_message"] = message_json(world, original, readable=may_read(world, original), nested=True)
        else:
            body["referenced_message"] = None
    return body


def may_read(world: World, message: Message, *, intent: bool = False) -> bool:
    """Whether the bot gets a message's content: with the intent, in DMs, its own, and where it is mentioned."""
    own = message.author is world.bot
    return intent or own or message.channel.kind is Kind.DM or world.bot in message.mentions


def _message_type(message: Message) -> int:
    if message.interaction is not None and message.reference_id is None:
        return 23 if message.interaction.get("target_message_id") else 20
    return 19 if message.reference_id is not None else 0


def _reference_json(message: Message) -> Json:
    body = {"type": 0, "channel_id": str(message.channel.id), "message_id": str(message.reference_id)}
    return body | ({"guild_id": str(message.channel.guild_id)} if message.channel.guild_id else {})


def _reaction_json(world: World, name: str, users: set[int]) -> Json:
    return {
        "count": len(users),
        "me": world.bot.id in users,
        "me_burst": False,
        "count_details": {"burst": 0, "normal": len(users)},
        "burst_colors": [],
        "emoji": {"id": None, "name": name},
    }
