"""Repair turns mangled pages into canonical text, changes nothing the second time, and loses no words."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.ingest.repair import repair
from retrieval.shipped import corpus_folder

PAGES = Path(__file__).parent / "pages"
MANGLED = sorted(path.stem for path in PAGES.glob("*.txt"))
MARKS = [
    "| ",
    " |",
    "---|---",
    "- ",
    "• ",
    "1. ",
    "a) ",
    "# ",
    "**",
    "\t",
    "}",
    "\r\n",
    "\n\n",
    "\n",
    " ",
    "...",
    "— ",
    ">",
]
WORDS = [
    "the",
    "ceasefire",
    "Kyiv",
    "a long-",
    "term",
    "Talks",
    "War",
    "Reasons",
    "talks.",
    "peace:",
    "it",
    "is.",
    "4,5%",
]
mangled_texts = st.lists(st.sampled_from(MARKS + WORDS) | st.text(max_size=4), max_size=60).map("".join)
sentences_of_prose = st.lists(
    st.lists(st.sampled_from("the truce held while envoys met and markets fell in both capitals".split()), min_size=9,
             max_size=14).map(lambda words: " ".join(words).capitalize() + "."),
    min_size=1, max_size=4,
).map(" ".join)  # fmt: skip


def read(name: str) -> str:
    """The bytes of a page as text, with its line ends as they are."""
    return (PAGES / f"{name}.txt").read_bytes().decode("utf-8")


def letters(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


def test_there_are_at_least_twelve_mangled_pages():
    assert len(MANGLED) >= 12


@pytest.mark.parametrize("name", MANGLED)
def test_a_mangled_page_becomes_the_text_beside_it(name: str):
    """Each page holds another kind of damage; what stands beside it is what a reader would write."""
    assert repair(read(name)) == (PAGES / f"{name}.expected.md").read_text(encoding="utf-8")


def test_the_seed_article_is_whole():
    """The seed's broken tables become three tactics, three approaches and three factors, with what introduces them."""
    text = repair((corpus_folder() / "documents" / "examining-the-impasse.txt").read_text(encoding="utf-8"))
    blocks = text.split("\n\n")
    tables = [block.split("\n") for block in blocks if block.startswith("|")]
    assert [len(table) for table in tables] == [4, 4]
    assert tables[0][0] == "| Tactic | Description |"
    assert tables[1][0] == "| Tactical Approach | Likelier Outcome |"
    assert [row.split(" | ")[0] for row in tables[1][1:]] == [
        "| Bilateral Negotiations",
        "| Nurturing Strategic Alliances",
        "| Tightening Economic Sanctions",
    ]
    assert all(row.count("|") == 3 for table in tables for row in table)
    assert not re.search(r"[{}]|\|\|", text)
    factors = next(at for at, block in enumerate(blocks) if block.startswith("- "))
    assert len(blocks[factors].split("\n")) == 3
    assert blocks[factors - 1].endswith("Several core factors underpin this obstinate position:")
    heading = next(at for at, block in enumerate(blocks) if block.startswith("## The Scope of Trump’s Influence:"))
    assert blocks[heading].endswith("Amid Rising Tensions")
    assert blocks[heading + 1].startswith("The prospect of Donald Trump")
    assert blocks[heading + 1].endswith("Key elements shaping Trump’s potential impact include:")
    assert blocks[heading + 2].startswith("| Tactical Approach")
    assert blocks[0].startswith("# Examining the Impasse:")
    assert text == (PAGES / "seed.expected.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", MANGLED)
def test_a_repaired_page_stays_as_it_is(name: str):
    once = repair(read(name))
    assert repair(once) == once


@given(mangled_texts)
@settings(max_examples=300, deadline=None)
def test_repairing_twice_changes_nothing(text: str):
    once = repair(text)
    assert repair(once) == once


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_unicode_is_repaired_the_same_way_twice(text: str):
    assert repair(text) == repair(text)
    assert "\r" not in repair(text)


@given(st.lists(sentences_of_prose, min_size=1, max_size=6, unique=True))
@settings(max_examples=150, deadline=None)
def test_no_word_of_prose_is_lost(paragraphs: list[str]):
    """Paragraphs of one line, of wrapped lines and after a page break keep all their words in order."""
    text = "\n\n".join(paragraphs)
    assert letters(repair(text)) == letters("".join(paragraphs))


@given(st.lists(sentences_of_prose, min_size=1, max_size=4, unique=True), st.integers(min_value=40, max_value=90))
@settings(max_examples=100, deadline=None)
def test_wrapped_paragraphs_keep_all_their_words(paragraphs: list[str], width: int):
    import textwrap

    text = "\n\n".join(textwrap.fill(paragraph, width) for paragraph in paragraphs)
    assert letters(repair(text)) == letters("".join(paragraphs))


two_cells = st.lists(st.sampled_from(["Tactic", "4 March", "a truce; talks", "no", "12.5"]), min_size=2, max_size=2)


@given(st.lists(two_cells, min_size=2, max_size=6, unique_by=tuple), st.integers(min_value=0, max_value=9))
@settings(max_examples=100, deadline=None)
def test_rows_keep_their_cells_whatever_runs_of_pipes_follow(rows: list[list[str]], pipes: int):
    lines = [" | ".join(row) + " |" + "|" * pipes for row in rows]
    text = "\n".join(["Lead-in to the rows, which follow here:", *lines])
    assert repair(text).split("\n\n")[1].split("\n") == [f"| {' | '.join(row)} |" for row in rows]


@pytest.mark.parametrize(
    ("raw", "mended"),
    [
        ("naïve café — “quotes” stay", "naïve café — “quotes” stay"),
        ("CAFÉ» and Ä“ stay", "CAFÉ» and Ä“ stay"),
        ("donâ€™t", "don’t"),
        ("Ð\u009fÑ\u0080Ð¸Ð²ÐµÑ‚", "Привет"),
        ("AT&amp;T &lt;b&gt;", "AT&T"),
        ("A &" + "amp;" * 30 + "lt; B & C", "A < B & C"),
        ("a\u200bb\u00adc\u00a0d", "abc d"),
        ("YouTube and LinkedIn and iPhone stay", "YouTube and LinkedIn and iPhone stay"),
        ("See example.Com or Node.Js today", "See example.Com or Node.Js today"),
        ("The value of a_b_c and 2*3*4", "The value of a_b_c and 2*3*4"),
        ("[the talks](https://example.org/a_(b)) ended", "the talks ended"),
        ("Temperatures fell to -5 degrees", "Temperatures fell to -5 degrees"),
    ],
)
def test_a_line_of_text(raw: str, mended: str):
    assert repair(raw) == mended


EVIL = {
    "rows": "| a | b |\n" * 10_000,
    "words": "word " * 30_000,
    "camels": "Ab" * 30_000,
    "links": "[a](" * 30_000,
    "tags": "<p " * 30_000,
    "scripts": "<script>" * 20_000,
    "comments": "<!--" * 30_000,
    "spaces": "a" + " " * 100_000 + "b",
    "lines": "\n" * 100_000,
    "cut words": "a-\nb" * 10_000,
    "apostrophes": "a'" * 50_000,
    "stars": "*" * 100_000,
    "pipes": "| {" * 20_000,
}


@pytest.mark.parametrize("kind", EVIL)
def test_no_rule_grows_with_the_square_of_the_text(kind: str):
    """A text made to hurt takes seconds, not minutes, on a busy machine."""
    started = time.process_time()
    repair(EVIL[kind])
    assert time.process_time() - started < 10
