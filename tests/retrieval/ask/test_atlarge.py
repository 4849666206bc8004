"""Questions for the factors or tactics at large, told from questions about one event, and answered over the corpus."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from retrieval.ask.atlarge import ITEMS, LISTED, TOPICAL, at_large, foretells
from retrieval.engine import Engine
from retrieval.ingest.ingest import Batch
from retrieval.ingest.load import Loaded
from retrieval.settings import Settings
from retrieval.types import Evidence, Hit, Source
from tests.fakes import WordEmbedder
from tests.retrieval.ask.passages import passages


def test_what_follows_is_told_by_the_sentence_that_says_it() -> None:
    """Only one with a condition, and only where the reader is sure."""
    passage = next(iter(passages("talk", "If Ukraine stops fighting, it will cease to exist. Nobody wants that.")))
    hit = Hit(passage, 1.0)
    first, second = (Evidence(hit, unit, 0.9, (), {"reader unit": 3.0}) for unit in passage.units)
    assert foretells(first)
    assert not foretells(second)
    assert not foretells(dataclasses.replace(first, features={"reader unit": 0.5}))


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
        ("What can mediators do to bring the sides together?", "tactic"),
        ("What obstacles stand in the way of a truce?", "factor"),
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


def test_heads_answer_where_no_single_sentence_does(tmp_path: Path) -> None:
    """Speeches in which no sentence says "the reasons are": what several sources name is told, with its own support."""
    texts = (
        "Kem thought he could outlast the refusal of a ceasefire and divide the alliance.\n",
        "There is nothing to talk about, no ceasefire, until Varn accepts the new border.\n",
        "What explains the war is Kem's objective of subjugating Varn, ceasefire or not.\n",
    )
    engine = Engine(Settings(home=tmp_path), WordEmbedder(), tmp_path / "index")
    loaded = [Loaded(Source(f"s{n}", f"Speech {n}"), text) for n, text in enumerate(texts)]
    engine.ingest([Batch("mine", loaded)])
    answer = engine.ask("What factors explain the refusal of a ceasefire?")
    assert answer.answered
    assert {one.source.id for one in answer.citations} == {"s0", "s1", "s2"}
    assert answer.support >= LISTED


def test_what_happens_if_is_silent_about_what_no_source_comes_near(engine: Engine) -> None:
    assert not engine.ask("What happens if aliens invade Ukraine?").answered


def test_sources_that_deny_are_told_as_such(tmp_path: Path) -> None:
    """Where one source says that a step had no effect, the answer says which, and how recent each side is."""
    texts = (
        ("2031", "Sanctions on Kem are meant to press Kem to stop the war.\n"),
        ("2032", "The sanctions on Kem, meant to stop the war of Kem and Varn, did not move Kem.\n"),
        ("2030", "Observers on the bridge are meant to make a ceasefire in the war hold.\n"),
        ("2033", "Mediation by Ostrel is meant to bring Kem to a ceasefire in the war.\n"),
    )
    engine = Engine(Settings(home=tmp_path), WordEmbedder(), tmp_path / "index")
    loaded = [Loaded(Source(f"s{n}", f"Speech {n}", date=date), text) for n, (date, text) in enumerate(texts)]
    engine.ingest([Batch("mine", loaded)])
    answer = engine.ask("Which tactics could stop the war and bring a ceasefire?")
    (denier,) = [one.n for one in answer.citations if one.source.id == "s1"]
    assert [one.text for one in answer.statements if denier in one.citations] == [texts[1][1].strip()]
    assert any(f"[{denier}]" in note and "newest 2032" in note for note in answer.trace.notes)
