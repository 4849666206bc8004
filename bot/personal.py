"""What is kept about a person: shown, exported, deleted, and let go when its time is up. Knows SQL, not Discord."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session

from bot.store import changed_rows, utc
from bot.tables import AnswerRow, FeedbackRow, UsageRow


@dataclass(frozen=True, slots=True)
class Kept:
    """How much is kept about a person, and since when ("" where nothing is)."""

    answers: int
    ratings: int
    since: str = ""


def show(engine: Engine, user_id: int) -> Kept:
    """How much is kept about a person."""
    with Session(engine) as session:
        answers, first = session.execute(
            select(func.count(), func.min(AnswerRow.created)).where(AnswerRow.user_id == user_id)
        ).one()
        ratings = session.scalar(select(func.count()).where(FeedbackRow.user_id == user_id)) or 0
    return Kept(answers, ratings, utc(first).date().isoformat() if first else "")


def export(engine: Engine, user_id: int) -> dict[str, object]:
    """Everything kept about a person, as JSON values."""
    with Session(engine) as session:
        answers = session.scalars(select(AnswerRow).where(AnswerRow.user_id == user_id).order_by(AnswerRow.created))
        ratings = session.scalars(select(FeedbackRow).where(FeedbackRow.user_id == user_id))
        usage = session.scalars(select(UsageRow).where(UsageRow.user_id == user_id))
        return {
            "user": str(user_id),
            "answers": [
                {
                    "id": row.id,
                    "at": utc(row.created).isoformat(),
                    "server": str(row.guild_id),
                    "channel": str(row.channel_id),
                    "question": row.question,
                    "private": row.private,
                    "answered": row.answered,
                    "shown": row.payload,
                }
                for row in answers
            ],
            "ratings": [
                {
                    "answer": row.answer_id,
                    "rating": row.rating,
                    "reason": row.reason,
                    "at": utc(row.created).isoformat(),
                }
                for row in ratings
            ],
            "questions_by_day": [
                {"server": str(row.guild_id), "day": row.day.isoformat(), "questions": row.count} for row in usage
            ],
        }


def forget(engine: Engine, user_id: int, today: datetime.date) -> Kept:
    """Deletes everything kept about a person but today's count of questions, which goes tomorrow. Says what went."""
    gone = show(engine, user_id)
    with Session(engine) as session, session.begin():
        session.execute(delete(FeedbackRow).where(FeedbackRow.user_id == user_id))
        session.execute(delete(AnswerRow).where(AnswerRow.user_id == user_id))
        session.execute(delete(UsageRow).where(UsageRow.user_id == user_id, UsageRow.day < today))
    return gone


def purge(engine: Engine, today: datetime.date, retention_days: int) -> int:
    """Deletes answers older than that (0: none) and counts of past days. Gives the number of answers deleted."""
    with Session(engine) as session, session.begin():
        session.execute(delete(UsageRow).where(UsageRow.day < today - datetime.timedelta(days=1)))
        if not retention_days:
            return 0
        midnight = datetime.datetime.combine(today, datetime.time(), datetime.UTC)
        before = midnight - datetime.timedelta(days=retention_days)
        return changed_rows(session, delete(AnswerRow).where(AnswerRow.created < before))
