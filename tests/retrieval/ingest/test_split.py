"""Passages are whole units of one section, lose nothing, and are the same every time."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from retrieval.ingest.repair import repair
from retrieval.ingest.sources import load_listed, read_sources
from retrieval.ingest.split import LIMIT, context, split, weigh
from retrieval.shipped import corpus_folder
from retrieval.types import Document, Passage, Source

LINES = [
    *("# Title", "## Section", "### Part", "#### Smaller", "", "", "- item", "  - nested: with more", "- lead:"),
    *(
        "| A | B |",
        "| c | d |",
        "|  |  |",
        "|---|---|",
        "A sentence here. Another one follows, as they do.",
        "Factors:",
    ),
    *("word " * 150, "Слово за слово. " * 20, "x" * 900, "一句话。" * 40, "Mr. A. B. went; he came, " * 30),
]
texts = st.lists(st.sampled_from(LINES) | st.text(max_size=30), max_size=25).map("\n".join)


def document_of(text: str, title: str = "Title") -> Document:
    return Document(Source("test", title), text, hashlib.sha256(text.encode(errors="replace")).hexdigest()[:8])


def check(document: Document, passages: list[Passage]) -> None:
    """What holds of every split."""
    end = 0
    for passage in passages:
        assert document.text[passage.start : passage.end] == passage.text
        assert passage.start >= end
        assert passage.units[0].start == passage.start
        assert passage.units[-1].end == passage.end
        assert any(unit.kind != "heading" for unit in passage.units)
        end = passage.start
        for unit in passage.units:
            assert end <= unit.start < unit.end <= passage.end
            words = passage.slice(unit.start, unit.end)
            assert words == words.strip() == document.text[unit.start : unit.end]
            end = unit.end
        assert context(passage).endswith(passage.text)


def left_over(document: Document, passages: list[Passage]) -> str:
    """The text without its passages' units, headings and marks."""
    left = list(document.text)
    for passage in passages:
        for unit in passage.units:
            left[unit.start : unit.end] = " " * (unit.end - unit.start)
    lines = [line for line in "".join(left).split("\n") if not line.lstrip().startswith("#")]
    return "".join(lines)


@given(texts)
@settings(max_examples=300, deadline=None)
def test_offsets_reproduce_the_text_and_nothing_is_lost(text: str):
    document = document_of(text)
    passages = split(document)
    check(document, passages)
    assert not any(character.isalnum() for character in left_over(document, passages))


@given(texts)
@settings(max_examples=60, deadline=None)
def test_the_same_text_gives_the_same_ids(text: str):
    first, second = split(document_of(text)), split(document_of(text, "Another title"))
    assert [passage.id for passage in first] == [passage.id for passage in second]


@given(st.text(max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_unicode_can_be_split(text: str):
    document = document_of(text)
    check(document, split(document))


@given(texts)
@example("#### Bare\n### Part\n- item\n" + "A short sentence of seven words here. " * 40)
@settings(max_examples=100, deadline=None)
def test_no_passage_is_too_long(text: str):
    """More than one content unit never weighs more than the limit; a unit alone is cut to fit."""
    for passage in split(document_of(text)):
        contents = [unit for unit in passage.units if unit.kind != "heading"]
        weight = sum(weigh(passage.slice(unit.start, unit.end)) for unit in contents)
        assert weight <= LIMIT + 60 or len(contents) == 1


def test_a_passage_never_crosses_a_top_heading():
    sections = "\n\n".join(f"## Section {n}\n\nShort text number {n}. It has two sentences." for n in range(6))
    passages = split(document_of(sections))
    assert [passage.headings for passage in passages] == [(f"Section {n}",) for n in range(6)]


def test_small_sections_share_a_passage_with_their_headings_inside():
    text = "## Terms\n\n" + "\n\n".join(f"### Term {n}\n\nIt means the number {n}." for n in range(4))
    (passage,) = split(document_of(text))
    assert passage.headings == ("Terms",)
    assert [unit.kind for unit in passage.units] == ["heading", "sentence"] * 4


def test_items_and_rows_carry_their_lead_in_into_every_passage():
    """A long list and a long table are cut, and each part still knows what introduces it."""
    items = "\n".join(f"- Reason {n} is that the parties trust one another no more than before." for n in range(40))
    rows = "\n".join(f"| Tactic {n} | It is expected to lead to talks about a truce in the end |" for n in range(40))
    text = f"Several factors explain the refusal:\n\n{items}\n\nThese may work:\n\n| Tactic | Outcome |\n{rows}"
    passages = split(document_of(text))
    units = [unit for passage in passages for unit in passage.units]
    assert {unit.lead_in for unit in units if unit.kind == "item"} == {"Several factors explain the refusal:"}
    assert {unit.lead_in for unit in units if unit.kind == "row"} == {"Tactic | Outcome"}
    assert len([unit for unit in units if unit.kind in ("item", "row")]) == 80
    for passage in passages:
        first = next(unit for unit in passage.units if unit.kind != "heading")
        assert first.lead_in in context(passage)


def test_nested_items_are_introduced_by_the_item_above():
    text = "Steps:\n\n- Sanctions:\n  - oil\n  - gas\n- Talks"
    (passage,) = split(document_of(text))
    lead_ins = [unit.lead_in for unit in passage.units if unit.kind == "item"]
    assert lead_ins == ["Steps:", "Sanctions:", "Sanctions:", "Steps:"]


def test_a_table_without_column_names_has_no_lead_in():
    (passage,) = split(document_of("Facts:\n\n|  |  |\n| Length | 381 km |\n| Source | a hill |"))
    assert [(unit.kind, unit.lead_in) for unit in passage.units if unit.kind == "row"] == [("row", "")] * 2


def test_a_heading_is_never_a_passage_and_is_not_lost_above_one():
    assert split(document_of("# Only a title\n\n## And a heading")) == []
    (passage,) = split(document_of("# Article\n\n## Part\n\n### Detail\n\nThe words of it."))
    assert passage.headings == ("Article", "Part", "Detail")
    assert passage.text == "The words of it."


def test_the_seed_article_as_passages():
    """Three factors with what introduces them in one passage; rows with the meaning of their columns."""
    listed = [entry for entry in read_sources(corpus_folder() / "sources.toml") if entry.source.kind == "article"]
    (loaded,) = load_listed(listed[:1])
    document = document_of(repair(loaded.text), loaded.source.title)
    passages = split(document)
    check(document, passages)
    units = [(unit, document.text[unit.start : unit.end]) for passage in passages for unit in passage.units]
    factors = [unit for unit, words in units if unit.kind == "item"]
    assert [unit.lead_in for unit in factors] == ["Several core factors underpin this obstinate position:"] * 3
    rows = [(unit.lead_in, words) for unit, words in units if unit.kind == "row"]
    assert [lead_in for lead_in, _ in rows] == ["Tactic | Description"] * 3 + [
        "Tactical Approach | Likelier Outcome"
    ] * 3
    assert rows[3][1] == "Bilateral Negotiations | Diminished hostilities; groundwork laid for ceasefire discussions"
    assert all(passage.headings[0].startswith("Examining the Impasse") for passage in passages)


@pytest.mark.parametrize("count", [1, 3, 12])
def test_passages_of_prose_are_of_a_good_size(count: int):
    sentence = "The envoys of both governments met again on Monday and parted without agreeing on the order of steps. "
    text = "\n\n".join((sentence * 8).strip() for _ in range(count))
    sizes = [len(passage.text.split()) for passage in split(document_of(text))]
    assert all(60 <= size <= 180 for size in sizes)
