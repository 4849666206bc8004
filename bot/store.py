"""The answers that were shown and the messages that show them, in SQLite or Postgres. Knows SQL, not Discord.

Every function here and in feedback, quotas, guilds and personal takes the database first and blocks; the bot calls
them through `Database.run`, which keeps them off the event loop.
"""

from __future__ import annotations

import asyncio
import datetime
import functools
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from sqlalchemy import CursorResult, Delete, Engine, Update, select, update
from sqlalchemy.orm import Session

from bot import record
from bot.schema import open_database
from bot.tables import AnswerRow, MessageRow
from retrieval import Answer, Check, Citation, ParleyError

Given = ParamSpec("Given")
Result = TypeVar("Result")


class GoneError(ParleyError):
    """An answer is no longer stored: its time was up, or the person who asked had it deleted."""

    def __init__(self) -> None:
        super().__init__("This answer is no longer stored: it was deleted by who asked, or its time was up. Ask again.")


@dataclass(frozen=True, slots=True)
class Stored:
    """An answer or a check as it was shown, to whom and where. `guild_id` is 0 outside servers."""

    id: str
    created: datetime.datetime
    guild_id: int
    channel_id: int
    user_id: int
    question: str
    surface: str
    private: bool
    answer: Answer | None = None
    checks: tuple[Check, ...] = ()
    parent_id: str | None = None
    shared: bool = False

    @property
    def citations(self) -> tuple[Citation, ...]:
        """All that it cites, in the order of their numbers."""
        if self.answer is not None:
            return self.answer.citations
        return tuple(cited for check in self.checks for cited in (*check.evidence_for, *check.evidence_against))


class Database:
    """The open database and the threads that wait for it. SQLite has one writer, so one thread."""

    def __init__(self, url: str) -> None:
        self.engine = open_database(url)
        threads = 1 if self.engine.dialect.name == "sqlite" else 4
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="store")

    async def run(
        self, function: Callable[Concatenate[Engine, Given], Result], *args: Given.args, **kwargs: Given.kwargs
    ) -> Result:
        """`function(engine, ...)` in a thread of the store's."""
        call = functools.partial(function, self.engine, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)

    def close(self) -> None:
        """Waits for what is running, then closes every connection."""
        self._threads.shutdown(wait=True)
        self.engine.dispose()


def now() -> datetime.datetime:
    """The present, in UTC."""
    return datetime.datetime.now(datetime.UTC)


def new_id() -> str:
    """An id for an answer, not to be guessed: 16 characters of a-f and 0-9."""
    return secrets.token_hex(8)


def save(engine: Engine, stored: Stored) -> None:
    """Keeps an answer or a check."""
    answer = stored.answer
    payload = record.to_json(stored.checks) if answer is None else record.to_json(record.trim(answer))
    with Session(engine) as session, session.begin():
        session.add(
            AnswerRow(
                id=stored.id,
                kind="check" if answer is None else "answer",
                created=stored.created,
                guild_id=stored.guild_id,
                channel_id=stored.channel_id,
                user_id=stored.user_id,
                parent_id=stored.parent_id,
                question=_storable(stored.question),
                surface=stored.surface,
                private=stored.private,
                shared=stored.shared,
                answered=bool(stored.checks) if answer is None else answer.answered,
                support=max((check.support for check in stored.checks), default=0.0)
                if answer is None
                else answer.support,
                seconds=0.0 if answer is None else answer.seconds.get("total", sum(answer.seconds.values())),
                payload=_storable(payload),
            )
        )


def load(engine: Engine, answer_id: str) -> Stored:
    """The answer with this id.

    Raises:
        GoneError: there is none any more.
    """
    with Session(engine) as session:
        row = session.get(AnswerRow, answer_id)
        if row is None:
            raise GoneError
        return _stored(row)


def link_message(engine: Engine, message_id: int, answer_id: str) -> None:
    """Remembers that this message shows this answer; an answer that is gone meanwhile is let go."""
    with Session(engine) as session, session.begin():
        if session.get(AnswerRow, answer_id) is not None:
            session.merge(MessageRow(id=message_id, answer_id=answer_id))


def answer_id_of(engine: Engine, message_id: int) -> str:
    """The id of the answer that a message shows, "" where it shows none."""
    with Session(engine) as session:
        row = session.get(MessageRow, message_id)
        return row.answer_id if row is not None else ""


def latest_id(engine: Engine, channel_id: int, since: datetime.datetime, user_id: int | None = None) -> str:
    """The id of the last public answer in a channel (to one person, where named) since then; "" where there is none."""
    query = (
        select(AnswerRow.id)
        .where(AnswerRow.channel_id == channel_id, AnswerRow.created >= since, AnswerRow.kind == "answer")
        .where(AnswerRow.private.is_(False))
        .order_by(AnswerRow.created.desc())
        .limit(1)
    )
    if user_id is not None:
        query = query.where(AnswerRow.user_id == user_id)
    with Session(engine) as session:
        return session.scalar(query) or ""


def conversation(engine: Engine, answer_id: str, guild_id: int, limit: int) -> list[Stored]:
    """The answer and those it follows up, oldest first, at most `limit`, all from the one server."""
    found: list[Stored] = []
    with Session(engine) as session:
        following: str | None = answer_id
        while following and len(found) < limit:
            row = session.get(AnswerRow, following)
            if row is None or row.guild_id != guild_id:
                break
            found.append(_stored(row))
            following = row.parent_id
    return found[::-1]


def mark_shared(engine: Engine, answer_id: str) -> bool:
    """Marks an answer as shared; False where it already was."""
    with Session(engine) as session, session.begin():
        change = update(AnswerRow).where(AnswerRow.id == answer_id, AnswerRow.shared.is_(False)).values(shared=True)
        return changed_rows(session, change) == 1


def changed_rows(session: Session, change: Update | Delete) -> int:
    """Makes a change and says how many rows it met."""
    return cast("CursorResult[Any]", session.execute(change)).rowcount


def utc(moment: datetime.datetime) -> datetime.datetime:
    """The moment with its zone; SQLite gives it back without."""
    return moment.replace(tzinfo=datetime.UTC) if moment.tzinfo is None else moment.astimezone(datetime.UTC)


def _stored(row: AnswerRow) -> Stored:
    return Stored(
        id=row.id,
        created=utc(row.created),
        guild_id=row.guild_id,
        channel_id=row.channel_id,
        user_id=row.user_id,
        question=row.question,
        surface=row.surface,
        private=row.private,
        answer=record.answer_from_json(row.payload) if row.kind == "answer" else None,
        checks=record.checks_from_json(row.payload) if row.kind == "check" else (),
        parent_id=row.parent_id,
        shared=row.shared,
    )


def _storable(text: str) -> str:
    """Postgres keeps no NUL, and no database half a surrogate pair."""
    return text.replace("\x00", "").replace("\\u0000", "").encode("utf-8", "replace").decode()
