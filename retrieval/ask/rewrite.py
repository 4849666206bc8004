"""A follow-up made to stand alone by a language model, where there is one; the rules of condense.py are the net.

Knows the conversation and the prompt; must not know passages. A rewrite is taken only if it is plain and made
of names and figures that the conversation holds: a model that explains or invents is not followed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from retrieval.ask.amounts import amounts, unstated
from retrieval.ask.budget import estimate
from retrieval.ask.dates import dates
from retrieval.ask.generate import Author
from retrieval.ask.names import unnamed
from retrieval.ask.prose import not_prose
from retrieval.ask.quotes import visible
from retrieval.errors import ModelError
from retrieval.types import Query, Turn

LONGEST = 400  # characters of a rewritten question
TURNS = 6  # earlier messages that the model sees
TURN_LENGTH = 1200  # characters of each


def rewrite(query: Query, author: Author) -> tuple[Query, tuple[int, int]]:
    """The query with the model's stand-alone question, and the tokens that it took, read and written.

    Raises:
        ModelError: the model failed, or what it wrote may not be followed.
    """
    system, user = author.prompts.condense.fill(history=_shown(query.history), question=query.question)
    author.budget.check()
    read = written = 0
    text = ""
    for piece in author.writer.write(system, user):
        read, written = max(read, piece.read), max(written, piece.written)
        text += piece.text
        if len(text) > 20 * LONGEST:
            break
    read, written = read or estimate(system + user), written or estimate(text)
    author.budget.add(read + written)
    standalone = " ".join(visible(text.rpartition("</think>")[2]).split()).strip("\"'“”«» ")
    why = refusal(standalone, query)
    if why:
        raise ModelError(f"its rewritten question is not usable: {why}")
    return dataclasses.replace(query, standalone=standalone), (read, written)


def refusal(standalone: str, query: Query) -> str:
    """Why a rewritten question may not be searched for; "" when it may."""
    said = " . ".join([query.question, *(turn.text for turn in query.history)])
    if not any(character.isalnum() for character in standalone):
        return "it is empty"
    if len(standalone) > LONGEST:
        return "it is too long"
    if not_prose(standalone):
        return not_prose(standalone)
    known = dates(said)
    if any(not any(date.within(other) for other in known) for date in dates(standalone)):
        return "it holds a date that the conversation does not"
    if unstated(amounts(standalone), amounts(said)):
        return "it holds a number that the conversation does not"
    strange = unnamed(standalone, said)
    return f"“{strange[0]}” is not in the conversation" if strange else ""


def _shown(history: Sequence[Turn]) -> str:
    names = {"user": "Reader", "assistant": "Parley"}
    return "\n".join(f"{names[turn.role]}: {visible(turn.text)[:TURN_LENGTH]}" for turn in history[-TURNS:])
