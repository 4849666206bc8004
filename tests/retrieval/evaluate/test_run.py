"""Runs: every case a row, the same bytes each time, and a kill at any moment loses at most the cases in hand."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from retrieval.errors import QuestionSetError, UsageError
from retrieval.evaluate.results import read_run
from tests.retrieval.evaluate.forms import FORMS, RunMaker, plain_tools, write_forms
from tests.retrieval.evaluate.overlap_engine import DOCUMENTS, OverlapEngine

ROOT = Path(__file__).resolve().parents[3]


def without_seconds(path: Path) -> list[dict[str, Any]]:
    forms = [json.loads(line) for line in path.read_text().splitlines()]
    for form in forms:
        form.pop("seconds", None)
    return forms


def many_forms(count: int) -> list[dict[str, Any]]:
    base = [form for form in FORMS if "claim" not in form]
    return [base[number % len(base)] | {"id": f"case {number}"} for number in range(count)]


def test_rows_are_in_set_order_in_the_form_of_ask(make_run: RunMaker) -> None:
    run = make_run(engine=OverlapEngine(pause=0.01))
    lines = (run.folder / "results.jsonl").read_text().splitlines()
    assert [json.loads(line)["id"] for line in lines] == [form["id"] for form in FORMS]
    asked = [
        "id", "question", "standalone", "answered", "support", "reason", "statements", "citations", "retrieved",
        "engine", "index_version", "seconds",
    ]  # fmt: skip
    assert list(run.rows[0]) == asked
    assert set(run.rows[3]) == {*asked, "nearest"}
    assert list(run.rows[8]) == ["id", "claim", "verdict", "support", "for", "against", "seconds"]
    assert sorted(path.name for path in run.folder.iterdir()) == [
        "cases.jsonl", "checks.jsonl", "passages.jsonl", "results.jsonl", "run.json",
    ]  # fmt: skip


def test_crashed_case_is_a_row_with_every_field(make_run: RunMaker) -> None:
    row = make_run().rows[6]
    assert row["error"] == "ValueError: cannot read 'Does this crash the engine?'"
    assert row["answered"] is False
    assert row["statements"] == row["retrieved"] == []
    assert set(row) >= {"standalone", "support", "reason", "citations", "nearest", "engine", "index_version", "seconds"}


def test_own_context_is_all_the_engine_sees_and_citations_point_into_it(make_run: RunMaker) -> None:
    run = make_run()
    row, text = run.rows[7], FORMS[7]["context"][0]["text"]
    citation = row["citations"][0]
    assert text[citation["start"] : citation["end"]] == citation["quote"] == "The colour of the ship is red."
    assert {hit["source"] for hit in row["retrieved"]} == {"log"}
    assert citation["passage"] in run.passages


def test_two_runs_are_the_same_bytes_apart_from_seconds(make_run: RunMaker) -> None:
    first, second = make_run("first", jobs=1), make_run("second", jobs=7)
    assert without_seconds(first.folder / "results.jsonl") == without_seconds(second.folder / "results.jsonl")
    for name in ("cases.jsonl", "checks.jsonl", "passages.jsonl"):
        assert (first.folder / name).read_bytes() == (second.folder / name).read_bytes()


def test_bad_set_is_refused_before_any_question_is_asked(make_run: RunMaker, tmp_path: Path) -> None:
    asked: list[str] = []
    wrong = [*FORMS, {"id": "bad", "question": "Why?", "relevant": [{"source": "canal", "quote": "nowhere"}]}]
    with pytest.raises(QuestionSetError, match="line 13"):
        make_run(forms=wrong, engine=OverlapEngine(asked=asked.append))
    assert asked == []
    assert not (tmp_path / "run").exists()


def test_interrupted_run_goes_on_without_asking_again(make_run: RunMaker, tmp_path: Path) -> None:
    forms, asked, lock = many_forms(20), [], threading.Lock()

    def stop_at_nine(question: str) -> None:
        with lock:
            asked.append(question)
            if len(asked) == 9:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_run(forms=forms, engine=OverlapEngine(asked=stop_at_nine), jobs=1)
    with pytest.raises(UsageError, match="did not finish"):
        read_run(tmp_path / "run")
    run = make_run(forms=forms, engine=OverlapEngine(asked=asked.append), jobs=1)
    assert len(asked) == 21  # twenty, and the one in hand twice
    assert [row["id"] for row in run.rows] == [form["id"] for form in forms]
    whole = make_run("whole", forms=forms)
    assert without_seconds(run.folder / "results.jsonl") == without_seconds(whole.folder / "results.jsonl")
    assert (run.folder / "passages.jsonl").read_bytes() == (whole.folder / "passages.jsonl").read_bytes()


def test_finished_run_is_given_again_and_replaced_only_when_asked(make_run: RunMaker) -> None:
    asked: list[str] = []
    first = make_run()
    assert make_run(engine=OverlapEngine(asked=asked.append)) == first
    assert asked == []
    assert make_run(again=True, forms=FORMS[:3]).stamp["cases"] == 3


def test_finished_run_does_not_pass_for_code_that_changed(make_run: RunMaker) -> None:
    make_run(stamp={"revision": "0123456+changes"})
    with pytest.raises(UsageError, match="uncommitted changes"):
        make_run(stamp={"revision": "0123456+changes"})


def test_run_of_something_else_is_not_taken_up(make_run: RunMaker, tmp_path: Path) -> None:
    def stop(question: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_run(engine=OverlapEngine(asked=stop))
    with pytest.raises(UsageError, match=r"was started otherwise .*set was"):
        make_run(forms=FORMS[:5])
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "thesis.txt").write_text("x")
    with pytest.raises(UsageError, match="not a run and not empty"):
        make_run("papers")
    assert [path.name for path in (tmp_path / "papers").iterdir()] == ["thesis.txt"]


def test_two_processes_cannot_run_into_one_folder(make_run: RunMaker) -> None:
    inside, go = threading.Event(), threading.Event()

    def hold(question: str) -> None:
        inside.set()
        assert go.wait(20)

    first = threading.Thread(target=make_run, kwargs={"engine": OverlapEngine(asked=hold), "jobs": 1})
    first.start()
    assert inside.wait(20)
    try:
        with pytest.raises(UsageError, match="another process"):
            make_run()
    finally:
        go.set()
        first.join(20)
    assert not first.is_alive()


def test_faults_of_delivery_and_of_a_judge_do_not_lose_the_answer(make_run: RunMaker) -> None:
    def broken(*arguments: object) -> Any:
        raise RuntimeError("no")

    run = make_run(tools=plain_tools(delivery=broken, judge=broken))
    assert run.rows[0]["answered"] is True
    assert run.checks[0]["delivery"] == ["RuntimeError: no"]
    assert run.checks[0]["judged"] == {"error": "RuntimeError: no"}


def test_judge_is_told_statements_and_their_quotes(make_run: RunMaker) -> None:
    told: list[tuple[str, list[str]]] = []

    def judge(statement: str, quotes: list[str]) -> bool:
        told.append((statement, quotes))
        return "1911" in statement

    run = make_run(tools=plain_tools(judge=judge), jobs=1)
    assert told[0] == ("The canal opened in 1911.", ["The canal opened in 1911."])
    assert run.checks[0]["judged"] == {"citation_recall": 1.0, "citation_precision": 1.0}
    assert run.checks[1]["judged"] == {"citation_recall": 0.0, "citation_precision": 0.0}


def test_progress_counts_to_the_end(make_run: RunMaker) -> None:
    seen: list[tuple[int, int]] = []
    make_run(progress=lambda done, of: seen.append((done, of)))
    assert seen[0] == (0, 12)
    assert seen[-1] == (12, 12)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


@pytest.mark.parametrize("torn", [b"", b'{"row": {"id": "ca', b"\x00\x00"])
def test_line_cut_off_by_a_kill_is_dropped(make_run: RunMaker, tmp_path: Path, torn: bytes) -> None:
    def stop(question: str) -> None:
        if "market" in question:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_run(engine=OverlapEngine(asked=stop), jobs=1)
    journal = tmp_path / "run" / "journal.jsonl"
    with journal.open("ab") as file:
        file.write(torn)
    asked: list[str] = []
    run = make_run(engine=OverlapEngine(asked=asked.append), jobs=1)
    assert "When was the canal opened?" not in asked
    assert len(run.rows) == len(FORMS)


CHILD = """
import sys
from pathlib import Path
from tests.retrieval.evaluate.overlap_engine import DOCUMENTS, OverlapEngine
from tests.retrieval.evaluate.forms import plain_tools
from retrieval.evaluate.cases import read_set
from retrieval.evaluate.run import run_set
folder = Path(sys.argv[1])
with (folder / "asked.txt").open("a", buffering=1) as log:
    questions = read_set(folder / "set.jsonl")
    engine = OverlapEngine(pause=0.004, asked=lambda question: log.write("asked\\n"))
    stamp = {"set": {"sha256": questions.sha256}, "index_version": engine.index_version}
    run_set(questions, DOCUMENTS, engine, folder / "run", plain_tools(), stamp=stamp, jobs=2)
