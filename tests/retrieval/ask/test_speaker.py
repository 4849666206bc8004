"""Questions for what somebody says, asked of that speaker's own texts."""

from __future__ import annotations

import pytest

from retrieval.ask.speaker import spoken_by, told_in
from retrieval.engine import Engine
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


TEXTS = [
    *SOURCES,
    Source("seed", "Examining the Impasse", "", "2024", kind="article"),
    Source("minsk", "The Minsk Protocol", "OSCE", "2014", kind="treaty"),
    Source("start", "New START", "", "2010", kind="treaty"),
]


@pytest.mark.parametrize(
    ("question", "topic", "source"),
    [
        (
            "What tactics does the article list for engaging Russia?",
            "What tactics are listed for engaging Russia?",
            "seed",
        ),
        ("which factors does the seed article name?", "Which factors are named?", "seed"),
        ("What does the article say about sanctions?", "What is said about sanctions?", "seed"),
        ("whats the article say about sanctions", "What is said about sanctions?", "seed"),
        ("what does the article say could serve as a channel?", "What could serve as a channel?", "seed"),
        ("How does the article describe personal dialogue?", "How is personal dialogue described?", "seed"),
        ("How far did oil prices move according to the article?", "How far did oil prices move?", "seed"),
        ("what is trump known for acc to that impasse article", "What is trump known for", "seed"),
        ("What does the Minsk treaty say of arms?", "What is said of arms?", "minsk"),
        ("In the Minsk treaty, who withdraws arms?", "Who withdraws arms?", "minsk"),
        ("What does the treaty give each side?", None, ""),
        ("Which article of the treaty was used?", None, ""),
        ("What is the price cap?", None, ""),
    ],
)
def test_a_text_that_is_meant(question: str, topic: str | None, source: str) -> None:
    """The only source of the kind, or with the words of its title, is asked; of two treaties neither."""
    found = told_in(Query(question, question), TEXTS)
    assert (found and (found.standalone, found.sources)) == (topic and (topic, (source,)))


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("What does the article say about sanctions?", "Reevaluating sanctions regimes"),
        ("What does the seed article say about state media?", "state-controlled media"),
        ("What does the article say about China?", ""),
    ],
)
def test_what_a_text_says_of_a_topic(engine: Engine, question: str, told: str) -> None:
    """The sentence of that text that has every word of the topic; silence where it has none."""
    answer = engine.ask(question)
    assert answer.answered == bool(told)
    assert all(one.source.id == "examining-the-impasse" for one in answer.citations)
    assert told in " ".join(statement.text for statement in answer.statements)


@pytest.mark.parametrize("verb", ["list", "name", "give"])
def test_the_factors_of_the_article_are_its_three(engine: Engine, verb: str) -> None:
    """Asked what the article lists, all three and nothing of another source."""
    answer = engine.ask(f"Which factors behind Russia's refusal does the seed article {verb}?")
    heads = ("Geopolitical Objectives", "Territorial Advantages", "Domestic Political Climate")
    assert [statement.text.split(":")[0] for statement in answer.statements] == list(heads)
