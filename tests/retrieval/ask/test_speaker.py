"""Questions for what somebody says, asked of that speaker's own texts."""

from __future__ import annotations

import pytest

from retrieval.ask.speaker import spoken_by
from retrieval.types import Query, Source

SOURCES = [
    Source("jordan", "Meeting 7138, speech 16", "Jordan", "2014"),
    Source("russia", "Meeting 7138, speech 20", "Russian Federation", "2014"),
    Source("g7", "Joint Statement by Group of Seven (G-7) Leaders", "The White House", "2022-03-24"),
    Source("brief", "What Jordan and Russia said", "Parley", "2026-01-01", kind="brief"),
]


@pytest.mark.parametrize(
    ("question", "topic", "source"),
    [
        ("What did Jordan say about Crimea?", "What is said about Crimea?", "jordan"),
        ("What did Jordan say in the Security Council about Crimea?", "What is said about Crimea?", "jordan"),
        ("what did Russia's representative say about the referendum", "What is said about the referendum?", "russia"),
        ("What is Russia's position on a ceasefire?", "What is said about a ceasefire?", "russia"),
        ("How did Russia justify the annexation?", "What is said about the annexation?", "russia"),
        ("What did the G7 leaders say about Taiwan?", "What is said about Taiwan?", "g7"),
        ("According to Jordan, who fired first?", "who fired first", "jordan"),
    ],
)
def test_a_speaker_with_texts_of_its_own(question: str, topic: str, source: str) -> None:
    """The topic is left of the question, and the speaker's sources alone are asked."""
    found = spoken_by(Query(question, question), SOURCES)
    assert found is not None
    assert (found.standalone, found.sources) == (topic, (source,))


@pytest.mark.parametrize(
    "question",
    [
        "What did he say about Crimea?",
        "What did Norway say about Crimea?",
        "When did Jordan vote?",
        "What did the ministers say about it?",
        "What is the price cap?",
    ],
)
def test_a_question_that_is_no_such_thing(question: str) -> None:
    """A pronoun, a speaker without texts, another question: nothing is narrowed."""
    assert spoken_by(Query(question, question), SOURCES) is None


def test_a_limit_of_the_asker_s_own_stays() -> None:
    """Who names the sources to ask is not overruled."""
    question = "What did Jordan say about Crimea?"
    assert spoken_by(Query(question, question, (), ("g7",)), SOURCES) is None
