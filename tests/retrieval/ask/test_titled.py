"""What a text is called by is told by its beginning."""

from __future__ import annotations

import pytest

from retrieval.ask.titled import titled
from retrieval.engine import Engine
from retrieval.types import Query, Source

TITLES = ("The Treaty of Varn, 1998", "The Oslo talks and the note of 2020", "Thaw: when parties give way", "Oslo")
TEXTS = [Source(f"s{at}", title) for at, title in enumerate(TITLES)]


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What is the Treaty of Varn?", "s0"),
        ("what's the treaty of varn", "s0"),
        ("Tell me about the Oslo talks.", "s1"),
        ("What is meant by thaw?", "s2"),
        ("What is the Treaty of Varn about in general and in detail?", None),
        ("What is the treaty?", None),
        ("When was the Treaty of Varn signed?", None),
        ("What is thaw called in Oslo?", None),
    ],
)
def test_a_question_for_what_a_title_names_is_asked_of_that_text(question: str, text: str | None) -> None:
    """The title counts up to its colon, comma, year, "and" or preposition."""
    found = titled(Query(question, question), TEXTS)
    assert (found.sources[0] if found else None) == text


def test_two_texts_of_one_name_are_no_one_text() -> None:
    """Nor is a question that is limited to some sources already."""
    twice = [*TEXTS, Source("s9", "Thaw, again")]
    assert titled(Query("What is thaw?", "What is thaw?"), twice) is None
    assert titled(Query("What is thaw?", "What is thaw?", sources=("s0",)), TEXTS) is None


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What is the Budapest Memorandum?", "signed in Budapest on 5 December 1994"),
        ("what is ripeness", "theory of ripeness"),
        ("What was the Black Sea Grain Initiative?", "was signed in Istanbul on 22 July 2022"),
    ],
)
def test_the_beginning_tells_what_it_is(engine: Engine, question: str, words: str) -> None:
    """And not an item of a list further down."""
    answer = engine.ask(question)
    assert answer.answered
    assert words in answer.statements[0].text
