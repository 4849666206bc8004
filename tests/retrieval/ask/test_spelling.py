"""Slips of the keyboard, read as the words of the sources that are meant."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from retrieval.ask.spelling import mended
from retrieval.ask.state import State, forms
from retrieval.engine import Engine
from retrieval.types import Passage, Source

FORMS = {
    **dict.fromkeys(("february", "russia", "ammunition", "monitor", "ballot", "together", "zelensky", "kaye"), 3),
    **dict.fromkeys(("haven", "pressed", "protocol", "protocols", "kind"), 2),
}


@pytest.mark.parametrize(
    ("question", "read"),
    [
        ("who met in Febuary?", "who met in February?"),
        ("Does Rusia make amunition?", "Does Russia make ammunition?"),
        ("who should moniter it", "who should monitor it"),
        ("kept off the balot", "kept off the ballot"),
        ("voted togehter", "voted together"),
        ("the protocl of 2014", "the protocol of 2014"),
    ],
)
def test_a_letter_lost_doubled_exchanged_or_turned_round(question: str, read: str) -> None:
    """The question reads as it was meant, in the case it was written in, and both words are told."""
    found, pairs = mended(question, lambda: FORMS)
    assert found == read
    assert pairs
    assert all(written in question and meant in read for written, meant in pairs)


@pytest.mark.parametrize(
    "question",
    [
        "what did Zelenska say",  # another name, one letter exchanged
        "is kanye there",  # five letters: one taken away makes another word
        "kinda late presser",  # colloquial; a last letter exchanged
        "what is PPARy, and NATOO",  # not written as words are
        "who governs the protocols?",  # a word of the sources
        "Whan did it end?",  # too short
        "the minister answered the embassy",  # common English
        "что сказал Путин",
    ],
)
def test_what_is_no_slip_stays(question: str) -> None:
    """Names, short and common words and other scripts are left alone."""
    assert mended(question, lambda: FORMS) == (question, ())


def test_the_sources_words_are_read_only_for_a_strange_word() -> None:
    """An ordinary question costs no look at the sources."""

    def never() -> Mapping[str, int]:
        raise AssertionError("looked")

    assert mended("When was the treaty signed?", never)[1] == ()


def test_the_commonest_word_is_meant() -> None:
    """Of two words one slip away, the one in more passages."""
    assert mended("the conoy left", lambda: {"convoy": 5, "conroy": 1})[0] == "the convoy left"


def test_the_words_of_given_passages() -> None:
    """Where passages are given, theirs are the words that can be meant."""
    text = "The armistice was signed in Panmunjom."
    passage = Passage(Source("a", "A"), "00000000", 0, len(text), text)
    assert forms(State("?", None, context=(passage,)))["panmunjom"] == 1


def test_an_answer_tells_what_it_read(engine: Engine) -> None:
    """A slip in the one telling word is mended, and the answer says so."""
    answer = engine.ask("Which British minister took over the chair from Lloyd Austin in Febuary 2025?")
    assert answer.answered
    assert "John Healey" in answer.statements[0].text
    assert "“Febuary” was read as “February”." in answer.trace.notes
    assert answer.query.question.count("Febuary") == 1
