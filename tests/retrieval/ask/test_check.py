"""A claim beside the sources: supported, contradicted or not in them, with the passages for and against."""

from __future__ import annotations

from pathlib import Path

import pytest

from retrieval.ask.check import check_claim
from retrieval.ask.roles import exchanged
from retrieval.ask.state import Tools
from retrieval.ask.synonyms import opposite_of, said_by
from retrieval.engine import Engine
from retrieval.ingest.ingest import Batch, make_document
from retrieval.ingest.load import Loaded
from retrieval.ingest.split import split
from retrieval.render import check_json, check_text
from retrieval.settings import Settings
from retrieval.types import Check, Source
from tests.fakes import WordEmbedder

TEXT = """The council adopted resolution 12 on 4 May 2031 with ten votes in favour and five abstentions.

Kem completed its withdrawal from the river treaty on 7 June 2031.

All nine states of the league, Kem included, agreed to send observers in March 2031.

Orlov said on 3 July 2031 that a truce should last at least 30 days.

Toll receipts of Varn fell by 24 per cent in 2031.

Lind found that peace lasts longer under stronger agreements.
"""


def checked(claim: str, tmp_path: Path) -> Check:
    passages = list(split(make_document(Loaded(Source("page", "A page"), TEXT))))
    return check_claim(claim, None, Tools(Settings(home=tmp_path), WordEmbedder()), passages)


@pytest.mark.parametrize(
    "claim",
    [
        "Resolution 12 got ten votes in favour and five abstentions.",
        "Kem finished leaving the river treaty on 7 June 2031.",
        "Orlov told in July 2031 that a truce should last at least 30 days.",
        "Toll receipts of Varn dropped by 24 per cent in 2031.",
        "All nine states of the league agreed to send observers in March 2031.",
    ],
)
def test_the_same_in_other_words_is_supported(claim: str, tmp_path: Path) -> None:
    check = checked(claim, tmp_path)
    assert check.verdict == "supported"
    assert check.evidence_for
    for one in check.evidence_for:
        assert one.quote in TEXT


@pytest.mark.parametrize(
    "claim",
    [
        "Resolution 12 got five votes in favour and ten abstentions.",
        "Kem completed its withdrawal from the river treaty on 7 July 2031.",
        "All nine states of the league except Kem agreed to send observers in March 2031.",
        "Orlov said on 3 July 2031 that a truce should last at most 30 days.",
        "Toll receipts of Varn rose by 24 per cent in 2031.",
        "Toll receipts of Varn fell by 42 per cent in 2031.",
        "Lind found that peace lasts longer under weaker agreements.",
    ],
)
def test_one_changed_word_is_contradicted_and_shown_against(claim: str, tmp_path: Path) -> None:
    check = checked(claim, tmp_path)
    assert check.verdict == "contradicted"
    assert check.evidence_against
    assert not check.evidence_for


def test_what_goes_the_other_way_is_told() -> None:
    """A letter from one to the other is not one from the other to the first."""
    said = "Paul said that he had carried a letter from Trump to Putin's administration."
    assert exchanged("Paul brought a letter from Putin to Trump's administration.", said)
    assert not exchanged("Paul brought a letter from Trump to Putin's administration.", said)
    assert not exchanged("Paul brought a letter from Trump to Xi.", said)


@pytest.mark.parametrize(
    "claim", ["Kem built a lighthouse in 2029.", "Orlov resigned.", "…", "Varn sells salt to Ostrel."]
)
def test_what_no_source_speaks_of_is_not_in_the_sources(claim: str, tmp_path: Path) -> None:
    assert checked(claim, tmp_path).verdict == "not_enough"


def test_passages_for_and_against_stand_side_by_side(tmp_path: Path) -> None:
    """Where one source says so and another the contrary, the claim is supported, and who contradicts it is shown."""
    engine = Engine(Settings(home=tmp_path), WordEmbedder(), tmp_path / "index")
    texts = {
        name: f"Varn received {sum_} marks of toll from Kem in May 2031.\n" for name, sum_ in (("one", 40), ("two", 70))
    }
    engine.ingest([Batch("mine", [Loaded(Source(name, f"Source {name}"), text) for name, text in texts.items()])])
    check = engine.check("Varn received 40 marks of toll from Kem in May 2031.")
    assert check.verdict == "supported"
    assert [one.source.id for one in check.evidence_for] == ["one"]
    assert [one.source.id for one in check.evidence_against] == ["two"]
    assert [one.n for one in (*check.evidence_for, *check.evidence_against)] == [1, 2]
    assert "Against: Source two" in check_text(check)
    assert len(check_json(check)["against"]) == 1  # type: ignore[arg-type]


def test_words_of_the_news_by_list_and_by_form() -> None:
    assert said_by("close", ["shut"])
    assert said_by("extens", ["extend"])
    assert not said_by("tax", ["pension"])
    assert opposite_of("rose", ["fell", "toll"]) == "fell"
    assert opposite_of("rose", ["toll"]) == ""
