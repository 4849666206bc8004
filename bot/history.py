"""The history of a follow-up: earlier questions and answers as the engine's turns. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.store import Stored
from retrieval import Turn

ANSWERS_USED = 4
CHARACTERS_USED = 6000


def turns_of(conversation: Sequence[Stored], longer: bool = False) -> tuple[tuple[Turn, ...], tuple[str, ...]]:
    """The turns, oldest first, and what the reader must be told of them.

    Args:
        conversation: earlier answers, oldest first.
        longer: whether there are more before these.
    """
    kept: list[Turn] = []
    used = 0
    cut = longer or len(conversation) > ANSWERS_USED
    for stored in reversed(conversation[-ANSWERS_USED:]):
        pair = _turns(stored)
        used += sum(len(turn.text) for turn in pair)
        if kept and used > CHARACTERS_USED:
            cut = True
            break
        kept[:0] = pair
    count = len(kept) // 2
    remark = f"Only the last {count} answer{'s' * (count != 1)} of this conversation were used." if cut else ""
    return tuple(kept), (remark,) if remark else ()


def about_turn(text: str) -> tuple[Turn, ...]:
    """Somebody's message that a question is about, as the turn before it."""
    return (Turn("user", text),) if text.strip() else ()


def _turns(stored: Stored) -> list[Turn]:
    answer = stored.answer
    if answer is None:
        return []
    said = " ".join(statement.text for statement in answer.statements) or "The sources do not answer this."
    passages = tuple(dict.fromkeys(citation.passage for citation in answer.citations))
    return [Turn("user", answer.query.standalone or stored.question), Turn("assistant", said, passages)]
