"""What somebody says, who says something, what has changed, where sources disagree: recognised, and answered."""

from __future__ import annotations

from pathlib import Path

import pytest

from retrieval.ask.atlarge import at_large
from retrieval.ask.voiced import differing, leaning
from retrieval.engine import Engine
from retrieval.ingest.ingest import Batch
from retrieval.ingest.load import Loaded
from retrieval.settings import Settings
from retrieval.types import Source
from tests.fakes import WordEmbedder


@pytest.mark.parametrize(
    ("question", "kind", "actor"),
    [
        ("Has Putin's position on a ceasefire changed?", "changed", "Putin"),
        ("How has the United States' view of sanctions shifted over time?", "changed", "United States"),
        ("What has Zelensky said about guarantees?", "said", "Zelensky"),
        ("What does China say about a political solution?", "said", "China"),
        ("Who says that a political solution is needed?", "who", ""),
        ("Which governments oppose a neutral Ukraine?", "who", ""),
        ("Do the sources disagree about the effect of sanctions?", "disagree", ""),
        ("What did Putin say about a ceasefire on 13 March 2025?", None, ""),
        ("Who proposed the grain initiative?", None, ""),
        ("Has the ferry to Varn sailed?", None, ""),
    ],
)
def test_questions_for_voices_are_told_from_others(question: str, kind: str | None, actor: str) -> None:
    wanted = at_large(question)
    assert (wanted.kind if wanted else None) == kind
    assert (wanted.subject if wanted else "") == actor


def test_a_change_is_told_in_the_order_of_time_with_who_and_when(engine: Engine) -> None:
    """Each statement is one of the actor or of who speaks for it, oldest first; the notes name speaker and date."""
    answer = engine.ask("Has Putin's position on a ceasefire changed?")
    assert answer.answered
    assert len(answer.statements) > 2
    assert all("Putin" in one.quote for one in answer.citations)
    order = next(note for note in answer.trace.notes if note.startswith("In order of time: "))
    dates = [part.rsplit(", ", 1)[1].rstrip(".") for part in order.split("; ")]
    assert dates == sorted(dates)
    assert dates[0] < "2025"
    assert any("differ" in note for note in answer.trace.notes)
    for one in answer.citations:
        assert engine.document(one.passage.rpartition("#")[0]).text[one.start : one.end] == one.quote


def test_demands_are_told_by_whom_they_are_and_not_by_others(engine: Engine) -> None:
    """Not one step that others might take against Putin; the conditions of June 2024 are among them."""
    answer = engine.ask("What are Putin's demands for ending the war?")
    assert answer.answered
    assert len(answer.statements) > 2
    assert all("Putin" in one.quote for one in answer.citations)
    assert any("began to withdraw its troops" in one.quote for one in answer.citations)
    assert not any("disagree" in note for note in answer.trace.notes)


def test_an_office_makes_a_persons_word_its_countrys(engine: Engine) -> None:
    """The corpus says whose president Putin is; nobody told the program."""
    answer = engine.ask("Has Russia's position on Crimea changed?")
    assert any("Putin" in one.quote for one in answer.citations)


SPEECHES = {
    "one": ("2031-01-05", "Orlov said on 5 January 2031 that Kem rejects a truce on the river.\n"),
    "two": ("2032-02-06", "Orlov said on 6 February 2032 that Kem accepts a truce on the river.\n"),
    "three": ("2032-03-07", "Lind said on 7 March 2032 that the harvest was good.\n"),
}


def small(tmp_path: Path) -> Engine:
    engine = Engine(Settings(home=tmp_path), WordEmbedder(), tmp_path / "index")
    loaded = [Loaded(Source(name, f"Speech {name}", date=date), text) for name, (date, text) in SPEECHES.items()]
    engine.ingest([Batch("mine", loaded)])
    return engine


def test_that_a_position_differs_is_said_with_its_citations(tmp_path: Path) -> None:
    answer = small(tmp_path).ask("Has Orlov's position on a truce on the river changed?")
    assert [one.source.id for one in answer.citations] == ["one", "two"]
    assert "In order of time: [1] Orlov, 2031-01-05; [2] Orlov, 2032-02-06." in answer.trace.notes
    assert "By their words they differ: [1] refuses, [2] accepts." in answer.trace.notes


def test_one_day_shows_no_change(tmp_path: Path) -> None:
    answer = small(tmp_path).ask("Has Lind's view of the harvest changed?")
    assert not any(note.startswith("In order of time") for note in answer.trace.notes)


@pytest.mark.parametrize(
    ("text", "leans"),
    [
        ("Kem refuses to talk.", "refuses"),
        ("Kem agreed with the idea, but asked for guarantees first.", "accepts with conditions"),
        ("Kem welcomed the plan.", "accepts"),
        ("Kem has a river.", ""),
    ],
)
def test_how_words_lean(text: str, leans: str) -> None:
    assert leaning(text) == leans


def test_statements_that_lean_one_way_do_not_differ() -> None:
    assert differing(["Kem refuses.", "Kem rejects it.", "The river rose."]) == ""
