"""Messages that are questions: a mention, a reply to an answer, a thread of ours, a direct message.

`is_question` decides from plain facts; the rest finds out what it follows up and where it is answered.
"""

from __future__ import annotations

import datetime
import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import discord

from bot import store
from bot.access import Asker, refusal
from bot.acknowledge import place_ids
from bot.asking import Asked, answer_question, error_line, show_error
from bot.markdown import one_line, shorten
from bot.reply import MessageReply

if TYPE_CHECKING:
    from bot.client import ParleyClient

_log = logging.getLogger("bot.messages")

CONVERSATION_MINUTES = 30
THREAD_NAME_LIMIT = 90
THREAD_MINUTES: Literal[1440] = 1440
GREETING = (
    "Ask me a question and I answer from my sources, every sentence cited: mention me with it, use `/ask`, or reply to"
    " one of my answers."
)

_BEGUN = "-# Searching the sources …"


@dataclass(frozen=True, slots=True)
class Incoming:
    """What decides whether a message is for the bot."""

    from_person: bool
    direct: bool
    mentions_me: bool
    replies_to_me: bool
    in_my_thread: bool
    has_text: bool


def is_question(message: Incoming, direct_messages: bool, message_content: bool) -> bool:
    """Whether the bot takes a message as meant for it.

    In a thread of the bot's own no mention is needed where the operator turned the Message Content intent on.
    """
    if not message.from_person:
        return False
    if message.direct:
        return direct_messages and message.has_text
    if message.mentions_me:
        return True
    if not message.has_text:
        return False
    return message.replies_to_me or (message.in_my_thread and message_content)


def without_mentions(text: str, *ids: int) -> str:
    """The text without the mentions of these users or roles."""
    for one in ids:
        text = re.sub(rf"<@[!&]?{one}>", " ", text)
    return text.strip()


async def take_message(client: ParleyClient, message: discord.Message) -> None:
    """Answers a message if it is meant for the bot; else does nothing."""
    me = client.user
    if me is None or not is_question(
        _incoming(message, me.id), client.parts.settings.direct_messages, client.parts.settings.message_content
    ):
        return
    asker = _asker(message)
    refused = refusal(client.parts.guild(asker.guild_id), asker)
    place, embeds, problem = await _place(client, message)
    if problem:
        await _tell_privately(message, problem)
        return
    reply = MessageReply(message, place, embeds)
    if refused or not _text(message, me.id):
        await reply.refuse(refused or GREETING)
        return
    with client.parts.holding():
        try:
            await reply.begin(_BEGUN)
        except discord.Forbidden as error:
            await _tell_privately(message, error_line(client.parts, error, "message"))
            return
        try:
            asked = await _asked(client, message, asker, reply)
        except Exception as error:
            await show_error(client.parts, error, reply, "message", message.content)
            return
        await answer_question(client.parts, asked, reply)


async def _asked(client: ParleyClient, message: discord.Message, asker: Asker, reply: MessageReply) -> Asked:
    me = client.user.id if client.user is not None else 0
    return Asked(
        question=_text(message, me),
        asker=asker,
        channel_id=reply.place_id,
        surface="direct" if message.guild is None else "mention",
        parent_id=await _parent(client, message, me),
        about=_about(message, me),
        remarks=() if reply.embeds else ("Sources are below because I may not embed links here.",),
    )


def _text(message: discord.Message, me: int) -> str:
    return without_mentions(message.content, me, *_my_roles(message))


def _incoming(message: discord.Message, me: int) -> Incoming:
    channel = message.channel
    mine = {user.id for user in message.mentions} | {role.id for role in message.role_mentions}
    resolved = message.reference.resolved if message.reference else None
    person = not message.author.bot and message.webhook_id is None
    return Incoming(
        from_person=person and message.type in (discord.MessageType.default, discord.MessageType.reply),
        direct=message.guild is None,
        mentions_me=bool(mine & {me, *_my_roles(message)}),
        replies_to_me=isinstance(resolved, discord.Message) and resolved.author.id == me,
        in_my_thread=isinstance(channel, discord.Thread) and channel.owner_id == me,
        has_text=bool(message.content.strip()),
    )


def _my_roles(message: discord.Message) -> tuple[int, ...]:
    role = message.guild.self_role if message.guild is not None else None
    return (role.id,) if role is not None else ()


def _asker(message: discord.Message) -> Asker:
    author = message.author
    member = author if isinstance(author, discord.Member) else None
    return Asker(
        user_id=author.id,
        guild_id=message.guild.id if message.guild else 0,
        place_ids=place_ids(message.channel.id, message.channel),
        role_ids=tuple(role.id for role in member.roles) if member else (),
        manager=bool(member and member.guild_permissions.manage_guild),
    )


async def _parent(client: ParleyClient, message: discord.Message, me: int) -> str:
    """The answer that a message follows up, "" where it begins anew."""
    run = client.parts.database.run
    if message.reference is not None and message.reference.message_id is not None:
        replied = await run(store.answer_id_of, message.reference.message_id)
        if replied:
            return replied
    channel = message.channel
    if isinstance(channel, discord.Thread) and channel.owner_id == me:
        return await run(store.latest_id, channel.id, datetime.datetime.min.replace(tzinfo=datetime.UTC))
    if message.guild is None:
        since = store.now() - datetime.timedelta(minutes=CONVERSATION_MINUTES)
        return await run(store.latest_id, channel.id, since, message.author.id)
    return ""


def _about(message: discord.Message, me: int) -> str:
    """The text of somebody else's message that the question replies to, where Discord lets the bot read it."""
    resolved = message.reference.resolved if message.reference else None
    if isinstance(resolved, discord.Message) and resolved.author.id != me:
        return resolved.content
    return ""


async def _place(client: ParleyClient, message: discord.Message) -> tuple[discord.abc.Messageable, bool, str]:
    """Where the answer goes, whether it may hold an embed there, and what stands in the way ("" for nothing)."""
    channel, guild = message.channel, message.guild
    me = guild.me if guild is not None else None
    if guild is None or me is None or isinstance(channel, discord.DMChannel | discord.GroupChannel):
        return channel, True, ""
    may = channel.permissions_for(me)
    in_thread = isinstance(channel, discord.Thread)
    if not (may.send_messages_in_threads if in_thread else may.send_messages):
        needed = "Send Messages in Threads" if in_thread else "Send Messages"
        return channel, True, f"I may not write there. A server manager must give me the permission {needed}."
    wanted = client.parts.guild(guild.id).threads and isinstance(channel, discord.TextChannel)
    if wanted and may.create_public_threads and may.send_messages_in_threads and message.reference is None:
        asked = one_line(_text(message, me.id))
        name = shorten(asked or "Question", THREAD_NAME_LIMIT)
        try:
            thread = await message.create_thread(name=name, auto_archive_duration=THREAD_MINUTES)
        except discord.HTTPException as error:
            _log.info("no thread could be opened", extra={"status": error.status, "code": error.code})
        else:
            return thread, may.embed_links, ""
    return channel, may.embed_links, ""


async def _tell_privately(message: discord.Message, problem: str) -> None:
    try:
        await message.author.send(problem, allowed_mentions=discord.AllowedMentions.none())
    except discord.HTTPException as error:
        _log.info("could not explain a missing permission", extra={"status": error.status, "code": error.code})
