"""README, command line and settings hold each other: every command in it runs, every command is in it."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from retrieval.cli import build_parser
from retrieval.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "benchmarks").glob("*.md"))]


def commands(text: str) -> list[str]:
    """The lines of the shell blocks that run parley."""
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    lines = [line.strip() for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    return [re.sub(r"^(?:\.venv/bin/|\w+=\S+ )*", "", line) for line in lines if re.search(r"\bparley ", line)]


def subcommands(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices


@pytest.mark.parametrize("line", [line for page in PAGES for line in commands(page.read_text(encoding="utf-8"))])
def test_every_command_is_one_that_parley_takes(line: str) -> None:
    words = shlex.split(line, comments=True)
    if words[0] == "parley":
        assert build_parser().parse_args(words[1:]).run


def test_every_command_is_in_the_readme() -> None:
    named = {line.split()[1] for line in commands(README)} | set(re.findall(r"`parley (\w+)", README))
    assert set(subcommands(build_parser())) <= named


def test_every_setting_in_the_readme_exists() -> None:
    known = {f"PARLEY_{field.name.upper()}" for field in fields(Settings)}
    defaults = {f"PARLEY_{field.name.upper()}": getattr(Settings(), field.name) for field in fields(Settings)}
    for name, default in re.findall(r"^\| `(PARLEY_\w+)` \|([^|]*)\|", README, re.MULTILINE):
        assert name in known
        if name not in ("PARLEY_HOME", "PARLEY_INDEX"):
            set_to = defaults[name]
            assert default.strip("` ") == (str(set_to).lower() if isinstance(set_to, bool) else str(set_to))


def test_every_setting_has_its_help() -> None:
    assert all(field.metadata.get("help") for field in fields(Settings))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), target


def test_make_runs_what_the_readme_says() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "parley ask" in makefile
    for check in ("ruff format --check", "ruff check", "mypy", "pytest"):
        assert check in makefile
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
