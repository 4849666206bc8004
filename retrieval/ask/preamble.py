"""What a long message asks, without what its writer tells first ("My uncle says …, so: when was the deal signed?").

Knows English; knows nothing of passages or scores.
"""

from __future__ import annotations

import re

from retrieval.ask.facts import content

LONG = 22  # words of a message that may have a preamble
LEAST = 3  # words of content of a question that can do without it
_BREAK = re.compile(r"[.!?:;]\s+")
_ASKS = re.compile(
    r"^(?:(?:and|so|but|well|now|then|ok(?:ay)?|in|on|at|by|for|from|to|with|of|about)\s+)?"
    r"(?:who|whom|whose|what|which|when|where|why|how|is|are|was|were|do|does|did|has|have|had|can|could|will|would"
    r"|should|name|list)\b",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"\b(?:he|she|it|they|him|her|his|hers|its|their|this|these|those|there|latter|former)\b|(?<!\bof )\bthem\b"
    r"|(?:\b(?:to|of|by|on|for|in|with|from|after|before|about|like|call|called|is|was|mean|means)\s+|^\w+ )that\b",
    re.IGNORECASE,
)
"""Words that stand for something told before; a "that" behind a noun belongs to the noun."""


def without_preamble(question: str) -> str:
    """The last part of a long message where it is a question that can do without the rest, else the whole."""
    last = last_asked(question)
    return question if points_back(last) else last


def points_back(text: str) -> bool:
    """Whether a word of the text stands for something told before it ("it", "those", "the latter")."""
    return bool(_POINTS_BACK.search(text))


def last_asked(question: str) -> str:
    """The last part of a long message where it is a question, else the whole."""
    breaks = list(_BREAK.finditer(question.rstrip("?!. "))) if len(question.split()) >= LONG else []
    last = question[breaks[-1].end() :].strip() if breaks else question
    if not breaks or not _ASKS.match(last) or len(content(last)) < LEAST:
        return question
    return last[0].upper() + last[1:]
