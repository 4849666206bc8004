"""The stand-in as a test holds it: builds a world, acts as people, breaks connections, waits with an end."""

from __future__ import annotations

import bisect
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

from tests.bot.standin.acts import Acts
from tests.bot.standin.bell import PATIENCE, Bell
from tests.bot.standin.clock import Clock
from tests.bot.standin.exchange import Exchange
from tests.bot.standin.gateway import Gateway, Op
from tests.bot.standin.limits import Bucket, Order
from tests.bot.standin.messages import Attachment, Message
from tests.bot.standin.payloads import channel_json, guild_json, role_json
from tests.bot.standin.permissions import EVERY_PERMISSION, Overwrite
from tests.bot.standin.pings import Ping
from tests.bot.standin.posting import Posting, Upload
from tests.bot.standin.responding import Responding
from tests.bot.standin.rest_application import ApplicationRest
from tests.bot.standin.rest_channels import ChannelRest
from tests.bot.standin.rest_interactions import InteractionRest
from tests.bot.standin.server import API, Request, Server
from tests.bot.standin.world import Channel, Guild, Kind, Role, User, World


class DiscordStandIn:
    """Discord on loopback, for one bot. The bot's role has every permission unless a guild is made otherwise."""

    def __init__(self, *, shards: int = 1, privileged: int = 0, heartbeat_ms: int = 41_250) -> None:
        self.token = f"stand-in.{secrets.token_urlsafe(24)}"
        self.clock = Clock()
        self.bell = Bell()
        self.world = World(self.clock)
        self.gateway = Gateway(self.world, self.bell, self.token, lambda: f"ws://127.0.0.1:{self.server.port}/gateway")
        self.gateway.shards, self.gateway.privileged = shards, privileged
        self.gateway.heartbeat_ms = heartbeat_ms
        self.posting = Posting(self.world, self.gateway, self.bell)
        self.server = Server(self.posting, self.token)
        self.responding = Responding(self.posting)
        self.application = ApplicationRest(self.server)
        self.channels = ChannelRest(self.server)
        InteractionRest(self.server, self.responding)
        self.acts = Acts(self.posting, self.responding, self.application)

    async def __aenter__(self) -> Self:
        await self.server.start()
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.gateway.close_all(1001)
        await self.server.stop()

    @property
    def api(self) -> str:
        """What PARLEY_DISCORD_API, or Route.BASE, is to be."""
        return f"http://127.0.0.1:{self.server.port}{API}"

    @property
    def bot(self) -> User:
        return self.world.bot

    # the world

    def add_guild(
        self, name: str, *, shard: int = 0, has_bot: bool = True, bot_permissions: int = EVERY_PERMISSION
    ) -> Guild:
        """A server; with a bot already connected, the bot joins it."""
        guild_id = self.clock.new_guild_id(shard, self.gateway.shards)
        guild = self.world.add_guild(name, guild_id, has_bot=has_bot, bot_permissions=int(bot_permissions))
        if has_bot:
            self.gateway.dispatch("GUILD_CREATE", lambda _session: self._guild_json(guild), guild_id=guild.id)
        return guild

    def _guild_json(self, guild: Guild) -> dict[str, Any]:
        return {**guild_json(self.world, guild, members=False), "unavailable": None}

    def add_channel(
        self, guild: Guild, name: str, *, parent: Channel | None = None, overwrites: Sequence[Overwrite] = ()
    ) -> Channel:
        """A text channel, or with `parent` a public thread in it."""
        kind = Kind.TEXT if parent is None else Kind.PUBLIC_THREAD
        channel = self.world.add_channel(kind, name, guild_id=guild.id, overwrites=list(overwrites))
        if parent is not None:
            channel.parent_id, channel.owner_id = parent.id, guild.owner_id
        body = channel_json(channel, self.clock)
        event = "CHANNEL_CREATE" if parent is None else "THREAD_CREATE"
        if guild.has_bot:
            self.gateway.dispatch(event, lambda _session: body, guild_id=guild.id)
        return channel

    def add_role(self, guild: Guild, name: str, permissions: int = 0) -> Role:
        role = self.world.add_role(guild, name, permissions)
        body = {"guild_id": str(guild.id), "role": role_json(role)}
        if guild.has_bot:
            self.gateway.dispatch("GUILD_ROLE_CREATE", lambda _session: body, guild_id=guild.id)
        return role

    def add_user(self, name: str, *, installed: bool = False) -> User:
        """A person; `installed`: they installed the bot for themselves."""
        user = self.world.add_user(name)
        if installed:
            self.world.installed_by.add(user.id)
        return user

    def add_member(self, guild: Guild, who: str | User, *, roles: Sequence[Role] = (), permissions: int = 0) -> User:
        """A person in a server; `permissions` come by a role of their own."""
        user = self.world.add_user(who) if isinstance(who, str) else who
        own = [self.add_role(guild, f"role of {user.name}", int(permissions))] if permissions else []
        self.world.join(guild, user, [*roles, *own])
        return user

    def add_dm(self, user: User) -> Channel:
        """The direct messages of a person and the bot."""
        return self.world.dm_with(user)

    def add_private_channel(self, *users: User) -> Channel:
        """A group of people without the bot."""
        return self.world.add_channel(Kind.GROUP_DM, "group", recipients=users)

    def upload(self, channel: Channel, filename: str, data: bytes) -> Attachment:
        """A file for an option of a command."""
        return self.posting.store(channel, Upload(filename, data))

    # people

    async def slash(self, user: User, channel: Channel, name: str, /, **values: Any) -> Exchange:
        return self.acts.slash(user, channel, name, values)

    async def autocomplete(
        self, user: User, channel: Channel, name: str, /, focused: str, seconds: float = PATIENCE, **values: Any
    ) -> list[dict[str, Any]]:
        """The choices offered while `focused` is being typed."""
        values.setdefault(focused, "")
        return await self.acts.complete(user, channel, name, focused, values).offered(seconds)

    async def press(self, user: User, message: Message, wanted: str) -> Exchange:
        return self.acts.press(user, message, wanted)

    async def choose(self, user: User, message: Message, *values: str, menu: str = "") -> Exchange:
        return self.acts.choose(user, message, values, menu)

    async def submit(self, user: User, opened: Exchange, values: Mapping[str, Any]) -> Exchange:
        """Waits for the modal that an interaction opens and sends it off; values by label or custom_id."""
        await opened.form()
        return self.acts.submit(user, opened, values)

    async def context_menu(self, user: User, message: Message, name: str) -> Exchange:
        return self.acts.context_menu(user, message, name)

    async def say(
        self,
        user: User,
        channel: Channel,
        text: str,
        *,
        reply_to: Message | None = None,
        ping: bool = True,
        files: Sequence[Upload] = (),
    ) -> Message:
        return self.acts.say(user, channel, text, reply_to=reply_to, ping=ping, files=files)

    # what came of it

    def posted(self, channel: Channel, after: Message | None = None) -> list[Message]:
        """The bot's messages in a channel that are still there, oldest first."""
        start = bisect.bisect_right(channel.message_ids, after.id) if after is not None else 0
        found = [self.world.messages[item] for item in channel.message_ids[start:]]
        return [item for item in found if item.author is self.bot and not item.deleted]

    async def reply_to(
        self, message: Message, good: Callable[[Message], object] | None = None, seconds: float = PATIENCE
    ) -> Message:
        """The bot's reply to a message, wherever in its channel or thread, as soon as it is as wanted."""

        def look() -> Message | None:
            places = [message.channel, *([message.thread] if message.thread is not None else [])]
            for place in places:
                for found in self.posted(place, after=message):
                    answers = found.reference is message or (place is message.thread)
                    if answers and (good is None or good(found)):
                        return found
            return None

        return await self.bell.wait(look, f"a reply to {message.content[:60]!r}", seconds)

    async def post_in(
        self,
        channel: Channel,
        good: Callable[[Message], object],
        after: Message | None = None,
        seconds: float = PATIENCE,
    ) -> Message:
        """A message of the bot's in a channel, as soon as there is one as wanted."""

        def look() -> Message | None:
            return next((found for found in self.posted(channel, after) if good(found)), None)

        return await self.bell.wait(look, f"a message in {channel.name or 'the DM'}", seconds)

    async def wait(self, good: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
        """Until something holds."""
        await self.bell.wait(lambda: True if good() else None, what, seconds)

    async def ready(self, seconds: float = 30.0) -> None:
        """Until a client is connected on every shard and has registered commands."""

        def look() -> bool | None:
            live = {session.shard for session in self.gateway.sessions.values() if session.ready and session.connection}
            return True if len(live) >= self.gateway.shards else None

        await self.bell.wait(look, "the bot to connect", seconds)

    @property
    def pings(self) -> list[Ping]:
        """Everybody whom the bot's messages would have disturbed."""
        return self.posting.pings

    @property
    def requests(self) -> list[Request]:
        return list(self.server.log)

    @property
    def refusals(self) -> list[str]:
        """What the server refused, each with its request."""
        return [f"{line}: {error}" for line, error in self.server.errors] + self.server.unknown

    # trouble

    def advance_clock(self, seconds: float) -> None:
        """Moves the server's clock on."""
        self.clock.advance(seconds)

    async def disconnect(self, code: int = 4000, shard: int | None = None) -> None:
        """Closes the bot's connections."""
        await self.gateway.close_all(code, shard)

    def demand_reconnect(self) -> None:
        """Asks the bot to reconnect (op 7)."""
        self.gateway.order(Op.RECONNECT)

    def invalidate_sessions(self, *, resumable: bool = False) -> None:
        """Tells the bot that its sessions are no good (op 9)."""
        self.gateway.order(Op.INVALID_SESSION, resumable)
        if not resumable:
            for session in list(self.gateway.sessions.values()):
                session.events.clear()
                self.gateway.sessions.pop(session.id)

    def rate_limit(self, pattern: str, times: int = 1, retry_after: float = 0.5, scope: str = "user") -> None:
        """The next `times` requests whose "METHOD /path" matches are answered 429. `scope`: user, shared, global."""
        self.server.limits.orders.append(Order(re.compile(pattern), times, 429, retry_after, scope))

    def fail(self, pattern: str, times: int = 1, status: int = 502) -> None:
        """The next `times` requests that match fail with this status."""
        self.server.limits.orders.append(Order(re.compile(pattern), times, status, 0.0, "user"))

    def bucket(self, pattern: str, limit: int, seconds: float) -> None:
        """From now on such requests are limited, for each path."""
        self.server.limits.buckets.append(Bucket(re.compile(pattern), limit, seconds))
