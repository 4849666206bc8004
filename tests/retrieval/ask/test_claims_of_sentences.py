"""What of a sentence can be compared without understanding it: dates, amounts, names, negations, shared words."""

from __future__ import annotations

import pytest

from retrieval.ask.amounts import amounts, unstated
from retrieval.ask.cite import choose
from retrieval.ask.dates import dates, read_date
from retrieval.ask.entail import entailment
from retrieval.ask.names import names, unnamed
from retrieval.ask.negation import contradiction
from retrieval.models import OnnxEmbedder


@pytest.mark.parametrize(
    "text",
    [
        "February 24, 2022", "24 February 2022", "the 24th of February 2022", "2022-02-24", "24.02.2022",
        "24 февраля 2022 года", "24 лютого 2022 року", "Feb. 24, 2022",
    ],
)  # fmt: skip
def test_a_date_is_the_same_in_any_order_and_language(text: str) -> None:
    assert [(date.year, date.month, date.day) for date in dates(f"It began on {text}.")] == [(2022, 2, 24)]


@pytest.mark.parametrize(
    ("said", "known", "within"),
    [
        ("in 2022", "24 February 2022", True),
        ("in February 2022", "24 February 2022", True),
        ("24 February 2022", "February 2022", False),
        ("on 24 February", "24 February 2022", True),
        ("25 February 2022", "24 February 2022", False),
        ("in May 2024", "24 February 2022", False),
    ],
)
def test_a_date_may_say_less_but_not_more(said: str, known: str, within: bool) -> None:
    assert any(one.within(other) for one in dates(said) for other in dates(known)) is within


def test_ranges_and_partial_dates() -> None:
    """Both days of a range, both years of 2018–19, a source's own partial date; a modal "may" is no month."""
    assert [date.day for date in dates("8–9 July 2023")] == [8, 9]
    assert [date.year for date in dates("the 2018–19 season")] == [2018, 2019]
    assert read_date("2024-05").month == 5
    assert read_date("").year == 0
    assert dates("They may agree with 5 of them.") == ()


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("5%", "five per cent"),
        ("5 percent", "5%"),
        ("6.2 million", "6,200,000"),
        ("6,2 млн", "6.2 million"),
        ("half", "50 percent"),
        ("twenty-five tanks", "25 tanks"),
        ("a dozen", "12"),
        ("30-day truce", "a truce of thirty days"),
        ("$60", "60 dollars"),
        ("1 500 km", "1,500 kilometres"),
        ("the 21st century", "the 21st century"),
        ("two-thirds", "two thirds"),
    ],
)
def test_an_amount_is_the_same_however_it_is_spelt(said: str, known: str) -> None:
    assert amounts(said)
    assert not unstated(amounts(said), amounts(known))


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("5%", "5 people"),
        ("5 people", "5%"),
        ("5 years", "5 months"),
        ("$60", "€60"),
        ("6.2 million", "6.2 billion"),
        ("500 soldiers", "1,500 soldiers"),
        ("more than 500", "fewer than 500"),
        ("the second package", "the third package"),
        ("hundreds of thousands", "thousands"),
    ],
)
def test_another_unit_scale_or_direction_is_another_amount(said: str, known: str) -> None:
    assert unstated(amounts(said), amounts(known))


@pytest.mark.parametrize(
    ("sentence", "context", "strange"),
    [
        ("Moscow refused.", "The Kremlin refused.", []),
        ("Russia refused.", "Россия отказалась.", []),
        ("The EU and the U.S. agreed.", "The European Union and the United States agreed.", []),
        ("NATO agreed.", "The North Atlantic Treaty Organization agreed.", []),
        ("The OSCE watched.", "The Organization for Security and Co-operation in Europe watched.", []),
        ("The Libyan envoys came.", "Envoys of Libya came.", []),
        ("Sweden joined.", "Finland joined.", ["Sweden"]),
        ("President Putin spoke.", "Putin spoke.", []),
        ("Peskov spoke.", "Lavrov spoke.", ["Peskov"]),
        ("Besides Putin nobody spoke.", "Putin spoke alone.", []),
        ("Officials spoke of Georgia.", "People spoke.", ["Georgia"]),
        ("F-16s came.", "Aircraft came.", ["F-16s"]),
        ("Zelenskyy spoke.", "Zelensky spoke.", []),
        ("Путин и Лавров говорили.", "Путин говорил.", ["Лавров"]),
    ],
)
def test_names_are_known_in_their_other_forms_only(sentence: str, context: str, strange: list[str]) -> None:
    assert names(sentence)
    assert unnamed(sentence, context) == strange


@pytest.mark.parametrize(
    ("sentence", "context", "turned"),
    [
        ("Russia would agree to talks.", "Russia would not agree to talks.", True),
        ("Russia would not agree to talks.", "Russia would agree to talks.", True),
        ("Russia refuses to agree to talks.", "Russia would not agree to talks.", False),
        ("Russia never rejected talks with Kyiv.", "Russia held talks with Kyiv.", True),
        ("Sanctions strengthened the rouble.", "Sanctions weakened the rouble.", True),
        ("Prices fell sharply.", "Prices rose sharply.", True),
        ("Россия согласна на перемирие сейчас.", "Россия не согласна на перемирие сейчас.", True),
        ("Military gains came quickly.", "Military gains came quickly, but no talks followed.", False),
    ],
)
def test_what_turns_a_sentence_round_is_seen(sentence: str, context: str, turned: bool) -> None:
    assert bool(contradiction(sentence, context)) is turned


UNITS = [
    "Moscow wants influence over Eastern Europe.",
    "Military advances have yielded control over strategically valuable areas.",
    "State media reinforce public backing.",
]


@pytest.mark.parametrize(
    ("sentence", "chosen"),
    [
        ("The army's advances yielded strategically valuable areas.", [1]),
        ("State media reinforce backing while Moscow wants influence over Eastern Europe.", [0, 2]),
        ("Something else altogether.", [0]),
    ],
)
def test_the_fewest_units_that_carry_a_sentence_are_cited(sentence: str, chosen: list[int]) -> None:
    assert choose(sentence, UNITS) == chosen


def test_support_falls_with_what_is_lost(embedder: OnnxEmbedder) -> None:
    """Word for word is certain, a paraphrase likely, a claim that adds to it less so, another subject unlikely."""
    text = "Military advances have yielded control over strategically valuable areas."
    said = [
        "Military advances have yielded control over strategically valuable areas.",
        "Military advances gave control of areas of strategic value.",
        "Military advances gave control of areas of strategic value and broke the enemy's morale for good.",
        "The orchestra rehearsed a waltz in the afternoon.",
    ]
    scores = [entailment(sentence, [text], "Territory", embedder) for sentence in said]
    assert scores[0] == 1.0
    assert scores == sorted(scores, reverse=True)
    assert scores[1] >= 0.5 > scores[3]
