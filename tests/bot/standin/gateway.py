"""The gateway: sessions over a websocket, their events numbered and kept so that a lost connection may resume."""

from __future__ import annotations

import asyncio
import enum
import json
import secrets
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from tests.bot.standin.bell import Bell
from tests.bot.standin.connection import Connection, compressor
from tests.bot.standin.payloads import guild_json, member_json, user_json
from tests.bot.standin.world import World

KEPT_EVENTS = 5000
SENDS_PER_MINUTE = 120
HELLO_SECONDS = 10.0
ACK_SECONDS = 0.1


class Op(enum.IntEnum):
    """What a frame is for."""

    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE = 3
    RESUME = 6
    RECONNECT = 7
    REQUEST_MEMBERS = 8
    INVALID_SESSION = 9
    HELLO = 10
    HEARTBEAT_ACK = 11


class Intent(enum.IntFlag):
    """What a client may ask to be told; the three privileged ones need the operator's leave."""

    GUILDS = 1 << 0
    MEMBERS = 1 << 1
    PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    DIRECT_MESSAGES = 1 << 12
    MESSAGE_CONTENT = 1 << 15


PRIVILEGED = Intent.MEMBERS | Intent.PRESENCES | Intent.MESSAGE_CONTENT
ALL_INTENTS = (1 << 26) - 1


@dataclass(eq=False, slots=True)
class Session:
    """One shard's session: it outlives its connection."""

    id: str
    shard: int
    shards: int
    intents: int
    sequence: int = 0
    events: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=KEPT_EVENTS))
    connection: Connection | None = None
    ready: bool = False
    resumed: int = 0

    def may(self, intent: Intent) -> bool:
        return bool(self.intents & intent)


