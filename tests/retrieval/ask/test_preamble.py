"""Long messages, and the question in them."""

from __future__ import annotations

import pytest

from retrieval.ask.preamble import without_preamble

TOLD = "My uncle keeps telling me that nobody in Moscow would ever take such a call, so I went looking for something: "


@pytest.mark.parametrize(
    "question",
    ["what could serve as an informal channel where the official ones have stalled?", "who signed the Minsk protocol?"],
)
def test_the_question_stands_alone(question: str) -> None:
    """What was told before it falls away."""
    assert without_preamble(TOLD + question) == question[0].upper() + question[1:]


@pytest.mark.parametrize(
    "question",
    [
        "by what margin did the Senate oppose it?",
        "what did Steven Pifer call that reading?",
        "who was that?",
        "why?",
        "I wonder about the Minsk protocol of 2014.",
    ],
)
def test_a_question_that_needs_what_was_told_keeps_it(question: str) -> None:
    """It points back, has too few words of its own, or is no question."""
    assert without_preamble(TOLD + question) == TOLD + question


def test_a_short_question_is_left_alone() -> None:
    """A colon in a short one parts nothing."""
    assert without_preamble("Frozen reserves: what was the idea of the loan?") == (
        "Frozen reserves: what was the idea of the loan?"
    )
