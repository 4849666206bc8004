"""Factors, tactics, timeline and compare over the real index of the shipped corpus."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from retrieval.cli import main
from retrieval.commands.views import group_json, group_lines
from retrieval.engine import Engine
from retrieval.ingest.ingest import Batch
from retrieval.ingest.load import Loaded
from retrieval.settings import Settings
from retrieval.types import Passage, Source, Unit
from retrieval.views.build import timeline
from retrieval.views.compare import compare
from retrieval.views.page import page
from retrieval.views.recognise import recognise
from retrieval.views.stance import says, spoken_by
from tests.fakes import WordEmbedder
from tests.retrieval.evaluate.browser import open_browser, requested

SEED = "examining-the-impasse"


def test_the_seed_has_exactly_its_three_factors(engine: Engine) -> None:
    groups = engine.groups("factor", sources=[SEED])
    assert [group.head for group in groups] == [
        "Geopolitical Objectives",
        "Territorial Advantages",
        "Domestic Political Climate",
    ]


def test_the_seed_has_exactly_its_tactics_and_approaches(engine: Engine) -> None:
    """Three tactics with descriptions, three approaches with likelier outcomes, none invented, none lost."""
    groups = engine.groups("tactic", sources=[SEED])
    described = {group.head: group.members[0].words.split("|")[1].strip(" .") for group in groups}
    outcomes = {group.head: group.members[0].outcome for group in groups if group.members[0].outcome}
    assert list(described)[:3] == [
        "Personalized Dialogue",
        "Economic Leverage Adjustment",
        "International Coalition Formation",
    ]
    assert outcomes == {
        "Bilateral Negotiations": "Diminished hostilities; groundwork laid for ceasefire discussions",
        "Nurturing Strategic Alliances": "A more cohesive international front exerting collective pressure on Kremlin"
        " policies",
        "Tightening Economic Sanctions": "Moscow faces increased financial constraints potentially prompting policy"
        " reassessment",
    }
    assert len(groups) == 6


@pytest.mark.parametrize("kind", ["factor", "tactic"])
def test_every_cell_is_its_sources_own_characters(engine: Engine, kind: str) -> None:
    groups = engine.groups(kind)  # type: ignore[arg-type]
    assert len(groups) > 20
    for group in groups:
        assert len({member.passage.source.id for member in group.members}) == len(group.members)
        for member in group.members:
            text = engine.document(member.passage.id.rpartition("#")[0]).text
            assert text[member.unit.start : member.unit.end] == member.words


def test_another_corpus_is_read_by_the_same_rules(tmp_path: Path) -> None:
    """No list of one corpus's answers: an invented quarrel about a bridge."""
    text = """# The bridge of Varn

Three reasons explain why Kem refuses the toll:

- Cost: the millers would pay twice.
- Pride: the bridge was built by Kem alone.

Ostrel rejects arbitration because the judge owns a mill there.

The weather was fine all summer.

| Approach | Likelier outcome |
|---|---|
| Shared tolls | Peace by autumn |
"""
    engine = Engine(Settings(home=tmp_path), WordEmbedder(), tmp_path / "index")
    engine.ingest([Batch("mine", [Loaded(Source("bridge", "The bridge of Varn"), text)])])
    assert [group.head for group in engine.groups("factor")][:2] == ["Cost", "Pride"]
    assert len(engine.groups("factor")) == 3
    assert [(g.head, g.members[0].outcome) for g in engine.groups("tactic")] == [("Shared tolls", "Peace by autumn")]


def test_same_statements_are_joined_under_one_head(tmp_path: Path) -> None:
    """Near-same heads of two sources are one group, each source keeping its own words."""
    one = "Two reasons explain the refusal:\n\n- Loss of the harbour: ships would leave.\n- Winter: roads close.\n"
    two = "Reasons given for the refusal:\n\n- The loss of the harbour: trade would go elsewhere.\n"
    engine = Engine(Settings(home=tmp_path), WordEmbedder(), tmp_path / "index")
    engine.ingest([Batch("mine", [Loaded(Source("a", "One"), one), Loaded(Source("b", "Two"), two)])])
    groups = engine.groups("factor")
    assert [(group.head, group.sources) for group in groups] == [("Loss of the harbour", 2), ("Winter", 1)]
    assert len({member.words for member in groups[0].members}) == 2


