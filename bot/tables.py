"""The store's tables. Knows columns, not queries; migrations/versions/ makes the same in a database."""

from __future__ import annotations

import datetime

from sqlalchemy import BigInteger, Boolean, Date, DateTime, Float, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """All tables of the bot."""


class AnswerRow(Base):
    """An answer (or a check) that was shown, whole, so that its buttons work for as long as it is kept.

    `guild_id` is 0 outside servers. `payload` is record.to_json's text, of an Answer or, for kind "check", of a list.
    """

    __tablename__ = "answers"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    created: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True), index=True)
    guild_id: Mapped[int] = mapped_column(BigInteger)
    channel_id: Mapped[int] = mapped_column(BigInteger)
    user_id: Mapped[int] = mapped_column(BigInteger, index=True)
    parent_id: Mapped[str | None] = mapped_column(String(32))
    question: Mapped[str] = mapped_column(Text)
    surface: Mapped[str] = mapped_column(String(16))
    private: Mapped[bool] = mapped_column(Boolean)
    shared: Mapped[bool] = mapped_column(Boolean, default=False)
    answered: Mapped[bool] = mapped_column(Boolean)
    support: Mapped[float] = mapped_column(Float)
    seconds: Mapped[float] = mapped_column(Float)
    payload: Mapped[str] = mapped_column(Text)

    __table_args__ = (Index("ix_answers_channel", "channel_id", "created"),)


class MessageRow(Base):
    """Which answer a message of ours shows, so that a reply to it is a follow-up."""

    __tablename__ = "messages"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    answer_id: Mapped[str] = mapped_column(ForeignKey("answers.id", ondelete="CASCADE"), index=True)


class FeedbackRow(Base):
    """One person's rating of one answer: 1 or -1, and why if they said."""

    __tablename__ = "feedback"

    answer_id: Mapped[str] = mapped_column(ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    rating: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(Text, default="")
    created: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True))


class UsageRow(Base):
    """How many questions a person asked in a server on a day, and when the last one was (seconds since 1970)."""

    __tablename__ = "usage"

    guild_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    day: Mapped[datetime.date] = mapped_column(Date, primary_key=True)
    count: Mapped[int] = mapped_column(Integer)
    last: Mapped[float] = mapped_column(Float)


class GuildRow(Base):
    """A server's settings, as access.GuildSettings writes them."""

    __tablename__ = "guilds"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    settings: Mapped[str] = mapped_column(Text)
