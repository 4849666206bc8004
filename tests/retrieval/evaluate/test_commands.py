"""`parley eval` as typed, with the real engine over the shipped corpus."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from retrieval.cli import main
from retrieval.engine import Engine
from retrieval.evaluate.doing import _find_set
from retrieval.evaluate.results import read_run
from retrieval.shipped import corpus_folder
from tests.retrieval.evaluate.forms import RunMaker, write_forms
from tests.retrieval.evaluate.overlap_engine import OverlapEngine
from tests.retrieval.evaluate.test_beir import write_beir
from tests.retrieval.evaluate.test_exchange import SHEET, rated

REAL: list[dict[str, Any]] = [
    {
        "id": "grain",
        "question": "When was the Black Sea Grain Initiative signed?",
        "answers": ["22 July 2022"],
        "relevant": [{"quote": "The Black Sea Grain Initiative was signed in Istanbul on 22 July 2022"}],
        "tags": ["fact"],
    },
    {
        "id": "areas",
        "question": "Why is Russia unlikely to surrender the areas its military controls?",
        "relevant": [{"quote": "strategically valuable areas that Russia is unlikely to surrender without major"}],
        "tags": ["factor"],
    },
    {"id": "chess", "question": "Who won the chess championship in Reykjavik in 2031?", "answerable": False},
    {
        "id": "ship",
        "question": "What colour is the ship?",
        "answers": ["red"],
        "context": [{"id": "log", "title": "Log", "text": "The ship is red. Its captain is old."}],
    },
    {"id": "claim", "claim": "Oil prices fluctuated by over 15% in early 2024.", "label": "supported"},
]


@pytest.fixture(scope="module")
def real_run(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of a few real questions by the command line, in the folder of its set."""
    folder = tmp_path_factory.mktemp("real")
    write_forms(folder / "set.jsonl", REAL)
    assert main(["eval", "run", str(folder / "set.jsonl"), "--out", str(folder / "run")]) == 0
    return folder / "run"


def test_real_engine_answers_cites_and_abstains(real_run: Path, engine: Engine) -> None:
    run = read_run(real_run)
    assert [row.get("error") for row in run.rows] == [None] * 5
    rows = {row["id"]: row for row in run.rows}
    assert "22 July 2022" in rows["grain"]["statements"][0]["text"]
    assert not rows["chess"]["answered"]
    for row in (rows["grain"], rows["areas"]):
        for citation in row["citations"]:
            text = engine.document(citation["passage"].rpartition("#")[0]).text
            assert text[citation["start"] : citation["end"]] == citation["quote"]
    assert run.stamp["index_version"] == engine.index_version
    assert run.stamp["embedding"] == engine.embedder.fingerprint
    assert all(one.get("delivery") == [] for one in run.checks[:4])
    assert str(Path.home()) not in json.dumps(run.stamp["settings"])


def test_second_run_is_the_same_bytes_apart_from_seconds(real_run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = real_run.with_name("again")
    assert (
        main(["eval", "run", str(real_run.with_name("set.jsonl")), "--out", str(other), "--jobs", "1", "--json"]) == 0
    )
    form = json.loads(capsys.readouterr().out)
    assert form["cases"] == 5
    assert 0 <= form["metrics"]["right"]["low"] <= form["metrics"]["right"]["value"]
    for name in ("cases.jsonl", "checks.jsonl", "passages.jsonl"):
        assert (real_run / name).read_bytes() == (other / name).read_bytes()
    rows = [[{**row, "seconds": None} for row in read_run(folder).rows] for folder in (real_run, other)]
    assert rows[0] == rows[1]


def test_set_of_contexts_alone_needs_no_index(engine: Engine, tmp_path: Path) -> None:
    write_forms(tmp_path / "set.jsonl", REAL[3:4])
    folder = str(tmp_path / "run")
    typed = ["eval", "run", str(tmp_path / "set.jsonl"), "--out", folder, "--index", str(tmp_path / "no")]
    assert main(typed) == 0
    run = read_run(tmp_path / "run")
    assert "error" not in run.rows[0]
    assert run.stamp["index_version"] == ""
    assert not (tmp_path / "no").exists()


def test_shipped_sets_go_by_their_names_unless_a_file_has_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert _find_set(Path("claims")) == corpus_folder() / "questions" / "claims.jsonl"
    assert main(["eval", "run", "no-such-set", "--out", "run"]) == 2
    assert "cannot read the question set no-such-set" in capsys.readouterr().err
    (tmp_path / "claims").write_text("")
    assert main(["eval", "run", "claims", "--out", "run"]) == 2
    assert "the set is empty" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ('{"id": "a", "question": "Why?", "relevant": [{"quote": "no such words anywhere"}]}\n', "line 1: the quote"),
        ('{"id": "a", "question": "Why?"}\n{"id": "a", "question": "How?"}\n', "line 2: id 'a' is already on line 1"),
        ('{"id": "a", "question": "Why?"\n', "line 1: not JSON"),
        ("", "the set is empty"),
    ],
)
def test_wrong_set_is_told_before_anything_is_asked(
    engine: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str], lines: str, words: str
) -> None:
    (tmp_path / "set.jsonl").write_text(lines)
    assert main(["eval", "run", str(tmp_path / "set.jsonl"), "--out", str(tmp_path / "run")]) == 2
    said = capsys.readouterr()
    assert words in said.err
    assert said.out == ""
    assert not (tmp_path / "run").exists()


