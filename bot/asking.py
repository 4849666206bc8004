"""From a question that was acknowledged to an answer that is shown and stored. The one path of all front doors."""

from __future__ import annotations

import dataclasses
import datetime
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import discord

from bot import access, history, quotas, store
from bot.access import Asker
from bot.answering import BusyError, TooSlowError
from bot.failures import failure_line, record_failure
from bot.markdown import clean, escape
from bot.parts import Parts
from bot.progress import Progress, stage_words
from bot.render import Page, render, unfinished
from bot.reply import AUTOMOD, Reply
from bot.store import GoneError, Stored
from bot.views import answer_view
from bot.words import plural
from retrieval import Answer, Statement, Turn, UsageError

_log = logging.getLogger("bot.asking")

Result = TypeVar("Result")

QUESTION_LIMIT = 2000
PLAIN_ERRORS = (BusyError, TooSlowError, GoneError, UsageError)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it came in. `surface` is slash, menu, modal, mention or direct; `about` somebody's message."""

    question: str
    asker: Asker
    channel_id: int
    surface: str
    private: bool = False
    sources: tuple[str, ...] = ()
    parent_id: str = ""
    about: str = ""
    remarks: tuple[str, ...] = ()

    @property
    def quoted(self) -> bool:
        """Whether the reply shows the question, which is to be seen nowhere else."""
        return self.surface in ("slash", "menu", "modal")


Produce = Callable[[Parts, Asked, Reply], Awaitable[Stored]]


async def answer_question(parts: Parts, asked: Asked, reply: Reply, produce: Produce | None = None) -> None:
    """Answers in `reply`, or says there in one line why not. Never raises what is an error of this question alone.

    `produce` makes, stores and shows what was asked for; by default the engine's answer.
    """
    with parts.holding():
        await _answer_question(parts, asked, reply, produce or _answer_and_store)


async def _answer_question(parts: Parts, asked: Asked, reply: Reply, produce: Produce) -> None:
    at = store.now()
    try:
        asked = _within_limit(asked)
        refusal = await _take(parts, asked, at)
        if refusal:
            parts.metrics.questions.labels("refused").inc()
            await reply.refuse(refusal)
            return
        try:
            stored = await produce(parts, asked, reply)
        except BaseException:
            await parts.database.run(quotas.give_back, asked.asker.guild_id, asked.asker.user_id, at)
            raise
        _note_answered(parts, stored, (store.now() - at).total_seconds())
    except Exception as error:
        parts.metrics.questions.labels("failed").inc()
        await show_error(parts, error, reply, "question", asked.question, asked.about)


async def show_error(parts: Parts, error: Exception, reply: Reply, where: str, *typed: str) -> None:
    """One clear line for the person, the rest in the log."""
    line = error_line(parts, error, where, *typed)
    try:
        await reply.refuse(line)
    except discord.HTTPException as failed:
        _log.warning("could not tell a person of a failure", extra={"status": failed.status, "code": failed.code})


def error_line(parts: Parts, error: Exception, where: str, *typed: str) -> str:
    """What a person reads of an error: what to do next, or the id under which the log has it."""
    if isinstance(error, PLAIN_ERRORS):
        return escape(str(error))
    if isinstance(error, discord.HTTPException) and error.code in AUTOMOD:
        return "This server's AutoMod blocked my answer. A server manager can exempt me, or ask me in a direct message."
    if isinstance(error, discord.Forbidden):
        return (
            "I lack a permission here. A server manager must let me View Channel, Send Messages, Embed Links and"
            " Read Message History, and in threads Send Messages in Threads."
        )
    parts.metrics.failures.inc()
    return failure_line(record_failure(error, where, *typed))


async def show_stored(stored: Stored, reply: Reply, page_number: int = 0, remarks: Sequence[str] = ()) -> int:
    """Shows a page of a stored answer in `reply`; the id of the message."""
    pages = pages_of(stored, reply.embeds, remarks)
    number = max(0, min(page_number, len(pages) - 1))
    return await reply.finish(pages[number], answer_view(stored, number, len(pages)))


def pages_of(stored: Stored, embeds: bool, remarks: Sequence[str] = ()) -> tuple[Page, ...]:
    """The pages of a stored answer as of today."""
    quoted = stored.surface in ("slash", "menu", "modal")
    return render(_answer_of(stored), today=store.now().date(), quoted=quoted, embeds=embeds, remarks=remarks)


