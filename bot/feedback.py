"""Ratings of answers, and their export as candidates for a question set. Knows SQL, not Discord."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from sqlalchemy import Engine, select, tuple_
from sqlalchemy.orm import Session

from bot import record, store
from bot.tables import AnswerRow, FeedbackRow

_PAGE = 200


def rate(engine: Engine, answer_id: str, user_id: int, rating: int) -> None:
    """Keeps a person's rating (1 or -1) of an answer; a second one replaces the first, and its reason where it turns.

    Raises:
        GoneError: the answer is no longer stored.
    """
    with Session(engine) as session, session.begin():
        if session.get(AnswerRow, answer_id) is None:
            raise store.GoneError
        row = session.get(FeedbackRow, (answer_id, user_id))
        if row is None:
            row = FeedbackRow(answer_id=answer_id, user_id=user_id, reason="")
            session.add(row)
        elif row.rating != rating:
            row.reason = ""
        row.rating = rating
        row.created = store.now()


def explain(engine: Engine, answer_id: str, user_id: int, rating: int, reason: str) -> None:
    """Keeps a rating together with the person's reason.

    Raises:
        GoneError: the answer is no longer stored.
    """
    rate(engine, answer_id, user_id, rating)
    with Session(engine) as session, session.begin():
        row = session.get(FeedbackRow, (answer_id, user_id))
        if row is not None:
            row.reason = reason.replace("\x00", "")


def candidates(engine: Engine, since: datetime.datetime | None = None) -> Iterator[dict[str, object]]:
    """Rated answers as lines for `parley eval candidates`, oldest first. No line says who asked or who rated.

    Each: id, question, history (role, text), rating ("up" or "down"), reason, answered, support, statements,
    citations (source, quote), index_version, day.
    """
    order = (FeedbackRow.created, FeedbackRow.answer_id, FeedbackRow.user_id)
    rated = select(FeedbackRow, AnswerRow).join(AnswerRow, AnswerRow.id == FeedbackRow.answer_id)
    rated = rated.where(AnswerRow.kind == "answer").order_by(*order).limit(_PAGE)
    if since is not None:
        rated = rated.where(FeedbackRow.created >= since)
    page = rated
    while True:
        with Session(engine) as session:
            rows = session.execute(page).all()
            lines = [_candidate(rating, row) for rating, row in rows]
            last = (rows[-1][0].created, rows[-1][0].answer_id, rows[-1][0].user_id) if rows else None
        yield from lines
        if last is None or len(lines) < _PAGE:
            return
        page = rated.where(tuple_(*order) > last)


def _candidate(rating: FeedbackRow, row: AnswerRow) -> dict[str, object]:
    answer = record.answer_from_json(row.payload)
    return {
        "id": row.id,
        "question": row.question,
        "history": [{"role": turn.role, "text": turn.text} for turn in answer.query.history],
        "rating": "up" if rating.rating > 0 else "down",
        "reason": rating.reason,
        "answered": answer.answered,
        "support": answer.support,
        "statements": [
            {"text": statement.text, "citations": list(statement.citations)} for statement in answer.statements
        ],
        "citations": [
            {"n": cited.n, "passage": cited.passage, "source": cited.source.id, "quote": cited.quote}
            for cited in answer.citations
        ],
        "index_version": answer.index_version,
        "day": store.utc(rating.created).date().isoformat(),
    }
