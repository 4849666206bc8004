"""Servers' settings and figures in the store. Knows SQL, not Discord."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from bot.access import GuildSettings
from bot.tables import AnswerRow, FeedbackRow, GuildRow


@dataclass(frozen=True, slots=True)
class Stats:
    """What was asked in one server, as far as it is still stored. `support` and `seconds` are means of the answered."""

    asked: int
    answered: int
    people: int
    up: int
    down: int
    support: float
    seconds: float


def load_all(engine: Engine) -> dict[int, GuildSettings]:
    """The settings of every server that has any."""
    with Session(engine) as session:
        return {row.id: GuildSettings.from_json(row.settings) for row in session.scalars(select(GuildRow))}


def save(engine: Engine, guild_id: int, settings: GuildSettings) -> None:
    """Keeps a server's settings."""
    with Session(engine) as session, session.begin():
        session.merge(GuildRow(id=guild_id, settings=settings.to_json()))


def stats(engine: Engine, guild_id: int) -> Stats:
    """A server's figures."""
    here = (AnswerRow.guild_id == guild_id, AnswerRow.kind == "answer")
    with Session(engine) as session:
        asked, people = session.execute(
            select(func.count(), func.count(func.distinct(AnswerRow.user_id))).where(*here)
        ).one()
        answered, support, seconds = session.execute(
            select(func.count(), func.avg(AnswerRow.support), func.avg(AnswerRow.seconds)).where(
                *here, AnswerRow.answered.is_(True)
            )
        ).one()
        ratings = {
            rating: count
            for rating, count in session.execute(
                select(FeedbackRow.rating, func.count())
                .join(AnswerRow, AnswerRow.id == FeedbackRow.answer_id)
                .where(*here)
                .group_by(FeedbackRow.rating)
            )
        }
    return Stats(asked, answered, people, ratings.get(1, 0), ratings.get(-1, 0), support or 0.0, seconds or 0.0)
