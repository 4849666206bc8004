"""Any answer as messages: within every limit, pinging nobody, with every marker and every source."""

from __future__ import annotations

import dataclasses
import datetime
import re

from hypothesis import given
from hypothesis import strategies as st

from bot.delivery import check, faults
from bot.markdown import width
from bot.panels import check_panel, passage_panel, sources_pages, why_panel
from bot.record import answer_from_json, checks_from_json, to_json, trim
from bot.render import Page, markers, render, unfinished
from retrieval import Answer, Check, Citation, Passage, Source
from tests.bot.strategies import answers, checks, citations, passages, properties
from tests.bot.test_markdown import PINGS

TODAY = datetime.date(2025, 6, 1)
BRIEF = Source("minsk", "Minsk II", "Parley", "2024-03-15", kind="brief", url="https://example.org/minsk")
SEED = Source("seed", "Examining the Impasse", "The Daily", "2024-11")


def passage(source: Source, text: str, start: int = 0) -> Passage:
    return Passage(source, "0a1b2c3d", start, start + len(text), text, ("Factors",))


@properties
@given(answers())
def test_any_answer_is_delivered_whole(answer: Answer) -> None:
    """With and without embeds: limits, pings, markers and sources."""
    assert check(answer) == []


@properties
@given(answers(), st.booleans())
def test_each_page_of_an_answer_lists_what_its_markers_cite(answer: Answer, quoted: bool) -> None:
    pages = render(answer, today=TODAY, quoted=quoted)
    shown: set[int] = set()
    for page in pages:
        shown |= {int(n) for n in re.findall(r"(?m)^\*\*\[(\d+)\]", page.sources)}
        body = [n for n in markers(page.content)]
        assert not answer.answered or set(body) <= shown


def test_markers_and_sources_are_where_a_reader_looks(answer_of_two: Answer) -> None:
    page = only(render(answer_of_two, today=TODAY))
    assert "Territory matters most. [1][2]" in page.content
    assert page.sources.startswith(
        "**[1]** Minsk II · brief · Parley · 15 March 2024 · [open at the quoted words](<https"
    )
    assert "#:~:text=Territory%20matters>)" in page.sources
    assert "**[2]** Examining the Impasse · The Daily · November 2024" in page.sources
    assert "Support: strong" in page.content
    assert "newest source November 2024 (7 months old)" in page.content


def test_without_embeds_the_sources_are_in_the_content(answer_of_two: Answer) -> None:
    page = only(render(answer_of_two, today=TODAY, embeds=False))
    assert page.sources == ""
    assert "**[2]** Examining the Impasse" in page.content


def test_an_abstention_says_what_was_searched_and_shows_the_nearest(abstention: Answer) -> None:
    page = only(render(abstention, today=TODAY))
    assert "**The sources do not answer this.**" in page.content
    assert "Not found in them: 2029." in page.content
    assert "Searched for “Who won in 2029?”; read 1 passage of 1 source." in page.content
    assert "**Passage 1** Minsk II" in page.sources
    assert "> Territory matters." in page.sources
    assert not markers(page.content)


def test_a_question_that_was_read_otherwise_is_shown(answer_of_two: Answer) -> None:
    changed = dataclasses.replace(answer_of_two.query, standalone="What matters most to Russia?")
    page = only(render(dataclasses.replace(answer_of_two, query=changed), today=TODAY, quoted=True))
    assert page.content.startswith("> What matters most?")
    assert "-# Searched for: What matters most to Russia?" in page.content


def test_a_long_answer_is_paged_and_not_cut(answer_of_two: Answer) -> None:
    statements = tuple(
        dataclasses.replace(answer_of_two.statements[0], text=f"Point {n}. " + "word " * 90) for n in range(9)
    )
    pages = render(dataclasses.replace(answer_of_two, statements=statements), today=TODAY)
    assert len(pages) > 1
    assert all(f"Point {n}." in "".join(page.content for page in pages) for n in range(9))


def test_delivery_names_each_fault(answer_of_two: Answer) -> None:
    """The check that the evaluation uses can fail, for each thing that it looks at."""
    wrong = (Page("Territory. [1][3] @everyone", "**[1]** Minsk II"), Page("x" * 2001, "y" * 4097), Page(" "))
    found = "\n".join(faults(wrong, answer_of_two))
    expected = (
        "would ping: @everyone",
        "[3] resolves to no source",
        "[2] of the answer is not shown",
        "2001 characters",
        "[2] is not listed",
        "embed of 4097",
        "page 3 is empty",
    )
    for part in expected:
        assert part in found


@properties
@given(answers())
def test_an_unfinished_answer_fits_one_message(answer: Answer) -> None:
    shown = unfinished("Writing the answer", answer.statements)
    assert shown.startswith("-# Writing the answer …")
    assert width(shown) <= 2000
    assert not PINGS.search(shown)


@properties
@given(answers())
def test_the_reasons_of_any_answer_fit_one_message(answer: Answer) -> None:
    shown = why_panel(answer)
    assert width(shown) <= 2000
    assert not PINGS.search(shown)


@properties
@given(passages(), st.data())
def test_any_cited_passage_fits_one_message_with_its_words(found: Passage, data: st.DataObject) -> None:
    citation = data.draw(citations(1, found))
    shown = passage_panel(citation, found)
    assert width(shown) <= 2000
    assert not PINGS.search(shown)


def test_the_cited_words_are_bold_in_their_paragraph() -> None:
    text = "First here.\nThen the words that count are here.\nLast here."
    start = text.index("the words")
    found = passage(SEED, text, 100)
    citation = Citation(2, found.id, SEED, "the words that count", 100 + start, 100 + start + 20)
    shown = passage_panel(citation, found)
    assert "> Then **the words that count** are here." in shown
    assert "-# Section: Factors" in shown
    assert "**[2]** Examining the Impasse · The Daily · November 2024" in shown


@properties
@given(st.lists(checks(), min_size=1, max_size=4))
def test_any_checks_fit_one_message(found: list[Check]) -> None:
    shown = check_panel(found)
    assert width(shown) <= 2000
    assert not PINGS.search(shown)


@properties
@given(st.lists(passages().map(lambda found: found.source), max_size=60))
def test_any_list_of_sources_is_paged_and_complete(found: list[Source]) -> None:
    pages = sources_pages(found)
    assert all(width(page) <= 2000 for page in pages)
    assert sum(line.startswith("- ") for page in pages for line in page.split("\n")) == len(found)


@properties
@given(answers())
def test_a_stored_answer_comes_back_as_it_was(answer: Answer) -> None:
    """What the buttons show is the same after the store as before it."""
    kept = trim(answer)
    assert answer_from_json(to_json(kept)) == kept
    assert render(kept, today=TODAY) == render(answer, today=TODAY)
    cited = {citation.passage for citation in answer.citations}
    assert all(
        hit.passage.text == before.passage.text
        for hit, before in zip(kept.retrieved, answer.retrieved, strict=True)
        if hit.passage.id in cited
    )


@properties
@given(st.lists(checks(), max_size=3))
def test_stored_checks_come_back_as_they_were(found: list[Check]) -> None:
    assert checks_from_json(to_json(tuple(found))) == tuple(found)


def only(pages: tuple[Page, ...]) -> Page:
    assert len(pages) == 1
    return pages[0]