"""


def test_killed_at_random_moments_it_loses_at_most_the_cases_in_hand(tmp_path: Path, make_run: RunMaker) -> None:
    forms = many_forms(150)
    write_forms(tmp_path / "set.jsonl", forms)
    command = [sys.executable, "-c", CHILD, str(tmp_path)]
    environment = {"PYTHONPATH": str(ROOT), "PATH": ""}
    generator, kills = random.Random(11), 0
    for _ in range(40):
        child = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE)
        began, before = time.monotonic(), count_lines(tmp_path / "asked.txt")
        while child.poll() is None and count_lines(tmp_path / "asked.txt") == before and time.monotonic() - began < 20:
            time.sleep(0.005)
        try:
            child.wait(generator.uniform(0.0, 0.12))
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGKILL)
            kills += 1
        _, errors = child.communicate(timeout=20)
        if child.returncode == 0:
            break
        assert child.returncode == -signal.SIGKILL, errors.decode()
    assert kills >= 3
    run = read_run(tmp_path / "run")
    assert count_lines(tmp_path / "asked.txt") <= len(forms) + 2 * kills
    whole = make_run("whole", forms=forms)
    assert without_seconds(run.folder / "results.jsonl") == without_seconds(whole.folder / "results.jsonl")


def count_lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


def test_damaged_run_is_refused(make_run: RunMaker) -> None:
    run = make_run()
    rows = (run.folder / "results.jsonl").read_text().splitlines(keepends=True)
    (run.folder / "results.jsonl").write_text("".join(rows[:-1]))
    with pytest.raises(UsageError, match="damaged"):
        read_run(run.folder)
    with pytest.raises(UsageError, match="holds no run"):
        read_run(run.folder.parent / "nothing")


def test_texts_of_cited_and_retrieved_passages_are_kept(make_run: RunMaker) -> None:
    run = make_run()
    texts = {document.key: document.text for document in DOCUMENTS}
    kept = {name: text for name, text in run.passages.items() if not name.startswith("log@")}
    assert len(kept) == 3
    for name, text in kept.items():
        key, _, span = name.rpartition("#")
        start, end = map(int, span.split("-"))
        assert texts[key][start:end] == text