def test_by_actor_under_any_of_its_names(engine: Engine) -> None:
    found = engine.groups("factor", "Kremlin")
    assert found
    for group in found:
        for member in group.members:
            assert re.search("Moscow|Kremlin|Russia", member.unit.lead_in + member.words)


def test_the_timeline_is_in_order_and_within_its_limits(engine: Engine) -> None:
    dated = timeline(engine.index, since="2025-03-01", until="2025-03-31")
    assert len(dated) > 10
    assert [one.iso for one in dated] == sorted(one.iso for one in dated)
    assert all(one.iso.startswith("2025-03") for one in dated)


def test_two_sources_side_by_side(engine: Engine) -> None:
    sources = ("black-sea-grain-initiative", "partial-truces")
    (pair,) = compare(engine.index, engine.embedder, *sources, "sanctions on Rosselkhozbank")  # type: ignore[misc]
    assert pair.left is not None
    assert pair.right is not None
    assert [side.passage.source.id for side in (pair.left, pair.right)] == list(sources)
    (odd,) = compare(engine.index, engine.embedder, *sources, "the migration of cranes in Siberia")  # type: ignore[misc]
    assert odd.left is None


def test_the_page_in_a_browser(engine: Engine, tmp_path: Path) -> None:
    """It renders its picture, runs no script, and fetches nothing."""
    file = tmp_path / "factors.html"
    file.write_text(page("factor", engine.groups("factor"), engine.index_version), encoding="utf-8")
    assert not re.search(r"(?:src|href)=(?!\"#)|@import|url\(|<script", file.read_text(encoding="utf-8"))
    with open_browser(tmp_path / "profile") as browser:
        requested(browser)
        browser.get(file.as_uri())
        dots = browser.find_elements("css selector", "td svg")
        heads = browser.find_elements("css selector", "h2")
        assert len(dots) >= len(heads) > 20
        assert all(dot.is_displayed() for dot in dots[:5])
        assert [address for address in requested(browser) if not address.startswith("file:")] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1200])
def test_tactics_stand_against_their_outcomes_in_a_picture(
    engine: Engine, tmp_path: Path, scheme: str, width: int
) -> None:
    """A row for each tactic with an outcome, a mark in the column of its kind; nothing runs over a narrow screen."""
    groups = engine.groups("tactic")
    file = tmp_path / "tactics.html"
    file.write_text(page("tactic", groups, engine.index_version), encoding="utf-8")
    with open_browser(tmp_path / "profile") as browser:
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        browser.get(file.as_uri())
        rows = browser.find_elements("css selector", "tbody tr")
        assert len(rows) == sum(any(member.outcome for member in group.members) for group in groups) > 20
        assert all(row.find_elements("css selector", "td svg") for row in rows)
        marks = browser.find_elements("css selector", "td svg")
        assert all(mark.rect["width"] >= 10 for mark in marks)
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width
        ground = browser.execute_script("return getComputedStyle(document.body).backgroundColor")
        assert (ground == "rgb(255, 255, 255)") == (scheme == "light")


@pytest.mark.parametrize(
    ("words", "stance", "speaker"),
    [
        ("Loss of land is a reason to refuse a truce.", "asserts", ""),
        ("Orlov said on 3 May 2031 that a truce would help Kem.", "reports", "Orlov"),
        ("According to the Varn Institute, tariffs raise the cost of refusal.", "reports", "Varn Institute"),
        ("Pride is no reason to refuse the toll.", "denies", ""),
        ("The sanctions of May did not move the council.", "denies", ""),
        ("Orlov denied that sanctions work.", "denies", "Orlov"),
        ("Kem would not stop the war until its costs exceeded its benefits.", "asserts", ""),
        ("Kem rejects a truce because it would lose the harbour.", "reports", "Kem"),
    ],
)
def test_how_a_source_stands_to_what_it_names(words: str, stance: str, speaker: str) -> None:
    """A refusal that a factor explains is no denial of the factor."""
    assert says(words) == stance
    assert spoken_by(words) == speaker


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("We will impose severe costs on Kem to bring it to the table.", "tactic"),
        ("The quarrel must be resolved through dialogue; it is a conflict of neighbours.", "tactic"),
        ("Ostrel's assets will stay frozen until Ostrel ends its aggression and pays.", "tactic"),
        ("We call on Varn to press Kem to stop the war.", "tactic"),
        ("Kem thought he could outlast us and break our alliance.", "factor"),
        ("There is nothing to talk about until Varn accepts the new border.", "factor"),
        ("Diplomatic efforts to broker a ceasefire faced obstacles.", None),
        ("The mill opened in May to sell flour to Varn.", None),
    ],
)
def test_steps_and_aims_as_speeches_word_them(words: str, kind: str | None) -> None:
    unit = Unit(0, len(words), "sentence")
    found = recognise(Passage(Source("speech", "A speech"), "0" * 8, 0, len(words), words, (), (unit,)))
    assert [one.kind for one in found] == ([kind] if kind else [])


