"""Sentences end where a reader would say they end."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.ingest.sentences import sentences

CASES = [
    ["The U.S. President spoke.", "He left."],
    ["It was decided in the U.S.", "The Kremlin replied."],
    ["Mr. Putin met Dr. Smith at 5 p.m. in St. Petersburg.", "No. 5 was there."],
    ["Will it hold?", "No.", "The answer is clear."],
    ["Resolution A/RES/ES-11/1 was adopted.", "It had 141 votes."],
    ['He said "We will stop."', "Then he left."],
    ["He asked: “Why?”", "She said: ‘No.’", "They left."],
    ["It cost 3.5 billion (about 2%).", "Nobody paid."],
    ["Wait...", "The end.", "And so ... on they went."],
    ["What?!", "Really?!", "Yes."],
    ["On Jan. 5 it began.", "See https://example.org/a.b?c=d.e for more.", "Then go."],
    ["1. The parties shall stop.", "2. They shall go."],
    ["The war.", "It ended.[3]", "More.[4][5]", "Then peace."],
    ["Vladimir V. Putin and J. K. Rowling met.", "World War I.", "The end."],
    ["Art. 5 of the Treaty, e.g. Kyiv, i.e. The capital, and Sec. II apply.", "Fig. 3 shows it."],
    ["Gen. Zaluzhny, Sen. J.D. Vance and Lt. Gen. Keith Kellogg met.", "They agreed."],
    ["It rose 5 percent vs. Russia.", "Apple Inc. and others grew.", "So did Shell plc."],
    ["He left (see Fig. 3. The rest) and slept.", "Good."],
    ["on Russian territory .", "American forces are hardly at home .", "Why ?", "Because the draft failed ."],
    ["В 2022 г. Россия начала войну.", "В. В. Путин сказал: «Нет.»", "Это так и т. д.", "Все ушли."],
    ["Указ підписано 30 вересня 2022 р. у Києві.", "Див. с. 5, ст. 3.", "Кінець."],
    ["第一句。", "第二句！", "第三句？", "「引号。」", "完"],
    ["Am 24. Februar 2022 begann z.B. der Krieg.", "Das Ende ist offen."],
    ["It grew by 1.5 million.", "U.S. aid fell."],
]


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize("expected", CASES, ids=lambda parts: parts[0][:24])
def test_sentences_of_a_line(expected: list[str]):
    joined = "" if "。" in expected[0] else " "
    assert cut(joined.join(expected)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("First line of a text that was wrapped\nby hand. Second.", 2),
        ("Heading\n\nA paragraph.", 2),
        ("Lead-in:\n- one\n- two", 3),
        ("| a | b |\n| c | d |", 2),
        ("the war.The prospect of peace. Visit example.Com now.", 3),
        ("", 0),
        (" \n\t ", 0),
        ("no stop at all", 1),
        ("...", 1),
        ("e.g.", 1),
    ],
)
def test_number_of_sentences(text: str, expected: int):
    assert len(cut(text)) == expected


def test_offsets_begin_where_they_are_told():
    assert sentences("One. Two.", start=100) == [(100, 104), (105, 109)]


@given(
    st.text() | st.lists(st.sampled_from(["A", "b", ".", "!", "…", " ", "\n", '"', ")", "[1]", "Mr", "5"])).map("".join)
)
@settings(max_examples=400, deadline=None)
def test_spans_are_in_order_trimmed_and_hold_every_character(text: str):
    spans = sentences(text)
    left = list(text)
    before = 0
    for start, end in spans:
        assert before <= start < end <= len(text)
        before = end
        assert text[start:end] == text[start:end].strip()
        left[start:end] = " " * (end - start)
    assert not "".join(left).strip()


@pytest.mark.parametrize("piece", ["a. ", "A.", ".", "\n", " \n", "'", "a.\n", "Mr. ", "x", "(A. ", "\t\n \r"])
def test_no_text_makes_it_slow(piece: str):
    """100,000 characters of anything take well under the second that a megabyte of prose may take."""
    text = piece * (100_000 // len(piece))
    started = time.process_time()
    sentences(text)
    assert time.process_time() - started < 3


def test_a_megabyte_of_prose_takes_less_than_a_second():
    text = (
        "The envoys met on 5 Jan. in St. Petersburg, as the U.S. said it would. “Nothing is agreed,” he said. " * 10_000
    )
    started = time.process_time()
    assert len(sentences(text)) == 20_000
    assert time.process_time() - started < 1.5
