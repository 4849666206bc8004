"""The command line as a person and a program meet it: stdout, stderr, exit status, no traceback, ever."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from retrieval.cli import main
from retrieval.engine import Engine

PARLEY = [sys.executable, "-m", "retrieval"]


@pytest.fixture
def parley(engine: Engine, capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    """Runs a command in this process: (exit status, stdout, stderr). The shipped corpus is indexed already."""

    def run(*arguments: str) -> tuple[int, str, str]:
        try:
            status = main(arguments)
        except SystemExit as stop:  # argparse's own way out
            status = int(stop.code or 0)
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return status, out, err

    return run


def test_an_answer_in_a_pipe(parley) -> None:  # type: ignore[no-untyped-def]
    status, out, _ = parley("ask", "Which ship was the first to leave Odesa under the grain deal?")
    assert status == 0
    assert "[1]" in out
    assert "Sources" in out
    assert "a brief written for this project, not a primary source" in out


def test_json_has_the_form_of_the_design(parley, engine: Engine) -> None:  # type: ignore[no-untyped-def]
    status, out, _ = parley("ask", "Why does Russia refuse a ceasefire?", "--json")
    form = json.loads(out)
    assert status == 0
    assert set(form) == {
        *("question", "standalone", "answered", "support", "reason", "statements", "citations", "retrieved"),
        *("engine", "index_version", "seconds"),
    }
    assert set(form["seconds"]) == {"condense", "retrieve", "rerank", "answer", "verify", "total"}
    numbers = {citation["n"] for citation in form["citations"]}
    assert numbers == {n for statement in form["statements"] for n in statement["citations"]}
    for citation in form["citations"]:
        assert set(citation) == {"n", "passage", "source", "title", "date", "url", "quote", "start", "end"}
        text = engine.document(citation["passage"].rpartition("#")[0]).text
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_what_the_corpus_does_not_say(parley) -> None:  # type: ignore[no-untyped-def]
    status, out, _ = parley("ask", "Who won the men's football World Cup in 2018?", "--json")
    form = json.loads(out)
    assert status == 3
    assert (form["answered"], form["statements"], form["citations"]) == (False, [], [])
    assert form["reason"] == "no_evidence"
    assert 1 <= len(form["nearest"]) <= 5


@pytest.mark.parametrize("question", ["", "   ", "?!", "\x00\x07", "\u202e"])
def test_no_question(parley, question: str) -> None:  # type: ignore[no-untyped-def]
    status, out, _ = parley("ask", question, "--json")
    assert (status, json.loads(out)["reason"]) == (3, "empty_question")


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["ask", "x" * 100_000], 2, "at most 4000"),
        (["ask", "Why?", "--source", "examining-the-impass"], 2, "did you mean examining-the-impasse"),
        (["ask", "Why?", "--history", "nowhere.json"], 2, "cannot read the history"),
        (["search", "x", "-k", "0"], 2, "-k must be"),
        (["search", " "], 2, "empty"),
        (["show", "nonsense"], 1, "not a passage id"),
        (["show", "nobody@12345678#0-5"], 1, "no document"),
        (["check", ""], 2, "empty"),
        (["sources", "--remove", "nobody"], 2, "no source"),
        (["nonsense"], 2, "invalid choice"),
        (["ask"], 2, "required"),
        (["ingest", "no/such/file.txt", "--index", "{tmp}/index"], 1, "check the spelling"),
        (["search", "x", "--mode", "psychic"], 2, "invalid choice"),
    ],
)
def test_bad_input(parley, tmp_path: Path, arguments: list[str], status: int, words: str) -> None:  # type: ignore[no-untyped-def]
    """Each a clear message that says what to do, on stderr or in the report, and the right exit status."""
    got, out, err = parley(*(argument.replace("{tmp}", str(tmp_path)) for argument in arguments))
    assert got == status
    assert words in out + err


def test_wrong_settings(parley, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("PARLEY_PRECISION", "int4")
    status, _, err = parley("ask", "Why?")
    assert status == 2
    assert "int8, fp32" in err


def test_search_prints_hits(parley) -> None:  # type: ignore[no-untyped-def]
    status, out, _ = parley("search", "grain initiative", "-k", "3", "--json")
    hits = [json.loads(line) for line in out.splitlines()]
    assert (status, len(hits)) == (0, 3)
    fields = {"passage", "source", "title", "score", "rank_dense", "rank_lexical", "text", "start", "end"}
    assert all(set(hit) == fields for hit in hits)
    assert hits[0]["source"] == "black-sea-grain-initiative"
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)


def test_show_opens_what_search_found(parley) -> None:  # type: ignore[no-untyped-def]
    _, out, _ = parley("search", "Budapest Memorandum", "-k", "1", "--json")
    hit = json.loads(out)
    status, out, _ = parley("show", hit["passage"], "--json")
    shown = json.loads(out)
    assert status == 0
    assert (shown["text"], shown["current"]) == (hit["text"], True)
    status, out, _ = parley("show", hit["passage"], "--around", "50")
    assert hit["text"] in out


def test_ingest_one_report(parley, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "a.md").write_text("# A note\n\nThe corridor opened on 3 May 2031 under the Oslo accord.\n")
    (tmp_path / "mine" / "b.txt").write_bytes(b"")
    index = ["--index", str(tmp_path / "index")]
    status, out, _ = parley("ingest", str(tmp_path / "mine"), "--json", *index)
    report = json.loads(out)
    assert (status, report["added"], len(report["failed"])) == (0, ["a"], 1)
    assert "is empty" in report["failed"][0]["reason"]
    status, out, _ = parley("ask", "When did the corridor open under the Oslo accord?", *index)
    assert status == 0
    assert "3 May 2031" in out
    (tmp_path / "mine" / "b.txt").unlink()
    (tmp_path / "mine" / "a.md").write_text("# A note\n\nThe corridor closed on 9 June 2031.\n")
    _, out, _ = parley("ingest", str(tmp_path / "mine"), *index)
    assert "changed    a" in out


def test_index_info_diff_export(parley, engine: Engine) -> None:  # type: ignore[no-untyped-def]
    _, out, _ = parley("index", "info", "--json")
    info = json.loads(out)
    assert info["index_version"] == engine.index_version
    status, out, err = parley("index", "diff")
    assert (status, out) == (0, "")
    assert "as it is" in err
    _, out, _ = parley("index", "export")
    assert len(out.splitlines()) == info["passages"]


def test_doctor_tries_each_part(parley) -> None:  # type: ignore[no-untyped-def]
    status, out, _ = parley("doctor")
    assert status == 0
    assert out.count("ok ") == len(out.splitlines()) >= 6


def test_chat_follows_up(engine: Engine) -> None:
    """Follow-ups, /sources, /show and a wrong command, from a pipe; the conversation is kept for the session."""
    lines = ["Which ship was the first to leave Odesa under the grain deal?", "/sources", "/show 1", "/show 99"]
    typed = "\n".join([*lines, "/nonsense", "/new", "/quit", ""])
    done = subprocess.run([*PARLEY, "chat"], input=typed, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0
    assert "Razoni" in done.stdout
    assert "[1] " in done.stdout
    assert "takes a number" in done.stderr
    assert "there is no /nonsense" in done.stderr
    assert "Traceback" not in done.stderr


def test_help_is_instant() -> None:
    """Under 0.2 s of processor time: nothing heavy is imported for it."""
    before = os.times()
    done = subprocess.run([*PARLEY, "--help"], capture_output=True, text=True, timeout=30)
    after = os.times()
    assert done.returncode == 0
    assert (after.children_user + after.children_system) - (before.children_user + before.children_system) < 0.2
    for command in ("ask", "chat", "search", "check", "ingest", "sources", "show", "index", "doctor", "eval", "bot"):
        assert command in done.stdout


def test_the_running_path_imports_no_torch(engine: Engine) -> None:
    code = (
        "import sys; from retrieval.cli import main; main(['ask', 'Why does Russia refuse a ceasefire?']); "
        "sys.exit(bool({'torch', 'transformers', 'sentence_transformers', 'discord', 'sqlalchemy'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=120).returncode == 0


def test_no_network_in_the_default_path(engine: Engine) -> None:
    """With every outgoing connection forbidden, a question is answered as ever."""
    code = (
        "import socket, sys\n"
        "def refuse(*a, **k): raise SystemExit(77)\n"
        "socket.socket.connect = refuse; socket.create_connection = refuse; socket.getaddrinfo = refuse\n"
        "from retrieval.cli import main\n"
        "sys.exit(main(['ask', 'Why does Russia refuse a ceasefire?']))"
    )
    env = os.environ | {"LANGSMITH_TRACING": "true", "LANGSMITH_API_KEY": "x", "LANGCHAIN_TRACING_V2": "true"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=120, env=env)
    assert done.returncode == 0, done.stderr


def test_nothing_is_kept_in_a_persons_home(engine: Engine, tmp_path: Path) -> None:
    """No device id, no cache, no queue of events to be sent: ONNX Runtime would keep all three unless told not to."""
    person = tmp_path / "person"
    person.mkdir()
    (tmp_path / "note.txt").write_text("The corridor opened on 3 May 2031 under the Oslo accord.")
    hidden = {"CI", "ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"}
    env = {name: value for name, value in os.environ.items() if name not in hidden} | {"HOME": str(person)}
    index = ["--index", str(tmp_path / "index")]
    for words in (["ingest", str(tmp_path / "note.txt")], ["ask", "When did the corridor open under the Oslo accord?"]):
        done = subprocess.run([*PARLEY, *words, *index], capture_output=True, text=True, timeout=120, env=env)
        assert done.returncode == 0, done.stderr
    assert list(person.rglob("*")) == []


def test_ctrl_c_is_one_line(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "many").mkdir()
    for number in range(300):
        sentence = f"Item {number} says that the convoy of {number} lorries left town {number} for harbour {number}. "
        (tmp_path / "many" / f"{number}.txt").write_text(sentence * 40)
    command = [*PARLEY, "ingest", str(tmp_path / "many"), "--index", str(tmp_path / "index")]
    process = subprocess.Popen(  # a shell's background job is born deaf to SIGINT, and so are its children
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    until = time.monotonic() + 60
    while not (tmp_path / "index").exists() and time.monotonic() < until:  # at work, and no longer importing
        time.sleep(0.05)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted" in err
    assert "Traceback" not in err


def test_a_closed_pipe_is_no_error(engine: Engine) -> None:
    done = subprocess.run(
        f"{sys.executable} -m retrieval index export | head -1",
        shell=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert json.loads(done.stdout)["passage"]
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr


def test_an_unwritable_home_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    env = os.environ | {"PARLEY_HOME": str(tmp_path / "file" / "home")}
    done = subprocess.run([*PARLEY, "ask", "Why?"], capture_output=True, text=True, timeout=120, env=env)
    assert done.returncode == 1
    assert "parley: Not a directory" in done.stderr
    assert "Traceback" not in done.stderr
