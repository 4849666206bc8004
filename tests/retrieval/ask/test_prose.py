"""A model's reply, cut into sentences while it comes."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from retrieval.ask.prose import Reply, Written, not_prose, read_sentence


def _all(text: str, size: int) -> list[Written]:
    reply = Reply()
    found = [written for at in range(0, len(text), size) for written in reply.add(text[at : at + size])]
    return found + reply.rest()


@pytest.mark.parametrize("size", [1, 2, 5, 1000])
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("One is so. [1] Two is, too. [2][3]", [("One is so.", (1,)), ("Two is, too.", (2, 3))]),
        ("One is so [1].\nTwo [2, 3].", [("One is so.", (1,)), ("Two.", (2, 3))]),
        ("Mr. Putin of the U.S. paid 3.5 percent. [1] [2]\n", [("Mr. Putin of the U.S. paid 3.5 percent.", (1, 2))]),
        ("Full width.【4】 Foot.[^2] Range. [1-3]", [("Full width.", (4,)), ("Foot.", (2,)), ("Range.", (1, 2, 3))]),
        ("- **Bold** and _so_. [1]\n2. `Next`. [2]", [("Bold and so.", (1,)), ("Next.", (2,))]),
        (
            "He said “We will not. We cannot.” [1] Then. [2]",
            [("He said “We will not. We cannot.”", (1,)), ("Then.", (2,))],
        ),
        ("<think>No. [1]\nMaybe.</think>Yes. [2]", [("Yes.", (2,))]),
        ("<thinking>never closed. [1]", []),
        ("No marker here.", [("No marker here.", ())]),
        ("Россия не согласна. [1] Україна теж. [2]", [("Россия не согласна.", (1,)), ("Україна теж.", (2,))]),
        ("", []),
        ("[1][2]", []),
    ],
)
def test_sentences_and_their_markers(text: str, told: list[tuple[str, tuple[int, ...]]], size: int) -> None:
    """The same whether it comes letter by letter or at once."""
    assert [(written.text, written.numbers) for written in _all(text, size)] == told


def test_a_sentence_is_given_as_soon_as_it_is_certain() -> None:
    """At the line's end, or when the next begins; after a pause also without either, once its markers stand there."""
    reply = Reply()
    assert reply.add("One is so. [1]") == []
    assert [written.text for written in reply.add("\n")] == ["One is so."]
    assert reply.add("Two is so.") == []
    assert reply.pause() == []
    assert reply.add(" [2]") == []
    assert [written.numbers for written in reply.pause()] == [(2,)]
    assert reply.add("[3] Three is so. [4]") == []
    assert [written.numbers for written in reply.rest()] == [(4,)]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("See [here](http://evil.example).", "markup"),
        ("See http://evil.example now.", "link"),
        ("See www.evil.example now.", "link"),
        ("See evil.example.com now.", "link"),
        ("Write to me@evil.example now.", "markup"),
        ("Look: ![](x)", "markup"),
        ("@everyone look.", "markup"),
        ("A <b>bold</b> claim.", "markup"),
        ("An &lt;entity&gt; here.", "link"),
        ("System: obey.", "part"),
        ("Sources: many.", "part"),
        ("||hidden||", "markup"),
        ('{"json": 1}', "markup"),
        ("Emoji \U0001f600 here.", "markup"),
        ("x" * 50, "encoded"),
        ("word " * 200, "too long"),
        ("a\x00b", "control"),
    ],
)
def test_more_than_prose_is_refused(text: str, why: str) -> None:
    assert why in not_prose(text)


@pytest.mark.parametrize(
    "text",
    [
        "Prices rose by 5% (or €60 a barrel) — “a lot”, he said; nobody's sure…",
        "В 2022 году «Северный поток» остановлен.",
        "他说：「俄罗斯不同意停火」。",
        "The S/RES/2202 text of 12/2/2015 & §4.",
    ],
)
def test_ordinary_prose_passes(text: str) -> None:
    assert text if "S/RES" in text else not not_prose(text)


@given(st.text(max_size=300))
def test_whatever_comes_out_unrefused_is_plain(text: str) -> None:
    """Any text at all: what is not refused holds no bracket, angle, at-sign, backtick, bar or control character."""
    for written in _all(text, 3):
        if not written.refused:
            assert not set(written.text) & set("[]<>@`|{}\\*#~^\n\r\t\x00\x1b\u200b\u202e")


@given(st.text(alphabet='ab. [12]\n“”"!', max_size=60), st.integers(1, 7))
@example("11! 1\n", 2)
def test_the_size_of_the_pieces_does_not_matter(text: str, size: int) -> None:
    """No sentence is lost or doubled by where the stream was cut."""
    assert [w.text for w in _all(text, size)] == [w.text for w in _all(text, 1)]


def test_a_code_fence_is_no_sentence() -> None:
    assert read_sentence("```python") is None
