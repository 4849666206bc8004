"""Measuring, escaping and splitting Discord's Markdown."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.markdown import MARKER, brief, clean, escape, join_within, one_line, shorten, split, width
from tests.bot.strategies import properties, texts

PINGS = re.compile(r"@everyone|@here|(?<!\\)<[@#:/at]")


def unescape(text: str) -> str:
    return re.sub(r"\\([^0-9A-Za-z\s])", r"\1", text).replace("\u200b", "")


@properties
@given(texts)
def test_escaped_text_shows_its_own_characters(text: str) -> None:
    """Taking the backslashes away, as Discord does, gives back what was there."""
    assert unescape(escape(text)) == clean(text).replace("\u200b", "")


@properties
@given(texts)
def test_escaped_text_acts_on_nothing(text: str) -> None:
    """No mention, masked link, preview, marker, fence, heading or quotation survives."""
    shown = escape(text)
    assert not PINGS.search(shown)
    assert not MARKER.search(shown)
    assert "://" not in shown
    assert "```" not in shown
    assert not re.search(r"(?<!\\)\](?=\()", shown)
    assert not re.search(r"(?m)^[ \t]*(#{1,3}|>{1,3}|-#?|\+)(\s|$)", shown)


@pytest.mark.parametrize("text", ["A cease-fire, said U.S. officials; 15% fell.", "Привет, мир!", "a - b > c #5 1.5"])
def test_prose_is_left_alone(text: str) -> None:
    assert escape(text) == text


@properties
@given(texts, st.integers(32, 400))
def test_pieces_fit_and_lose_nothing(text: str, limit: int) -> None:
    pieces = split(escape(text), limit)
    assert all(0 < width(piece) <= limit for piece in pieces)
    bare = re.sub(r"\s+", "", escape(text))
    assert re.sub(r"\s+", "", "".join(pieces)) == bare


@properties
@given(st.lists(st.tuples(st.sampled_from(("Yes", "Moscow said no", "It is so " * 9)), st.integers(1, 99)), min_size=1))
def test_a_marker_stays_in_its_sentence(parts: list[tuple[str, int]]) -> None:
    text = " ".join(f"{words.strip()}. [{n}][{n + 1}]" for words, n in parts)
    pieces = split(text, 120)
    assert not any(re.match(r"\s*\[\d+\]", piece) for piece in pieces)
    assert [n for piece in pieces for n in MARKER.findall(piece)] == MARKER.findall(text)


@properties
@given(
    st.lists(st.sampled_from(("line of code", "x = 1", "word " * 20)), min_size=1, max_size=30), st.integers(64, 300)
)
def test_a_fence_is_closed_and_opened_again(lines: list[str], limit: int) -> None:
    text = "Before.\n```py\n" + "\n".join(lines) + "\n```\nAfter."
    pieces = split(text, limit)
    assert all(width(piece) <= limit for piece in pieces)
    assert all(len(re.findall(r"(?m)^```", piece)) % 2 == 0 for piece in pieces)


def test_a_quoted_line_goes_on_as_a_quotation() -> None:
    pieces = split("> " + "word " * 60, 100)
    assert len(pieces) > 1
    assert all(piece.startswith("> ") for piece in pieces)


def test_cuts_prefer_paragraphs_then_sentences_then_words() -> None:
    assert split("One two three.\n\nFour five six seven.", 32) == ["One two three.", "Four five six seven."]
    assert split("One two three four. Five six seven eight.", 36) == ["One two three four.", "Five six seven eight."]
    assert split("one two three four five six seven eight", 32) == ["one two three four five six", "seven eight"]


def test_a_masked_link_is_never_cut() -> None:
    link = "[open at the quoted words](<https://example.org/a%20b>)"
    pieces = split("word " * 10 + link + " more words here", 80)
    assert sum(link in piece for piece in pieces) == 1


def test_a_limit_too_small_to_split_by_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 32"):
        split("text", 5)


@properties
@given(texts, st.integers(8, 200))
def test_brief_text_fits_on_one_line(text: str, limit: int) -> None:
    assert width(brief(text, limit)) <= limit
    assert "\n" not in brief(text, limit)


@properties
@given(texts, st.integers(2, 80))
def test_shortened_text_shows_that_it_was_cut(text: str, limit: int) -> None:
    plain = one_line(text)
    kept = shorten(plain, limit)
    assert width(kept) <= limit
    assert kept == plain or kept.endswith("…")


@properties
@given(st.lists(st.text("ab ", min_size=1, max_size=30), min_size=1, max_size=40))
def test_joined_blocks_say_how_many_were_left_out(blocks: list[str]) -> None:
    joined = join_within(blocks, 200)
    assert width(joined) <= 200
    left = re.search(r"…and (\d+) more$", joined)
    shown = joined.split("\n")
    assert len(shown) - bool(left) + (int(left[1]) if left else 0) == len(blocks)
