"""From feedback to gold: rated answers as a question set that a person then edits.

Reads what `parley bot feedback` prints, one JSON object a line. A liked answer gives its quotes as gold; a disliked one
gives the question alone, with the answer and the reason in its note. Nobody's name is in either.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from retrieval.errors import QuestionSetError, UsageError
from retrieval.evaluate.cases import Gold, Question
from retrieval.types import Turn

Rating = Literal["up", "down"]
TAG = "candidate"  # on every case until a person has looked at it
NOTE_LENGTH = 600


@dataclass(frozen=True, slots=True)
class Feedback:
    """One rating of one answer. `passages` are the quotes that the answer cited."""

    question: str
    answer: str
    rating: Rating
    reason: str = ""
    history: tuple[Turn, ...] = ()
    passages: tuple[Gold, ...] = ()
    answered: bool = True


def read_feedback(path: Path) -> list[Feedback]:
    """Ratings from a file of JSON lines.

    Raises:
        UsageError: the file cannot be read.
        QuestionSetError: lines are not of the form; all are named.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read the feedback in {path} ({error}); write it with: parley bot feedback") from error
    rated: list[Feedback] = []
    mistakes: list[str] = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                rated.append(_feedback(json.loads(line)))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                mistakes.append(f"line {number}: not a rated answer ({type(error).__name__}: {error})")
    if not rated and not mistakes:
        mistakes.append("line 1: there is no feedback in it")
    if mistakes:
        raise QuestionSetError(str(path), mistakes)
    return rated


def make_candidates(rated: Iterable[Feedback]) -> list[Question]:
    """One case for each question asked (with its history), in the order they first came; ratings are counted in notes.

    Quotes become gold only where all who rated an answer with them liked it.
    """
    asked: dict[str, list[Feedback]] = {}
    for one in rated:
        if one.question.strip():
            asked.setdefault(_identity(one), []).append(one)
    return [_candidate(identity, ratings) for identity, ratings in asked.items()]


def _candidate(identity: str, ratings: list[Feedback]) -> Question:
    liked = [one for one in ratings if one.rating == "up"]
    disliked = [one for one in ratings if one.rating == "down"]
    doubted = {gold for one in disliked for gold in one.passages}
    gold = dict.fromkeys(gold for one in liked for gold in one.passages if gold not in doubted)
    answerable = not (liked and not disliked and not any(one.answered for one in liked))  # a liked silence was due
    tags = (TAG, *(["liked"] if liked else []), *(["disliked"] if disliked else []))
    first = ratings[0]
    return Question(
        id=f"feedback-{identity}",
        question=first.question.strip(),
        history=first.history,
        answerable=answerable,
        relevant=tuple(gold) if answerable else (),
        tags=tags,
        note=_note(liked, disliked),
    )


def _note(liked: list[Feedback], disliked: list[Feedback]) -> str:
    parts = [f"{len(liked)} liked, {len(disliked)} disliked."]
    for one in disliked:
        said = one.answer.strip() if one.answered else "(abstained)"
        parts.append(
            f"Disliked: {said[:NOTE_LENGTH]}" + (f" Reason: {one.reason.strip()}" if one.reason.strip() else "")
        )
    parts += [f"Liked: {one.reason.strip()}" for one in liked if one.reason.strip()]
    return "\n".join(dict.fromkeys(parts))


def _identity(one: Feedback) -> str:
    turns = [" ".join(text.lower().split()) for text in (*(turn.text for turn in one.history), one.question)]
    return hashlib.sha256("\n".join(turns).encode("utf-8")).hexdigest()[:10]


def _feedback(form: dict[str, Any]) -> Feedback:
    if form["rating"] not in ("up", "down"):
        raise ValueError(f'"rating" must be "up" or "down", not {form["rating"]!r}')
    return Feedback(
        question=str(form["question"]),
        answer=" ".join(str(statement["text"]) for statement in form.get("statements", [])),
        rating=form["rating"],
        reason=str(form.get("reason") or ""),
        history=tuple(Turn(turn["role"], str(turn["text"])) for turn in form.get("history", [])),
        passages=tuple(Gold(str(one["source"]), str(one["quote"])) for one in form.get("citations", [])),
        answered=bool(form.get("answered", True)),
    )
