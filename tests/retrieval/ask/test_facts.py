"""What a text states: years, numbers, names, negations, words."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.ask.facts import content, facts, numbers, together, words
from retrieval.index.lexical import terms


@given(st.text(max_size=200))
def test_words_are_where_they_say(text: str) -> None:
    """Every word is the characters at its own place, in order and without overlap."""
    found = words(text)
    assert all(text[word.start : word.end] == word.text for word in found)
    assert all(left.end <= right.start for left, right in pairwise(found))


def test_a_number_behind_a_hyphen_is_part_of_the_name() -> None:
    """ "MH-17" and "MH17" are one word, "a five-year plan" is not."""
    assert facts("Flight MH-17").stems == facts("flight MH17").stems
    assert facts("the G-7 leaders").stems == facts("the G7 leaders").stems
    assert {"five", "year"} <= facts("a five-year plan").stems


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("about 1,806 adults", [1806.0]),
        ("6.2 million marks", [6.2e6]),
        ("fourteen kilometres in 1909", [14.0, 1909.0]),
        ("It rose by 15%, to $60.", [15.0, 60.0]),
        ("nothing here", []),
    ],
)
def test_numbers_are_values(text: str, values: list[float]) -> None:
    """Digits, separators, scales and spelt numbers give the value itself, in the order of the text."""
    assert numbers(text) == values


def test_years_are_not_any_number() -> None:
    """A year is four digits that stand alone; sums of money and decades with separators are not."""
    assert facts("In 2014 and in the 1990s, 2,014 men paid 1999.50 marks.").years == {"2014", "1990"}


def test_names_are_capitals_inside_a_sentence() -> None:
    """A capital at the start of a sentence is no sign of a name; inside one it is, and so is a run of capitals."""
    assert facts("The envoy met Halina Verrowe in Brod. Talks failed.").names == {"halina", "verrow", "brod"}
    assert "vladimir" in facts("Vladimir Putin spoke.").names


@pytest.mark.parametrize("text", ["Russia did not agree.", "They won't sign.", "Without a treaty, no peace."])
def test_negation_is_seen(text: str) -> None:
    """Not, n't, never, without and their kin make a text negated."""
    assert facts(text).negated
    assert not facts("Russia agreed.").negated


def test_content_leaves_out_question_words() -> None:
    """What is asked about remains; the words of asking go."""
    assert [word.text for word in content("What did Russia say about the ceasefire?")] == ["Russia", "ceasefire"]


def test_together_is_the_union() -> None:
    """Several texts state what each of them states."""
    both = together([facts("In 2014 Kyiv agreed."), facts("Moscow refused in 2022.")])
    assert both.years == {"2014", "2022"}
    assert {"kyiv", "moscow"} <= both.stems
    assert both.negated


def test_one_name_in_several_spellings_is_one_word() -> None:
    """Zelenskyy is Zelensky, Kiev is Kyiv: in what is compared and in what is searched for."""
    assert facts("Zelenskyy in Kiev").stems == facts("Zelensky in Kyiv").stems
    assert terms("Zelenskyy in Kiev") == terms("Zelensky in Kyiv")
