"""What a question asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.ask.asks import KINDS, asks
from retrieval.ask.offers import offers


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Who signed the memorandum?", "person"),
        ("where did the talks take place", "place"),
        ("When was the Minsk agreement signed?", "date"),
        ("Which year did the war begin?", "date"),
        ("How many ships left Odesa?", "number"),
        ("What percentage of voters agreed?", "number"),
        ("Why does Russia refuse a ceasefire?", "reason"),
        ("What caused the price to fall?", "reason"),
        ("How did they cross the river?", "manner"),
        ("Did Ukraine sign it?", "yesno"),
        ("What does ripeness mean?", "definition"),
        ("What happened at Helsinki between the two presidents?", "fact"),
    ],
)
def test_kind(question: str, kind: str) -> None:
    """The likeliest kind follows the question word and its noun."""
    assert asks(question).kind == kind


@pytest.mark.parametrize(
    ("question", "listing"),
    [
        ("What factors explain Russia's refusal?", True),
        ("Which tactics could be used?", True),
        ("What lessons does the record hold for mediators?", True),
        ("What are the three conditions?", True),
        ("What is the likelier outcome of tightening economic sanctions?", False),
        ("What makes Moscow refuse?", False),
        ("Who is the envoy?", False),
    ],
)
def test_list_questions(question: str, listing: bool) -> None:
    """A plural asked after wants a list; a verb in -s does not."""
    assert asks(question).wants_list is listing


def test_now() -> None:
    """Questions about the present are told from others."""
    assert asks("What is the latest position of Moscow?").wants_now
    assert not asks("What was the position of Moscow in 2014?").wants_now


@given(st.text(max_size=120))
def test_any_text_asks_something(text: str) -> None:
    """Whatever is typed has at least one kind."""
    assert asks(text).kinds
    assert set(asks(text).kinds) <= set(KINDS)


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("date", "It was signed on 5 December 1994 in Budapest.", "5 December 1994"),
        ("number", "He owed his suppliers 6.2 million marks.", "6.2 million marks"),
        ("person", "The grain deal was brokered by Recep Erdogan.", "Recep Erdogan"),
        ("place", "The talks were held in Istanbul.", "in Istanbul"),
        ("reason", "He left because the harvest had failed.", "because the harvest had failed"),
    ],
)
def test_offers(kind: str, text: str, expected: str) -> None:
    """A sentence's words of the kind asked for are found where they stand."""
    assert expected in [text[start:end] for start, end in offers(kind, text)]  # type: ignore[arg-type]


def test_offers_leave_out_what_the_question_says() -> None:
    """A year that the question holds already is no answer to it."""
    asked = asks("When in 1994 was it signed?")
    text = "In 1994 it was signed, and it was ratified in 1996."
    assert [text[a:b] for a, b in offers("date", text, asked.facts.stems)] == ["1996"]