def test_sources_for_and_against_one_head_are_counted(tmp_path: Path) -> None:
    """The count is of sources, with the newest date; each keeps its stance in every form."""
    one = "Economic sanctions on Kem are meant to press Kem to stop the war.\n"
    two = "Economic sanctions on Kem, meant to press Kem to stop the war, did not move Kem.\n"
    engine = Engine(Settings(home=tmp_path), WordEmbedder(), tmp_path / "index")
    sources = (Source("a", "One", date="2031"), Source("b", "Two", date="2032-05"))
    engine.ingest([Batch("mine", [Loaded(sources[0], one), Loaded(sources[1], two)])])
    (group,) = engine.groups("tactic")
    assert (group.sources, group.against, group.newest) == (2, 1, "2032-05")
    assert group_json(group)["for"] == 1
    assert "1 for, 1 against, newest 2032-05" in "\n".join(group_lines([group], markdown=True))
    assert '<blockquote class="denies">' in page("tactic", [group], "1")


def test_the_commands(engine: Engine, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["factors", "--source", SEED, "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert rows[0]["head"] == "Geopolitical Objectives"
    assert main(["tactics", "--markdown"]) == 0
    assert "## Personalized Dialogue" in capsys.readouterr().out
    assert main(["tactics", "--html", str(tmp_path / "t.html")]) == 0
    assert main(["timeline", "--actor", "Guterres"]) == 0
    assert "2022-07-22" in capsys.readouterr().out
    assert main(["factors", "--actor", "Nobody Knows"]) == 3
    assert main(["compare", "minsk-agreements", "istanbul-talks-2022", "guarantees", "--json"]) in (0, 3)
    assert main(["compare", "minsk-agreements", "nowhere"]) == 2


def test_one_statement_told_by_several_sources_is_one_head(engine: Engine) -> None:
    """Three briefs word the Kremlin's condition of 25 March 2025 in their own ways; that of 18 March is another."""
    groups = engine.groups("factor")
    (group,) = [one for one in groups if one.sources > 2 and "Rosselkhozbank" in one.members[0].words]
    assert all("25 March 2025" in member.words for member in group.members)
    (other,) = [one for one in groups if "aid and intelligence for Kyiv" in one.members[0].words]
    assert other.sources > 1
    assert all("18 March 2025" in member.words for member in other.members)


def test_figures_that_differ_are_told_by_source(tmp_path: Path) -> None:
    one = "Kem refuses the toll of the bridge because the millers would pay 40 marks.\n"
    two = "Kem refuses the toll of the bridge because the millers would pay 70 marks.\n"
    engine = Engine(Settings(home=tmp_path), WordEmbedder(), tmp_path / "index")
    engine.ingest([Batch("mine", [Loaded(Source("a", "One"), one), Loaded(Source("b", "Two"), two)])])
    (group,) = engine.groups("factor")
    assert group.figures == {"One": "40", "Two": "70"}
    assert "“One” 40; “Two” 70" in page("factor", [group], "1")


@pytest.mark.parametrize(
    "limits", [["--since", "banana"], ["--until", "2025-13-40"], ["--since", "2025-03", "--until", "2025-02"]]
)
def test_a_limit_that_is_no_date_is_told(limits: list[str], engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    """What is no date, or leaves no time between, is a usage error that says what to write."""
    assert main(["timeline", *limits, "--index", str(engine.folder)]) == 2
    assert limits[1] in capsys.readouterr().err
