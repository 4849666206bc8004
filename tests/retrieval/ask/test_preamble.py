"""Long messages, and the question in them."""

from __future__ import annotations

import pytest

from retrieval.ask.preamble import last_asked, without_preamble
from retrieval.engine import Engine

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


def test_what_points_back_is_still_what_is_asked() -> None:
    """The last part by itself, to be asked beside the whole; a short question and a statement are their own last."""
    assert last_asked(f"{TOLD}by what margin did the Senate oppose it?") == "By what margin did the Senate oppose it?"
    assert last_asked("Helsinki: by what margin did the Senate oppose it?").startswith("Helsinki")
    assert last_asked(f"{TOLD}I wonder about the Minsk protocol of 2014.").startswith("My uncle")


def test_a_long_message_is_answered(engine: Engine) -> None:
    """What is told first does not keep the answer away; what points back is asked beside the whole."""
    told = (
        "The people of the OSCE carried no weapons in the Donbas, and I remember that one of them did not come home. "
    )
    answer = engine.ask(f"{told}Which member of the mission was killed by an explosion under a vehicle?")
    assert answer.answered
    assert "Joseph Stone" in answer.statements[0].text
