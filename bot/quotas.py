"""How often a person may ask: taking a question from the day's quota, atomically. Knows SQL, not Discord."""

from __future__ import annotations

import datetime

from sqlalchemy import Engine, or_, select, true, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.access import Allowance, Usage
from bot.store import changed_rows
from bot.tables import UsageRow


def take(engine: Engine, guild_id: int, user_id: int, allowed: Allowance, at: datetime.datetime) -> Usage:
    """Counts one question if the person may ask now; two at the same moment never take the same last one."""
    day, second = at.date(), at.timestamp()
    insert = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert
    fresh = insert(UsageRow).values(guild_id=guild_id, user_id=user_id, day=day, count=0, last=0.0)
    within = UsageRow.count < allowed.quota if allowed.quota else true()
    with Session(engine) as session, session.begin():
        session.execute(fresh.on_conflict_do_nothing())
        change = (
            update(UsageRow)
            .where(UsageRow.guild_id == guild_id, UsageRow.user_id == user_id, UsageRow.day == day, within)
            .where(or_(UsageRow.last <= second - allowed.cooldown, UsageRow.last > second))
            .values(count=UsageRow.count + 1, last=second)
        )
        taken = changed_rows(session, change) == 1
        row = session.get_one(UsageRow, (guild_id, user_id, day))
        used_up = bool(allowed.quota) and row.count >= allowed.quota
        wait = 0.0 if taken or used_up else max(0.0, row.last + allowed.cooldown - second)
        return Usage(taken, row.count, wait)


def give_back(engine: Engine, guild_id: int, user_id: int, at: datetime.datetime) -> None:
    """Takes back the count of a question that was not answered through no fault of the person's."""
    with Session(engine) as session, session.begin():
        session.execute(
            update(UsageRow)
            .where(UsageRow.guild_id == guild_id, UsageRow.user_id == user_id, UsageRow.day == at.date())
            .where(UsageRow.count > 0)
            .values(count=UsageRow.count - 1, last=0.0)
        )


def used(engine: Engine, guild_id: int, user_id: int, at: datetime.datetime) -> Usage:
    """What a person has asked in a server today."""
    with Session(engine) as session:
        count = session.scalar(
            select(UsageRow.count).where(
                UsageRow.guild_id == guild_id, UsageRow.user_id == user_id, UsageRow.day == at.date()
            )
        )
        return Usage(True, count or 0)
