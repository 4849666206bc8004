"""What goes wrong outside Parley: nothing to read, a folder that is locked, a full disk. One line, the right status."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from retrieval.cli import main
from retrieval.engine import Engine

PARLEY = [sys.executable, "-m", "retrieval"]
FACT = "The corridor opened on 3 May 2031 under the Oslo accord."


def test_nothing_read_is_an_error_also_where_the_index_holds_something(
    engine: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.txt").write_text(FACT)
    (tmp_path / "empty.txt").write_text("")
    index = ["--index", str(tmp_path / "index")]
    assert main(["ingest", str(tmp_path / "a.txt"), *index]) == 0
    capsys.readouterr()
    assert main(["ingest", str(tmp_path / "empty.txt"), *index]) == 1
    out, err = capsys.readouterr()
    assert "nothing could be read" in err
    assert out.splitlines()[0].count("empty.txt") == 1
    assert "1 passage," in out
    assert main(["ingest", str(tmp_path / "empty.txt"), str(tmp_path / "a.txt"), *index]) == 0


def test_a_folder_that_may_not_be_written_to(engine: Engine, tmp_path: Path) -> None:
    """Asking needs to write too (SQLite's and Chroma's own files): said in a line, not in a traceback."""
    (tmp_path / "a.txt").write_text(FACT)
    index = tmp_path / "index"
    subprocess.run([*PARLEY, "ingest", str(tmp_path / "a.txt"), "--index", str(index)], check=True, capture_output=True)
    drop = ["setpriv", "--bounding-set", "-dac_override", "--inh-caps", "-dac_override"] if os.geteuid() == 0 else []
    if drop and not shutil.which(drop[0]):
        pytest.skip("root may write anywhere, and setpriv is not here to take that right away")
    folders = [index, index / "chroma"]
    try:
        for folder in folders:
            folder.chmod(0o555)
        for words in (["ask", "When did the corridor open?"], ["ingest", str(tmp_path / "a.txt")]):
            command = [*drop, *PARLEY, *words, "--index", str(index)]
            done = subprocess.run(command, capture_output=True, text=True, timeout=120)
            assert done.returncode == 1
            assert "Traceback" not in done.stderr
            assert done.stderr.startswith("parley: ")
            assert "written" in done.stderr
    finally:
        for folder in folders:
            folder.chmod(0o755)


def test_a_full_disk_is_a_line(engine: Engine, tmp_path: Path) -> None:
    """No file may grow past 150 kB, as on a full disk; the index then answers as before."""
    (tmp_path / "a.txt").write_text(FACT)
    index = ["--index", str(tmp_path / "index")]
    subprocess.run([*PARLEY, "ingest", str(tmp_path / "a.txt"), *index], check=True, capture_output=True)
    done = subprocess.run(
        [*PARLEY, "ingest", *index],
        capture_output=True,
        text=True,
        timeout=120,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000)),
    )
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    assert "room" in done.stderr
    asked = [*PARLEY, "ask", "When did the corridor open under the Oslo accord?", *index]
    assert subprocess.run(asked, capture_output=True, timeout=120).returncode == 0