class Gateway:
    """All sessions of the one bot. `privileged`: the privileged intents that the operator turned on."""

    def __init__(self, world: World, bell: Bell, token: str, url: Callable[[], str]) -> None:
        self.world = world
        self.bell = bell
        self.token = token
        self.url = url
        self.sessions: dict[str, Session] = {}
        self.privileged = 0
        self.shards = 1
        self.heartbeat_ms = 41_250
        self.refuse_resume = False
        self.identified: list[float] = []
        self.closes: list[int] = []  # codes with which the server closed

    # sending

    def dispatch(self, event: str, data: Callable[[Session], Any], *, guild_id: int | None, intent: int = 0) -> None:
        """Sends an event to the sessions of the shard that a guild (None: direct messages) belongs to."""
        place = 0 if guild_id is None else guild_id >> 22
        for session in list(self.sessions.values()):
            if not session.ready or place % session.shards != session.shard:
                continue
            if intent and not session.intents & intent:
                continue
            self.send_event(session, event, data(session))

    def send_event(self, session: Session, event: str, data: Any) -> None:
        """Numbers an event, keeps it, and sends it where there is a connection."""
        session.sequence += 1
        text = json.dumps({"op": Op.DISPATCH, "t": event, "s": session.sequence, "d": data})
        session.events.append((session.sequence, text))
        if session.connection is not None:
            session.connection.send(text)

    async def close_all(self, code: int, shard: int | None = None) -> None:
        """Closes the connections (of one shard, or all), from the server's side."""
        for session in list(self.sessions.values()):
            connection = session.connection
            if connection is not None and shard in (None, session.shard):
                session.connection = None
                self.closes.append(code)
                await connection.close(code)

    def order(self, op: Op, data: Any = None) -> None:
        """Sends a frame that is not an event to every connection."""
        for session in self.sessions.values():
            if session.connection is not None:
                session.connection.send(json.dumps({"op": op, "d": data, "s": None, "t": None}))

    # receiving

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """Serves one connection until it closes."""
        socket = web.WebSocketResponse(max_msg_size=1 << 20, compress=False, timeout=2.0)
        await socket.prepare(request)
        connection = Connection(socket, compressor(request.query.get("compress", "")))
        pump = asyncio.create_task(connection.pump())
        session: Session | None = None
        try:
            hello = {"op": Op.HELLO, "d": {"heartbeat_interval": self.heartbeat_ms}, "s": None, "t": None}
            connection.send(json.dumps(hello))
            session = await self._converse(connection)
        finally:
            pump.cancel()
            await self._lose(session, connection)
        return socket

    async def _lose(self, session: Session | None, connection: Connection) -> None:
        if session is not None and session.connection is connection:
            session.connection = None
        if session is not None and connection.goodbye and session.connection is None:
            self.sessions.pop(session.id, None)  # a client that says goodbye ends its session
        self.bell.ring()

    async def _converse(self, connection: Connection) -> Session | None:
        session: Session | None = None
        sent: deque[float] = deque()
        while True:
            patience = HELLO_SECONDS if session is None else self.heartbeat_ms / 1000 * 1.5
            try:
                frame = await connection.socket.receive(timeout=patience)
            except TimeoutError:
                await self._refuse(connection, 4009, "Session timed out")
                return session
            if frame.type is not aiohttp.WSMsgType.TEXT:
                connection.goodbye = frame.type is aiohttp.WSMsgType.CLOSE and frame.data in (1000, 1001)
                return session
            sent.append(time.monotonic())
            while sent[0] < sent[-1] - 60:
                sent.popleft()
            if len(sent) > SENDS_PER_MINUTE:
                await self._refuse(connection, 4008, "Rate limited")
                return session
            try:
                body = json.loads(frame.data)
                op, data = Op(body["op"]), body.get("d")
            except (ValueError, KeyError, TypeError):
                await self._refuse(connection, 4002, "Decode error")
                return session
            if op is Op.HEARTBEAT:
                self._acknowledge(connection)
            elif session is None:
                session = await self._begin(connection, op, data)
                if session is None and connection.socket.closed:
                    return None
            elif op in (Op.IDENTIFY, Op.RESUME):
                await self._refuse(connection, 4005, "Already authenticated")
                return session
            elif op is Op.REQUEST_MEMBERS:
                self._send_members(session, data)

    @staticmethod
    def _acknowledge(connection: Connection) -> None:
        """Answers a heartbeat no sooner than a network would: discord.py notes when it sent one after sending it."""
        text = json.dumps({"op": Op.HEARTBEAT_ACK, "d": None, "s": None, "t": None})
        asyncio.get_running_loop().call_later(ACK_SECONDS, connection.send, text)

    async def _refuse(self, connection: Connection, code: int, reason: str) -> None:
        self.closes.append(code)
        await connection.close(code, reason)

    async def _begin(self, connection: Connection, op: Op, data: dict[str, Any]) -> Session | None:
        if op not in (Op.IDENTIFY, Op.RESUME):
            await self._refuse(connection, 4003, "Not authenticated")
            return None
        if data.get("token") != self.token:
            await self._refuse(connection, 4004, "Authentication failed")
            return None
        session = self._resume(connection, data) if op is Op.RESUME else await self._identify(connection, data)
        self.bell.ring()
        return session

    def _resume(self, connection: Connection, data: dict[str, Any]) -> Session | None:
        session = self.sessions.get(str(data.get("session_id")))
        asked = data.get("seq")
        if session is None or self.refuse_resume or not isinstance(asked, int) or _lost(session, asked):
            connection.send(json.dumps({"op": Op.INVALID_SESSION, "d": False, "s": None, "t": None}))
            return None
        for number, text in list(session.events):
            if number > asked:
                connection.send(text)
        session.connection = connection
        session.resumed += 1
        self.send_event(session, "RESUMED", {"_trace": []})
        return session

    async def _identify(self, connection: Connection, data: dict[str, Any]) -> Session | None:
        intents = data.get("intents")
        shard, shards = data.get("shard", (0, 1))
        if not isinstance(intents, int) or intents & ~ALL_INTENTS:
            await self._refuse(connection, 4013, "Invalid intents")
            return None
        if intents & PRIVILEGED & ~self.privileged:
            await self._refuse(connection, 4014, "Disallowed intents")
            return None
        if not 0 <= shard < shards:
            await self._refuse(connection, 4010, "Invalid shard")
            return None
        session = Session(secrets.token_hex(16), shard, shards, intents, connection=connection)
        self.sessions[session.id] = session
        self.identified.append(time.monotonic())
        self._welcome(session)
        return session

    def _welcome(self, session: Session) -> None:
        guilds = [guild for guild in self.world.guilds.values() if guild.has_bot]
        mine = [guild for guild in guilds if (guild.id >> 22) % session.shards == session.shard]
        ready = {
            "v": 10,
            "user": user_json(self.world.bot),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in mine],
            "session_id": session.id,
            "resume_gateway_url": self.url(),
            "shard": [session.shard, session.shards],
            "application": {"id": str(self.world.bot.id), "flags": 0},
            "private_channels": [],
        }
        self.send_event(session, "READY", ready)
        session.ready = True
        for guild in mine if session.may(Intent.GUILDS) else ():
            self.send_event(session, "GUILD_CREATE", guild_json(self.world, guild, members=session.may(Intent.MEMBERS)))

    def _send_members(self, session: Session, data: dict[str, Any]) -> None:
        guild = self.world.guilds.get(int(data["guild_id"]))
        wanted = {int(item) for item in data.get("user_ids") or []}
        found = [member for member in (guild.members.values() if guild else ()) if member.user.id in wanted]
        chunk = {"guild_id": str(data["guild_id"]), "chunk_index": 0, "chunk_count": 1, "nonce": data.get("nonce")}
        chunk["members"] = [member_json(member, self.world.clock) for member in found]
        self.send_event(session, "GUILD_MEMBERS_CHUNK", chunk)


def _lost(session: Session, asked: int) -> bool:
    """Whether the session never came as far as the asked event, or keeps not all that came after it."""
    return asked > session.sequence or (bool(session.events) and session.events[0][0] > asked + 1)
