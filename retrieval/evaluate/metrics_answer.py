"""The answer's words beside the gold answers, as SQuAD's evaluation normalises them, and whether an answer is right.

SQuAD: Rajpurkar et al. 2016, "SQuAD: 100,000+ Questions for Machine Comprehension of Text".
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from retrieval.evaluate.cases import Question
from retrieval.evaluate.gold import TYPED, Occurrences, golds_of_citation

Outcome = Literal["error", "false answer", "wrong answer", "missed", "right", "right to abstain"]
ARTICLES = frozenset({"a", "an", "the"})
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def answer_text(row: Mapping[str, Any]) -> str:
    """The statements of an answer as one text; empty when it abstained or crashed."""
    return " ".join(str(statement["text"]) for statement in row.get("statements", []))


def words(text: str) -> list[str]:
    """Lower-case words without punctuation and articles; typographic quotes and dashes count as punctuation."""
    plain = re.sub(r"\s+", " ", text.translate(TYPED).lower().translate(_PUNCTUATION))
    return [word for word in plain.split() if word not in ARTICLES]


def token_f1(text: str, answers: Sequence[str]) -> float:
    """F1 of the words in common with the nearest gold answer, 0..1."""
    return max((_f1(words(text), words(answer)) for answer in answers), default=0.0)


def contained(text: str, answer: str) -> bool:
    """Whether the answer's words stand in the text, in order and without a gap."""
    inside, sought = words(text), words(answer)
    return bool(sought) and any(inside[at : at + len(sought)] == sought for at in range(len(inside)))


def contained_share(text: str, answers: Sequence[str]) -> float:
    """The share of the gold answers that the text contains, 0..1."""
    return sum(contained(text, answer) for answer in answers) / len(answers) if answers else 0.0


def outcome(case: Question, gold: Sequence[Occurrences], row: Mapping[str, Any]) -> Outcome:
    """How a case ended. Right: the answer contains a gold answer or cites a gold quote, or there is neither to meet."""
    if "error" in row:
        return "error"
    if not row["answered"]:
        return "missed" if case.answerable else "right to abstain"
    if not case.answerable:
        return "false answer"
    if not case.answers and not gold:
        return "right"
    text = answer_text(row)
    cites = any(golds_of_citation(gold, citation) for citation in row["citations"])
    return "right" if cites or any(contained(text, answer) for answer in case.answers) else "wrong answer"


def _f1(text: list[str], answer: list[str]) -> float:
    shared = sum((Counter(text) & Counter(answer)).values())
    return 2 * shared / (len(text) + len(answer)) if shared else 0.0