def test_report_writes_the_page_and_gates(real_run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", "report", str(real_run), "--fail-under", "right=0"]) == 0
    assert "right" in capsys.readouterr().out
    assert (real_run / "report.html").read_text().startswith("<!doctype html>")
    assert main(["eval", "report", str(real_run), "--fail-under", "p95_total=0"]) == 1
    assert "p95_total is" in capsys.readouterr().err
    assert main(["eval", "report", str(real_run.parent)]) == 2


def test_compare_sets_the_exit_status(make_run: RunMaker, capsys: pytest.CaptureFixture[str]) -> None:
    class Silent(OverlapEngine):
        def ask(self, question: str, *arguments: Any, **more: Any) -> Any:
            return super().ask("", *arguments, **more)

    good, bad = str(make_run("good").folder), str(make_run("bad", engine=Silent()).folder)
    assert main(["eval", "compare", good, good, "--fail-on-regression", "right=0"]) == 0
    assert main(["eval", "compare", good, bad, "--fail-on-regression", "right=0.9"]) == 0
    assert main(["eval", "compare", good, good, bad, "--fail-on-regression", "Recall@5=0.1"]) == 1
    assert "Recall@5 got worse by 0.6667" in capsys.readouterr().err
    assert main(["eval", "compare", bad, good, "--fail-under", "Recall@5=0.99"]) == 0
    assert main(["eval", "compare", good, bad, "--fail-under", "Recall@5=0.99"]) == 1
    assert main(["eval", "compare", good, bad, "--fail-under", "Recall=0.99"]) == 2
    capsys.readouterr()
    assert main(["eval", "compare", good, bad, "--json"]) == 0
    form = json.loads(capsys.readouterr().out)
    assert form["metrics"]["Recall@5"]["losses"] == 2
    assert {change["before"] for change in form["changed"]} >= {"right"}


def test_beir_writes_a_run_file_and_reuses_its_index(
    engine: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, index, file = write_beir(tmp_path / "beir"), tmp_path / "cache", tmp_path / "run.trec"
    typed = ["eval", "beir", str(folder), "--run-file", str(file), "--index", str(index), "--json"]
    assert main(typed) == 0
    first = json.loads(capsys.readouterr().out)
    before = file.read_bytes()
    assert main(typed) == 0
    second = json.loads(capsys.readouterr().out)
    assert (first["index_built"], second["index_built"]) == (True, False)
    assert first["metrics"] == second["metrics"]
    assert first["metrics"]["nDCG@10"] == 3 / 4
    assert file.read_bytes() == before
    assert main(["eval", "beir", str(folder), "--split", "train"]) == 2


def test_sets_that_are_there_are_not_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "sheet.csv").write_text(SHEET)
    (tmp_path / "rated.jsonl").write_text(json.dumps(rated("up")) + "\n")
    for command, name in (("import", "sheet.csv"), ("candidates", "rated.jsonl")):
        out = tmp_path / f"{command}.jsonl"
        assert main(["eval", command, str(tmp_path / name), "--out", str(out)]) == 0
        kept = out.read_bytes()
        assert main(["eval", command, str(tmp_path / name), "--out", str(out)]) == 2
        assert out.read_bytes() == kept


def test_export_has_a_file_for_each_kind(make_run: RunMaker, tmp_path: Path) -> None:
    folder = make_run().folder
    assert main(["eval", "export", str(folder), "--to", "ragas"]) == 0
    assert main(["eval", "export", str(folder), "--to", "pandas"]) == 0
    assert main(["eval", "export", str(folder), "--to", "pandas", "--out", str(tmp_path / "cases.csv")]) == 0
    assert (folder / "ragas.jsonl").stat().st_size > 0
    assert (folder / "cases.parquet").stat().st_size > 0
    assert (tmp_path / "cases.csv").read_text().startswith("id,kind,")


def test_a_judge_needs_a_model(engine: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_forms(tmp_path / "set.jsonl", REAL)
    assert main(["eval", "run", str(tmp_path / "set.jsonl"), "--out", str(tmp_path / "run"), "--judge"]) == 2
    assert "PARLEY_MODEL" in capsys.readouterr().err


def test_help_imports_nothing_heavy() -> None:
    code = "import sys; from retrieval.cli import main\ntry: main(['eval', 'run', '--help'])\nexcept SystemExit: pass\n"
    code += "print(*{'numpy', 'rich', 'chromadb', 'onnxruntime', 'ir_measures', 'pandas'} & set(sys.modules))"
    best = 9.0
    for _ in range(3):
        began = time.perf_counter()
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
        best = min(best, time.perf_counter() - began)
        assert done.stdout.splitlines()[-1] == ""
    assert best < 2  # 0.2 s on an idle machine; tests share theirs


def test_jobs_must_be_a_number_from_one_up() -> None:
    with pytest.raises(SystemExit) as caught:
        main(["eval", "run", "set", "--out", "run", "--jobs", "0"])
    assert caught.value.code == 2
