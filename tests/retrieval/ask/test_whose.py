"""Whose a thing is: a sentence on another country's does not answer."""

from __future__ import annotations

import pytest

from retrieval.ask.names import lacks_name_asked
from retrieval.ask.whose import exchanged
from retrieval.engine import Engine


@pytest.mark.parametrize(
    ("question", "text", "told"),
    [
        (
            "What does the Russian constitution say?",
            "The Ukrainian constitution says nothing.",
            ("Russian constitution",),
        ),
        ("Which Polish minister left?", "On 9 November German Defence Minister Kurt Weiss left.", ("Polish minister",)),
        ("What did France's envoy say?", "Italy's envoy said that it was late.", ("France's envoy",)),
        ("What did the russian envoy say?", "The Russian envoy said that the Ukrainian envoy was late.", ()),
        ("What did the Russian envoy say?", "Moscow's envoy said that it was late.", ()),
        ("What did the Russian envoy say?", "The envoy said that the Ukrainian envoy was late.", ()),
        ("What did the Russian envoy say?", "The Ukrainian army was late.", ()),
        ("What did Russia say?", "Ukraine said that it was late.", ()),
        ("How many EU states agreed?", "Ukrainian states agreed.", ()),
        ("", "", ()),
    ],
)
def test_a_thing_of_another_country(question: str, text: str, told: tuple[str, ...]) -> None:
    """Only where every one of the text has another owner."""
    assert exchanged(question, text) == told


@pytest.mark.parametrize(
    "question",
    [
        "What does Article 73 of the Russian constitution say?",
        "Which Ukrainian minister ordered his troops to leave the city of Kherson?",
    ],
)
def test_a_country_put_in_place_of_another_is_met_with_silence(engine: Engine, question: str) -> None:
    """The corpus tells of the Ukrainian constitution, and of a Russian minister."""
    assert not engine.ask(question).answered


def test_the_right_country_is_answered(engine: Engine) -> None:
    """India's envoy spoke on the same day."""
    answer = engine.ask("Which reasons did the Chinese envoy give for abstaining on 2 March 2022?")
    assert answer.statements[0].text.startswith("China")


@pytest.mark.parametrize(
    ("question", "text", "lacks"),
    [
        ("Which company built the pipeline?", "The assets of Russian fertiliser firms were released.", True),
        ("Which company built the pipeline?", "It was built by Occidental Petroleum.", False),
        ("Which country will host the summit?", "Sydney has offered to host it.", False),
        ("Which country will host the summit?", "It will be held in the spring.", True),
        ("Which envoy went to Moscow in March?", "The envoy went to Moscow in March.", True),
        ("Which demands were made?", "They were many.", False),
    ],
)
def test_which_one_it_was_needs_a_name(question: str, text: str, lacks: bool) -> None:
    """Only where a company, a country, an envoy is asked for; a country's name is no company."""
    assert lacks_name_asked(question, text) is lacks
