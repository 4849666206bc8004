"""What goes in and out: CSV in, feedback in, ragas and tables out."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pandas
import pytest

from retrieval.errors import QuestionSetError, UsageError
from retrieval.evaluate.candidates import Feedback, make_candidates, read_feedback
from retrieval.evaluate.cases import Claim, Gold, Question, case_form, parse_lines
from retrieval.evaluate.export import SILENCE, data_frame, export_ragas, export_table
from retrieval.evaluate.spreadsheet import import_csv
from retrieval.types import Turn
from tests.retrieval.evaluate.forms import FORMS, RunMaker

SHEET = """id,question,claim,answers,answerable,label,source,quote,tags
opened,When did it open?,,1911 | in 1911,yes,,canal,The canal opened in 1911.,fact|date
opened,,,,,,canal,"It carries ""barges"", of grain.",
,Who is the queen?,,,no,,,,
noon,,The bells ring at noon,,,supported,tower,The bells ring at noon.,
"""


def test_csv_becomes_cases(tmp_path: Path) -> None:
    (tmp_path / "set.csv").write_text(SHEET)
    opened, queen, noon = import_csv(tmp_path / "set.csv")
    assert opened == Question(
        "opened",
        "When did it open?",
        answers=("1911", "in 1911"),
        relevant=(Gold("canal", "The canal opened in 1911."), Gold("canal", 'It carries "barges", of grain.')),
        tags=("fact", "date"),
    )
    assert queen == Question("row-4", "Who is the queen?", answerable=False)
    assert noon == Claim("noon", "The bells ring at noon", "supported", (), (Gold("tower", "The bells ring at noon."),))


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_csv_of_other_spreadsheets(tmp_path: Path, delimiter: str) -> None:
    lines = [["ID", "Question", "Answers"], ["a", "Why; or how?", "x, y"]]
    with (tmp_path / "set.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(lines)
    (case,) = import_csv(tmp_path / "set.csv")
    assert (case.id, case.text) == ("a", "Why; or how?")


def test_csv_mistakes_are_named_by_their_lines(tmp_path: Path) -> None:
    rows = ["id,question,answerable,source,quote", "a,Why?,perhaps,,", "b,,,,", ",,,canal,x", "c,How?,,canal,", ",,,,"]
    (tmp_path / "set.csv").write_text("\n".join(rows))
    with pytest.raises(QuestionSetError) as caught:
        import_csv(tmp_path / "set.csv")
    assert [mistake.split(": ")[0] for mistake in caught.value.mistakes] == ["line 2", "line 3", "line 4", "line 5"]
    (tmp_path / "set.csv").write_text("id,question,reply\n")
    with pytest.raises(UsageError, match="columns reply"):
        import_csv(tmp_path / "set.csv")
    (tmp_path / "set.csv").write_text("")
    with pytest.raises(QuestionSetError, match="empty"):
        import_csv(tmp_path / "set.csv")


def rated(rating: str, **more: Any) -> dict[str, Any]:
    form = {
        "id": "x",
        "question": "When did it open?",
        "history": [{"role": "user", "text": "The canal"}],
        "rating": rating,
        "reason": "",
        "answered": True,
        "support": 0.8,
        "statements": [{"text": "It opened in 1911.", "citations": [1]}],
        "citations": [{"n": 1, "passage": "canal@1#0-9", "source": "canal", "quote": "opened in 1911"}],
        "index_version": "v",
        "day": "2026-01-01",
    }
    return form | more


def read(tmp_path: Path, *forms: dict[str, Any]) -> list[Question]:
    (tmp_path / "rated.jsonl").write_text("".join(json.dumps(form) + "\n" for form in forms))
    return make_candidates(read_feedback(tmp_path / "rated.jsonl"))


def test_liked_answer_gives_its_quotes_as_gold(tmp_path: Path) -> None:
    (case,) = read(tmp_path, rated("up"), rated("up", question=" when did  it open?"))
    assert case.relevant == (Gold("canal", "opened in 1911"),)
    assert case.history == (Turn("user", "The canal"),)
    assert case.tags == ("candidate", "liked")
    assert case.note == "2 liked, 0 disliked."


def test_disliked_answer_gives_the_question_with_the_reason_in_its_note(tmp_path: Path) -> None:
    (case,) = read(tmp_path, rated("down", reason="It was 1912"))
    assert case.relevant == ()
    assert case.tags == ("candidate", "disliked")
    assert "Disliked: It opened in 1911. Reason: It was 1912" in case.note


def test_doubted_quotes_are_no_gold_and_a_liked_silence_is_unanswerable(tmp_path: Path) -> None:
    silent = {"question": "Who is the queen?", "answered": False, "statements": [], "citations": []}
    disputed, silence = read(tmp_path, rated("up"), rated("up", **silent), rated("down"))
    assert disputed.relevant == ()
    assert disputed.tags == ("candidate", "liked", "disliked")
    assert not silence.answerable


def test_candidates_are_a_set_that_can_be_read(tmp_path: Path) -> None:
    found = read(tmp_path, rated("up"), rated("down", question="Other?"), rated("up", question="  "))
    cases, _ = parse_lines((json.dumps(case_form(case)) for case in found), "set")
    assert list(cases) == found
    assert len(cases) == 2
    assert make_candidates([Feedback("Other?", "", "down", history=(Turn("user", "The canal"),))])[0].id == found[1].id


def test_feedback_that_is_none_is_named_by_line(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError) as caught:
        read(tmp_path, rated("up"), rated("sideways"), {"rating": "up"})
    assert [mistake[:6] for mistake in caught.value.mistakes] == ["line 2", "line 3"]


def test_ragas_rows_hold_texts(make_run: RunMaker, tmp_path: Path) -> None:
    export_ragas(make_run(), tmp_path / "ragas.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "ragas.jsonl").read_text().splitlines()]
    assert len(rows) == 8  # claims are left out
    assert rows[0] == {
        "user_input": "When was the canal opened?",
        "response": "The canal opened in 1911.",
        "retrieved_contexts": ["The canal opened in 1911. It carries barges of grain."],
        "reference": "1911",
        "reference_contexts": ["The canal opened in 1911."],
    }
    assert rows[1]["user_input"].startswith("The canal barges")
    assert rows[3]["response"] == rows[3]["reference"] == SILENCE


def test_table_has_a_row_for_each_case_and_a_column_for_each_metric(make_run: RunMaker, tmp_path: Path) -> None:
    run = make_run()
    frame = data_frame(run)
    assert list(frame["id"]) == [form["id"] for form in FORMS]
    assert frame["right"].mean() == 5 / 8
    assert frame.set_index("id")["Recall@5"].dropna().to_dict() == {"opened": 1.0, "grain": 1.0, "market": 1.0}
    assert frame.set_index("id").loc["crashes", "error"].startswith("ValueError")
    export_table(run, tmp_path / "cases.parquet")
    pandas.testing.assert_frame_equal(pandas.read_parquet(tmp_path / "cases.parquet"), frame)
    export_table(run, tmp_path / "cases.csv")
    back = pandas.read_csv(tmp_path / "cases.csv")
    assert list(back.columns) == list(frame.columns)
    assert back["answer_f1"].to_list() == pytest.approx(frame["answer_f1"].to_list(), nan_ok=True)
