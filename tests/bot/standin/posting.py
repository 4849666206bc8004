"""Makes, edits and deletes messages: judged, stored, looked through for pings, and told to the gateway."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.bot.standin import faults
from tests.bot.standin.bell import Bell
from tests.bot.standin.gateway import Gateway, Intent, Session
from tests.bot.standin.messages import Attachment, Flag, Message
from tests.bot.standin.payloads import may_read, member_json, message_json
from tests.bot.standin.pings import Ping, mentionable_text, pings_of
from tests.bot.standin.validate_message import FILE_BYTES, SETTABLE_FLAGS, check_message
from tests.bot.standin.world import Channel, User, World

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a multipart form."""

    filename: str
    data: bytes
    content_type: str = "application/octet-stream"


@dataclass(slots=True)
class Posting:
    """What posting needs. `pings`: everybody that any message of the bot would have disturbed."""

    world: World
    gateway: Gateway
    bell: Bell
    base: str = ""
    pings: list[Ping] = field(default_factory=list)
    blocked_words: set[str] = field(default_factory=set)

    def create(
        self,
        channel: Channel,
        payload: Payload,
        uploads: Sequence[Upload] = (),
        *,
        interaction: dict[str, Any] | None = None,
        seen_by: User | None = None,
        reference: Message | None = None,
    ) -> Message:
        """A message of the bot's. `seen_by`: the one person an ephemeral message is for."""
        self._check_uploads(uploads)
        flags = int(payload.get("flags") or 0) & SETTABLE_FLAGS & ~Flag.EPHEMERAL
        check_message({**payload, "attachments": None}, files=len(uploads))
        self._automod(payload)
        now = self.world.clock.now()
        message = Message(self.world.clock.new_id(), channel, self.world.bot, created=now, interaction=interaction)
        message.flags = flags | (Flag.EPHEMERAL if seen_by is not None else 0)
        message.seen_by = seen_by
        message.nonce = payload.get("nonce")
        if reference is not None:
            message.reference, message.reference_id = reference, reference.id
        self._fill(message, payload, uploads)
        self._count_pings(message, payload, interaction=interaction is not None, edit=False)
        self.world.add_message(message)
        self.announce("MESSAGE_CREATE", message)
        return message

    def loading(self, channel: Channel, interaction: dict[str, Any], seen_by: User | None) -> Message:
        """The "thinking" of a deferred reply."""
        message = Message(self.world.clock.new_id(), channel, self.world.bot, interaction=interaction)
        message.created = self.world.clock.now()
        message.flags = int(Flag.LOADING | (Flag.EPHEMERAL if seen_by is not None else 0))
        message.seen_by = seen_by
        self.world.add_message(message)
        self.announce("MESSAGE_CREATE", message)
        return message

    def edit(self, message: Message, payload: Payload, uploads: Sequence[Upload] = (), *, interaction: bool) -> None:
        """Edits a message of the bot's; what the payload leaves out stays."""
        self._check_uploads(uploads)
        wanted = int(payload["flags"] or 0) & SETTABLE_FLAGS if "flags" in payload else message.flags
        kept = message.flags & (Flag.EPHEMERAL | Flag.COMPONENTS_V2 | Flag.HAS_THREAD)
        flags = (wanted | kept) & ~Flag.LOADING & (~Flag.EPHEMERAL | kept)
        before = {
            "content": message.content,
            "embeds": message.embeds,
            "components": message.components,
            "attachments": message.attachments,
            "flags": message.flags,
        }
        check_message({**payload, "flags": int(flags)}, files=len(uploads), before=before)
        self._automod(payload)
        first = message.loading
        message.flags = int(flags)
        self._fill(message, payload, uploads)
        message.edited = self.world.clock.now()
        self._count_pings(message, payload, interaction=interaction, edit=not first)
        message.record(message.edited)
        self.announce("MESSAGE_UPDATE", message)

    def delete(self, message: Message) -> None:
        """Deletes a message."""
        message.deleted = True
        body = {"id": str(message.id), "channel_id": str(message.channel.id)}
        if message.channel.guild_id is not None:
            body["guild_id"] = str(message.channel.guild_id)
        if message.seen_by is None:
            self._dispatch(message.channel, "MESSAGE_DELETE", lambda _session: body)
        self.bell.ring()

    def announce(self, event: str, message: Message) -> None:
        """Tells the bot's sessions of a message, with the content left out where it is privileged."""
        self.bell.ring()
        if message.seen_by is not None:
            return
        channel = message.channel
        bodies: dict[bool, dict[str, Any]] = {}

        def body(session: Session) -> dict[str, Any]:
            readable = may_read(self.world, message, intent=session.may(Intent.MESSAGE_CONTENT))
            if readable not in bodies:
                bodies[readable] = message_json(self.world, message, readable=readable) | self._where(message)
            return bodies[readable]

        if self.world.permissions(self.world.bot, channel):
            self._dispatch(channel, event, body)

    def _where(self, message: Message) -> dict[str, Any]:
        guild = self.world.guild_of(message.channel)
        if guild is None:
            return {"channel_type": int(message.channel.kind)}
        body: dict[str, Any] = {"guild_id": str(guild.id), "channel_type": int(message.channel.kind)}
        member = guild.members.get(message.author.id)
        if member is not None and message.interaction is None:
            body["member"] = member_json(member, self.world.clock, with_user=False)
        return body

    def _dispatch(self, channel: Channel, event: str, body: Any) -> None:
        guild = self.world.guild_of(channel)
        if guild is None:
            self.gateway.dispatch(event, body, guild_id=None, intent=Intent.DIRECT_MESSAGES)
        elif guild.has_bot:
            self.gateway.dispatch(event, body, guild_id=guild.id, intent=Intent.GUILD_MESSAGES)

    def _check_uploads(self, uploads: Sequence[Upload]) -> None:
        if any(len(upload.data) > FILE_BYTES for upload in uploads):
            raise faults.error(faults.ENTITY_TOO_LARGE)

    def _automod(self, payload: Payload) -> None:
        text = mentionable_text(str(payload.get("content") or ""), payload.get("components")).lower()
        if any(word in text for word in self.blocked_words):
            raise faults.error(faults.AUTOMOD)

    def _count_pings(self, message: Message, payload: Payload, *, interaction: bool, edit: bool) -> None:
        allowed = payload.get("allowed_mentions")
        self.pings += pings_of(self.world, message, allowed, interaction=interaction, edit=edit)

    def _fill(self, message: Message, payload: Payload, uploads: Sequence[Upload]) -> None:
        if "content" in payload:
            message.content = str(payload["content"] or "").strip()
        if "embeds" in payload:
            message.embeds = [{"type": "rich", **embed} for embed in payload["embeds"] or []]
        if "components" in payload:
            message.components = _numbered(payload["components"] or [])
        if payload.get("attachments") is not None:
            listed = {str(item.get("id")) for item in payload["attachments"]}
            message.attachments = [item for item in message.attachments if str(item.id) in listed]
        message.attachments += [self.store(message.channel, upload, message.private) for upload in uploads]

    def store(self, channel: Channel, upload: Upload, ephemeral: bool = False) -> Attachment:
        """Keeps a file under an address that serves it."""
        number = self.world.clock.new_id()
        url = f"{self.base}/attachments/{channel.id}/{number}/{upload.filename}"
        made = Attachment(number, upload.filename, upload.data, url, upload.content_type, ephemeral)
        self.world.attachments[number] = made
        return made


def _numbered(components: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The components with the ids that Discord gives to those without one."""
    counter = iter(range(1, 1000))

    def number(part: dict[str, Any]) -> dict[str, Any]:
        made = {**part, "id": part.get("id") or next(counter)}
        if "components" in part:
            made["components"] = [number(child) for child in part["components"]]
        if "accessory" in part:
            made["accessory"] = number(part["accessory"])
        return made

    return [number(part) for part in components]
