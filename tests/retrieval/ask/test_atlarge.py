"""Questions for the factors or tactics at large, told from questions about one event, and answered over the corpus."""

from __future__ import annotations

import pytest

from retrieval.ask.atlarge import ITEMS, TOPICAL, at_large
from retrieval.engine import Engine


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("What factors explain Russia's reluctance to agree to a ceasefire?", "factor"),
        ("Why does Russia refuse a ceasefire?", "factor"),
        ("Which tactics could be employed towards Russia?", "tactic"),
        ("What can other governments do about it?", "tactic"),
        ("what happens if sanctions are tightened?", "tactic"),
        ("Why did Russia leave the grain deal?", None),
        ("Why did Putin reject the 30-day ceasefire in March 2025?", None),
        ("Which core factors underpin Russia's obstinate position?", None),
        ("What factors explain Brazil's inflation?", None),
        ("What happens?", None),
        ("Why did he not accept it?", None),
        ("Why did Russia not accept the truce?", None),
        ("What is the likelier outcome of bilateral negotiations?", None),
        ("Which approaches could others take?", "tactic"),
        ("", None),
    ],
)
def test_only_questions_at_large_are_taken_so(question: str, kind: str | None) -> None:
    wanted = at_large(question)
    assert (wanted.kind if wanted else None) == kind


def test_factors_are_told_from_many_sources_after_the_best_list(engine: Engine) -> None:
    """The list that answers best comes first, then other sources; every citation is its source's characters."""
    answer = engine.ask("What factors explain Russia's reluctance to agree to a ceasefire?")
    assert [one.text.split(":")[0] for one in answer.statements[:3]] == [
        "Geopolitical Objectives",
        "Territorial Advantages",
        "Domestic Political Climate",
    ]
    assert len(answer.statements) == ITEMS
    assert len({one.source.id for one in answer.citations}) > 5
    assert any("parley factors" in note for note in answer.trace.notes)
    for one in answer.citations:
        assert engine.document(one.passage.rpartition("#")[0]).text[one.start : one.end] == one.quote
    assert not answer.trace.dropped


def test_what_happens_if_is_answered_by_the_step_it_names(engine: Engine) -> None:
    answer = engine.ask("what happens if sanctions are tightened?")
    assert answer.answered
    assert "financial constraints" in answer.statements[0].text
    assert len(answer.statements) <= TOPICAL


def test_according_to_somebody_tells_only_what_names_them(engine: Engine) -> None:
    """A name that few sources have narrows the answer; its other spellings are the same name."""
    answer = engine.ask("What factors explain Russia's reluctance to agree to a ceasefire, according to Zelenskyy?")
    assert answer.answered
    assert all("Zelensky" in one.quote for one in answer.citations)


def test_another_actors_reasons_are_not_told_as_this_ones(engine: Engine) -> None:
    """The corpus tells mostly why Russia refuses: asked of Ukraine, that list is not the answer."""
    answer = engine.ask("Why is Ukraine reluctant to accept a ceasefire?")
    assert len(answer.statements) < ITEMS // 2
    assert not any("parley factors" in note for note in answer.trace.notes)


def test_one_source_alone_is_asked_alone(engine: Engine) -> None:
    answer = engine.ask("Which tactics could be employed towards Russia?", sources=["examining-the-impasse"])
    assert {one.source.id for one in answer.citations} == {"examining-the-impasse"}
    assert len(answer.statements) == 6
