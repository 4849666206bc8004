"""The built wheel, installed outside the checkout, answers: corpus, prompts and learnt weights are inside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(out.glob("parley-*.whl"))


def ask(python: Path, folder: Path) -> dict[str, object]:
    person = folder / "person"
    person.mkdir()
    env = os.environ | {"PARLEY_HOME": str(folder / "home"), "HOME": str(person)}
    env.pop("CI", None)
    question = "Which ship was the first to leave Odesa under the grain deal?"
    command = [str(python), "-m", "retrieval", "ask", question, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, cwd=folder, env=env)
    assert done.returncode == 0, done.stderr
    assert list(person.rglob("*")) == []  # exported, indexed and asked, and nothing left in the person's home
    return dict(json.loads(done.stdout))


def test_the_wheel_answers_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    """A new environment with the wheel in it; the dependencies, which are not ours, are those of this environment."""
    venv.create(tmp_path / "env", with_pip=False)
    python = tmp_path / "env" / "bin" / "python"
    site = Path(sysconfig.get_path("purelib", vars={"base": str(tmp_path / "env")}))
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(site), str(wheel)],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    for pattern in ("*parley*.pth", "*parley*.py"):  # an editable install of the checkout must not stand in for it
        assert not list(site.glob(pattern))
    dependencies = Path(sysconfig.get_path("purelib"))
    (site / "dependencies.pth").write_text(f"{dependencies}\n")
    where = subprocess.run(
        [str(python), "-c", "import retrieval; print(retrieval.__file__)"], capture_output=True, text=True, cwd=tmp_path
    )
    assert where.stdout.startswith(str(site))
    answer = ask(python, tmp_path)
    assert answer["citations"]


@pytest.mark.slow
def test_the_wheel_answers_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    """Nothing but the wheel and what pip brings for it."""
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / "bin" / "python"
    command = [str(python), "-m", "pip", "install", "--quiet", "-c", str(ROOT / "constraints.txt"), str(wheel)]
    assert subprocess.run(command, capture_output=True, timeout=1200).returncode == 0
    assert ask(python, tmp_path)["answered"]
