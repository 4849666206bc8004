"""What exists: users, guilds, roles, members, channels, messages. Knows nothing of HTTP, sockets or JSON."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Any

from tests.bot.standin import faults
from tests.bot.standin.clock import Clock
from tests.bot.standin.messages import Attachment, Message
from tests.bot.standin.permissions import (
    DEFAULT_PERMISSIONS,
    DM_PERMISSIONS,
    EVERY_PERMISSION,
    Overwrite,
    Permission,
    compute,
)


class Kind(enum.IntEnum):
    """The kinds of channel, by Discord's numbers."""

    TEXT = 0
    DM = 1
    GROUP_DM = 3
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12


@dataclass(eq=False, slots=True)
class User:
    id: int
    name: str
    bot: bool = False
    dm_open: bool = True

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"


@dataclass(eq=False, slots=True)
class Role:
    id: int
    name: str
    permissions: int
    position: int
    bot_id: int | None = None  # of the role that a bot brought with it

    @property
    def mention(self) -> str:
        return f"<@&{self.id}>"


@dataclass(eq=False, slots=True)
class Member:
    user: User
    guild_id: int
    role_ids: list[int]
    joined: float


@dataclass(eq=False, slots=True)
class Guild:
    id: int
    name: str
    owner_id: int
    has_bot: bool
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class Channel:
    id: int
    kind: Kind
    name: str = ""
    guild_id: int | None = None
    parent_id: int | None = None
    owner_id: int | None = None
    recipients: tuple[User, ...] = ()
    overwrites: list[Overwrite] = field(default_factory=list)
    message_ids: list[int] = field(default_factory=list)
    archived: bool = False
    archive_minutes: int = 1440
    thread_members: set[int] = field(default_factory=set)
    created: float = 0.0

    @property
    def is_thread(self) -> bool:
        return self.kind in (Kind.PUBLIC_THREAD, Kind.PRIVATE_THREAD)

    @property
    def mention(self) -> str:
        return f"<#{self.id}>"


class World:
    """Everything by id. `application` is the bot's application, whose id is the bot's user's too."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.messages: dict[int, Message] = {}
        self.attachments: dict[int, Attachment] = {}
        self.installed_by: set[int] = set()  # users who installed the app for themselves
        self.owner = self.add_user("operator")
        self.bot = self.add_user("Parley", bot=True)

    def add_user(self, name: str, *, bot: bool = False) -> User:
        user = User(self.clock.new_id(), name, bot)
        self.users[user.id] = user
        return user

    def add_guild(self, name: str, guild_id: int, *, has_bot: bool, bot_permissions: int) -> Guild:
        owner = self.add_user(f"owner of {name}")
        guild = Guild(guild_id, name, owner.id, has_bot)
        guild.roles[guild.id] = Role(guild.id, "@everyone", int(DEFAULT_PERMISSIONS), 0)
        self.guilds[guild.id] = guild
        self.join(guild, owner)
        if has_bot:
            managed = self.add_role(guild, self.bot.name, bot_permissions)
            managed.bot_id = self.bot.id
            self.join(guild, self.bot, [managed])
        return guild

    def add_role(self, guild: Guild, name: str, permissions: int = 0) -> Role:
        role = Role(self.clock.new_id(), name, int(permissions), len(guild.roles))
        guild.roles[role.id] = role
        return role

    def join(self, guild: Guild, user: User, roles: list[Role] | None = None) -> Member:
        member = Member(user, guild.id, [role.id for role in roles or []], self.clock.now())
        guild.members[user.id] = member
        return member

    def add_channel(self, kind: Kind, name: str = "", **values: Any) -> Channel:
        channel = Channel(self.clock.new_id(), kind, name, created=self.clock.now(), **values)
        self.channels[channel.id] = channel
        return channel

    def dm_with(self, user: User) -> Channel:
        """The DM channel of the bot and a user."""
        for channel in self.channels.values():
            if channel.kind is Kind.DM and channel.recipients == (user,):
                return channel
        return self.add_channel(Kind.DM, recipients=(user,))

    def channel(self, channel_id: int) -> Channel:
        found = self.channels.get(channel_id)
        if found is None:
            raise faults.error(faults.UNKNOWN_CHANNEL)
        return found

    def message(self, channel_id: int, message_id: int) -> Message:
        found = self.messages.get(message_id)
        if found is None or found.deleted or found.channel.id != channel_id:
            raise faults.error(faults.UNKNOWN_MESSAGE)
        return found

    def guild_of(self, channel: Channel) -> Guild | None:
        return self.guilds.get(channel.guild_id) if channel.guild_id is not None else None

    def add_message(self, message: Message) -> None:
        self.messages[message.id] = message
        message.channel.message_ids.append(message.id)
        message.record(message.created)

    def permissions(self, user: User, channel: Channel) -> int:
        """What a user may do in a channel; nothing where they are not in it."""
        guild = self.guild_of(channel)
        if guild is None:
            is_in = channel.kind is Kind.DM or user in channel.recipients
            return int(DM_PERMISSIONS) if is_in else 0
        member = guild.members.get(user.id)
        if member is None:
            return 0
        where = self.channels[channel.parent_id] if channel.is_thread and channel.parent_id else channel
        role_ids = [guild.id, *member.role_ids]
        bits = compute(
            owner=user.id == guild.owner_id,
            everyone_id=guild.id,
            role_permissions={role_id: guild.roles[role_id].permissions for role_id in role_ids},
            overwrites=where.overwrites,
            user_id=user.id,
        )
        if channel.kind is Kind.PRIVATE_THREAD and user.id not in channel.thread_members:
            return bits if bits & Permission.MANAGE_THREADS else 0
        return bits

    def demand(self, user: User, channel: Channel, *needed: Permission) -> None:
        """Raises what Discord answers to somebody who may not see the channel, or not do that in it."""
        bits = self.permissions(user, channel)
        if bits == EVERY_PERMISSION:
            return
        if not bits & Permission.VIEW_CHANNEL:
            raise faults.error(faults.MISSING_ACCESS)
        if any(not bits & permission for permission in needed):
            raise faults.error(faults.MISSING_PERMISSIONS)
