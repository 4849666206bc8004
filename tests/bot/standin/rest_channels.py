"""REST: channels, messages, threads, reactions, typing, direct messages."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from aiohttp import web

from tests.bot.standin import faults
from tests.bot.standin.faults import Problems
from tests.bot.standin.forms import read_form
from tests.bot.standin.messages import Flag, Message
from tests.bot.standin.payloads import channel_json, may_read, message_json, thread_member_json
from tests.bot.standin.permissions import Permission
from tests.bot.standin.replies import write_json
from tests.bot.standin.server import Server
from tests.bot.standin.world import Channel, Kind

ARCHIVE_MINUTES = (60, 1440, 4320, 10080)


class ChannelRest:
    """What the bot does in channels, under its permissions."""

    def __init__(self, server: Server) -> None:
        self.posting = server.posting
        self.world = server.posting.world
        self.typed: list[int] = []  # channels in which the bot was seen typing
        self._nonces: dict[tuple[int, str], Message] = {}
        one = "/channels/{channel}/messages/{message}"
        for method, path, handler in (
            ("GET", "/channels/{channel}", self.get_channel),
            ("PATCH", "/channels/{channel}", self.edit_channel),
            ("DELETE", "/channels/{channel}", self.delete_channel),
            ("POST", "/channels/{channel}/typing", self.typing),
            ("GET", "/channels/{channel}/messages", self.history),
            ("POST", "/channels/{channel}/messages", self.create),
            ("GET", one, self.get_message),
            ("PATCH", one, self.edit),
            ("DELETE", one, self.delete),
            ("PUT", one + "/reactions/{emoji}/@me", self.react),
            ("DELETE", one + "/reactions/{emoji}/@me", self.unreact),
            ("POST", one + "/threads", self.thread_from_message),
            ("POST", "/channels/{channel}/threads", self.thread),
            ("PUT", "/channels/{channel}/thread-members/@me", self.join_thread),
            ("POST", "/users/@me/channels", self.open_dm),
        ):
            server.route(method, path, handler)

    def _channel(self, request: web.Request, *needed: Permission) -> Channel:
        channel = self.world.channel(int(request.match_info["channel"]))
        self.world.demand(self.world.bot, channel, *needed)
        return channel

    def _message(self, request: web.Request, *needed: Permission) -> Message:
        channel = self._channel(request, *needed)
        found = self.world.message(channel.id, int(request.match_info["message"]))
        if found.private:
            raise faults.error(faults.UNKNOWN_MESSAGE)
        return found

    def _json(self, message: Message) -> dict[str, Any]:
        granted = bool(self.posting.gateway.privileged & (1 << 15))
        return message_json(self.world, message, readable=may_read(self.world, message, intent=granted))

    # channels

    async def get_channel(self, request: web.Request) -> web.Response:
        return write_json(channel_json(self._channel(request), self.world.clock))

    async def edit_channel(self, request: web.Request) -> web.Response:
        channel = self._channel(request)
        body, _uploads = await read_form(request)
        if channel.owner_id != self.world.bot.id:
            needed = Permission.MANAGE_THREADS if channel.is_thread else Permission.MANAGE_CHANNELS
            self.world.demand(self.world.bot, channel, needed)
        problems = Problems()
        problems.text("name", body.get("name"), 1, 100, required=False)
        problems.check()
        channel.name = body.get("name", channel.name)
        channel.archived = body.get("archived", channel.archived)
        return write_json(channel_json(channel, self.world.clock))

    async def delete_channel(self, request: web.Request) -> web.Response:
        channel = self._channel(request, Permission.MANAGE_CHANNELS)
        body = channel_json(channel, self.world.clock)
        del self.world.channels[channel.id]
        self._dispatch(channel, "THREAD_DELETE" if channel.is_thread else "CHANNEL_DELETE", body)
        return write_json(body)

    async def typing(self, request: web.Request) -> web.Response:
        self.typed.append(self._channel(request, Permission.SEND_MESSAGES).id)
        return web.Response(status=204)

    async def open_dm(self, request: web.Request) -> web.Response:
        body, _uploads = await read_form(request)
        user = self.world.users.get(int(body.get("recipient_id", 0)))
        if user is None or user.bot:
            raise faults.error(faults.UNKNOWN_USER if user is None else faults.CANNOT_DM)
        return write_json(channel_json(self.world.dm_with(user), self.world.clock))

    # messages

    async def create(self, request: web.Request) -> web.Response:
        channel = self._channel(request)
        body, uploads = await read_form(request)
        sending = Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES
        self.world.demand(self.world.bot, channel, sending)
        if channel.kind is Kind.DM and not channel.recipients[0].dm_open:
            raise faults.error(faults.CANNOT_DM)
        if body.get("embeds"):
            self.world.demand(self.world.bot, channel, Permission.EMBED_LINKS)
        if uploads:
            self.world.demand(self.world.bot, channel, Permission.ATTACH_FILES)
        nonce = (channel.id, str(body.get("nonce")))
        if body.get("enforce_nonce") and nonce in self._nonces:
            return write_json(self._json(self._nonces[nonce]))
        reference = self._reference(channel, body.get("message_reference"))
        message = self.posting.create(channel, body, uploads, reference=reference)
        channel.archived = False
        if body.get("nonce") is not None:
            self._nonces[nonce] = message
        return write_json(self._json(message))

    def _reference(self, channel: Channel, wanted: dict[str, Any] | None) -> Message | None:
        if not wanted:
            return None
        if not self.world.permissions(self.world.bot, channel) & Permission.READ_MESSAGE_HISTORY:
            raise faults.error(faults.NO_HISTORY)
        found = self.world.messages.get(int(wanted["message_id"]))
        if found is not None and not found.deleted and found.channel is channel and not found.private:
            return found
        if wanted.get("fail_if_not_exists", True):
            problems = Problems()
            problems.add("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
            problems.check()
        return None

    async def get_message(self, request: web.Request) -> web.Response:
        return write_json(self._json(self._message(request, Permission.READ_MESSAGE_HISTORY)))

    async def history(self, request: web.Request) -> web.Response:
        channel = self._channel(request)
        if not self.world.permissions(self.world.bot, channel) & Permission.READ_MESSAGE_HISTORY:
            return write_json([])
        before = int(request.query.get("before", 1 << 63))
        after = int(request.query.get("after", 0))
        limit = min(100, int(request.query.get("limit", 50)))
        ids = [item for item in channel.message_ids if after < item < before]
        found = [self.world.messages[item] for item in (ids[:limit] if "after" in request.query else ids[-limit:])]
        shown = [message for message in reversed(found) if not message.deleted and not message.private]
        return write_json([self._json(message) for message in shown])

    async def edit(self, request: web.Request) -> web.Response:
        message = self._message(request)
        if message.author is not self.world.bot:
            raise faults.error(faults.NOT_YOURS)
        body, uploads = await read_form(request)
        if body.get("embeds"):
            self.world.demand(self.world.bot, message.channel, Permission.EMBED_LINKS)
        self.posting.edit(message, body, uploads, interaction=False)
        return write_json(self._json(message))

    async def delete(self, request: web.Request) -> web.Response:
        message = self._message(request)
        if message.author is not self.world.bot:
            self.world.demand(self.world.bot, message.channel, Permission.MANAGE_MESSAGES)
        self.posting.delete(message)
        return web.Response(status=204)

    async def react(self, request: web.Request) -> web.Response:
        message = self._message(request, Permission.READ_MESSAGE_HISTORY, Permission.ADD_REACTIONS)
        message.reactions.setdefault(unquote(request.match_info["emoji"]), set()).add(self.world.bot.id)
        self.posting.bell.ring()
        return web.Response(status=204)

    async def unreact(self, request: web.Request) -> web.Response:
        message = self._message(request)
        message.reactions.get(unquote(request.match_info["emoji"]), set()).discard(self.world.bot.id)
        self.posting.bell.ring()
        return web.Response(status=204)

    # threads

    async def thread_from_message(self, request: web.Request) -> web.Response:
        message = self._message(request, Permission.CREATE_PUBLIC_THREADS)
        if message.thread is not None:
            raise faults.error(faults.HAS_THREAD)
        body, _uploads = await read_form(request)
        thread = self._open_thread(message.channel, {**body, "type": int(Kind.PUBLIC_THREAD)}, message.id)
        message.thread = thread
        message.flags |= Flag.HAS_THREAD
        return write_json(channel_json(thread, self.world.clock), 201)

    async def thread(self, request: web.Request) -> web.Response:
        channel = self._channel(request)
        body, _uploads = await read_form(request)
        private = body.get("type", Kind.PRIVATE_THREAD) == Kind.PRIVATE_THREAD
        needed = Permission.CREATE_PRIVATE_THREADS if private else Permission.CREATE_PUBLIC_THREADS
        self.world.demand(self.world.bot, channel, needed)
        made = self._open_thread(channel, body, None)
        return write_json(channel_json(made, self.world.clock), 201)

    def _open_thread(self, channel: Channel, body: dict[str, Any], thread_id: int | None) -> Channel:
        problems = Problems()
        problems.text("name", body.get("name"), 1, 100)
        kinds = (int(Kind.PUBLIC_THREAD), int(Kind.PRIVATE_THREAD))
        problems.choice("type", body.get("type", int(Kind.PRIVATE_THREAD)), kinds)
        if body.get("auto_archive_duration") is not None:
            problems.choice("auto_archive_duration", body["auto_archive_duration"], ARCHIVE_MINUTES)
        if channel.kind is not Kind.TEXT:
            problems.add("channel_id", "CHANNEL_INVALID_TYPE", "Cannot execute action on this channel type")
        problems.check()
        thread = self.world.add_channel(
            Kind(body.get("type", Kind.PRIVATE_THREAD)),
            body["name"],
            guild_id=channel.guild_id,
            parent_id=channel.id,
            owner_id=self.world.bot.id,
            archive_minutes=body.get("auto_archive_duration") or 1440,
        )
        if thread_id is not None:  # a message's thread has the message's id
            del self.world.channels[thread.id]
            thread.id = thread_id
            self.world.channels[thread_id] = thread
        thread.thread_members.add(self.world.bot.id)
        created = channel_json(thread, self.world.clock) | {"newly_created": True}
        created["member"] = thread_member_json(thread, self.world.bot.id, self.world.clock)
        self._dispatch(thread, "THREAD_CREATE", created)
        return thread

    async def join_thread(self, request: web.Request) -> web.Response:
        self._channel(request).thread_members.add(self.world.bot.id)
        return web.Response(status=204)

    def _dispatch(self, channel: Channel, event: str, body: dict[str, Any]) -> None:
        self.posting.gateway.dispatch(event, lambda _session: body, guild_id=channel.guild_id)
        self.posting.bell.ring()