def _within_limit(asked: Asked) -> Asked:
    question = clean(asked.question).strip()
    if len(question) <= QUESTION_LIMIT:
        return dataclasses.replace(asked, question=question)
    remark = f"Only the first {QUESTION_LIMIT} characters of the question were read."
    return dataclasses.replace(asked, question=question[:QUESTION_LIMIT], remarks=(*asked.remarks, remark))


async def _take(parts: Parts, asked: Asked, at: datetime.datetime) -> str:
    settings = parts.guild(asked.asker.guild_id)
    allowed = access.allowance(parts.settings, settings, asked.asker)
    usage = await parts.database.run(quotas.take, asked.asker.guild_id, asked.asker.user_id, allowed, at)
    return access.usage_refusal(usage, allowed)


async def _answer_and_store(parts: Parts, asked: Asked, reply: Reply) -> Stored:
    turns, remarks = await _history(parts, asked)
    answer = await in_pool(parts, reply, lambda progress: _ask_engine(parts, asked, turns, progress))
    return await store_and_show(parts, asked, reply, answer, (*asked.remarks, *remarks))


async def store_and_show(
    parts: Parts, asked: Asked, reply: Reply, answer: Answer, remarks: Sequence[str] = ()
) -> Stored:
    """Keeps an answer, shows its first page and remembers which message shows it."""
    stored = dataclasses.replace(new_stored(asked), answer=answer)
    await parts.database.run(store.save, stored)
    message_id = await show_stored(stored, reply, remarks=remarks)
    await parts.database.run(store.link_message, message_id, stored.id)
    return stored


async def in_pool(parts: Parts, reply: Reply, work: Callable[[Progress], Result]) -> Result:
    """What `work` returns, made in a thread of the pool, with its progress shown meanwhile."""
    progress = Progress(reply.progress)
    if parts.pool.waiting:
        progress.note(f"-# {plural(parts.pool.waiting, 'question')} before yours …")
    try:
        return await parts.pool.run(lambda: work(progress))
    finally:
        await progress.stop()


def new_stored(asked: Asked) -> Stored:
    """The record of a question, before there is an answer."""
    return Stored(
        id=store.new_id(),
        created=store.now(),
        guild_id=asked.asker.guild_id,
        channel_id=asked.channel_id,
        user_id=asked.asker.user_id,
        question=asked.question,
        surface=asked.surface,
        private=asked.private,
        parent_id=asked.parent_id or None,
    )


def _ask_engine(parts: Parts, asked: Asked, turns: tuple[Turn, ...], progress: Progress) -> Answer:
    """In a thread of the pool."""
    stage = "retrieve"
    told: list[Statement] = []

    def on_stage(name: str) -> None:
        nonlocal stage
        stage = name
        progress.note(unfinished(stage_words(stage), told))

    def on_statement(statement: Statement) -> None:
        told.append(statement)
        progress.note(unfinished(stage_words(stage), told))

    engine = parts.shelves.engine(asked.asker.guild_id)
    return engine.ask(asked.question, turns, asked.sources, on_stage=on_stage, on_statement=on_statement)


async def _history(parts: Parts, asked: Asked) -> tuple[tuple[Turn, ...], tuple[str, ...]]:
    if not asked.parent_id:
        return history.about_turn(asked.about), ()
    one_more = history.ANSWERS_USED + 1
    conversation = await parts.database.run(store.conversation, asked.parent_id, asked.asker.guild_id, one_more)
    return history.turns_of(conversation)


def _note_answered(parts: Parts, stored: Stored, seconds: float) -> None:
    answer = stored.answer
    end = "checked" if answer is None else "answered" if answer.answered else "abstained"
    parts.metrics.questions.labels(end).inc()
    parts.metrics.seconds.observe(seconds)
    noted: dict[str, object] = {"answer": stored.id, "end": end, "surface": stored.surface, "guild": stored.guild_id}
    if answer is not None:
        noted.update(support=round(answer.support, 3), index=answer.index_version)
    _log.info("question", extra={**noted, "seconds": round(seconds, 3)})


def _answer_of(stored: Stored) -> Answer:
    if stored.answer is None:
        raise GoneError
    return stored.answer
