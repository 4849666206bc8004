"""Whose turn a sentence of an interview belongs to."""

from __future__ import annotations

import dataclasses

from retrieval.ask.turns import others
from retrieval.types import Passage
from tests.retrieval.ask.passages import passages

TEXT = (
    "TAPPER: Macron told me that Putin is not acting rationally. Do you agree? THE PRESIDENT: I think he is a rational"
    " actor. He miscalculated. Q: Will it end? BIDEN: It will. AMBASSADOR SMITH: We shall see."
)


def interview(speaker: str, kind: str = "document") -> Passage:
    (passage,) = passages("interview", TEXT)
    source = dataclasses.replace(passage.source, publisher=speaker, kind=kind)
    return dataclasses.replace(passage, source=source)


def test_what_the_interviewer_says_is_not_the_speakers_word() -> None:
    """A turn goes on until the next name; the speaker by name and people in office speak for themselves."""
    passage = interview("Joe Biden")
    found = {passage.slice(unit.start, unit.end): who for unit, who in others(passage).items()}
    assert found == {
        "TAPPER: Macron told me that Putin is not acting rationally.": "TAPPER",
        "Do you agree?": "TAPPER",
        "Q: Will it end?": "Q",
    }


def test_without_a_speaker_nobody_is_another() -> None:
    """A text whose source names nobody, or a brief, has no turns of others."""
    assert others(interview("")) == {}
    assert others(interview("Parley", "brief")) == {}
