"""Prompts: one file each, checked when they are read, hashed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from retrieval.ask.prompts import ABSTAIN, load_prompts
from retrieval.errors import ModelError
from retrieval.shipped import prompts_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(prompts_folder(), tmp_path / "prompts"))


def test_the_shipped_prompts_are_whole() -> None:
    """They load, and what they ask for is what is read: markers, the fixed token, no ellipsis in quotes."""
    prompts = load_prompts(prompts_folder())
    system, user = prompts.answer.fill(abstain=ABSTAIN, passages="P", question="Q")
    assert ABSTAIN in system
    assert user.endswith("Question: Q")
    assert "$" not in system + user


def test_a_placeholder_in_a_value_stays_text() -> None:
    _, user = load_prompts(prompts_folder()).answer.fill(abstain=ABSTAIN, passages="${question}", question="Q")
    assert "${question}" in user


def test_the_hash_follows_every_letter(folder: Path) -> None:
    before = load_prompts(folder)
    path = folder / "condense.md"
    path.write_text(path.read_text(encoding="utf-8").replace("one line", "a line"), encoding="utf-8")
    after = load_prompts(folder)
    assert len(before.hash) == 12
    assert before.hash != after.hash
    assert before.answer.hash == after.answer.hash


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Only this ${question} ${passages} ${abstain}", "=====",),
        ("Say ${abstain}\n=====\n${passages}", "question"),
        ("${abstain}\n=====\n${passages} ${question} ${colour}", "colour"),
        ("$5 ${abstain}\n=====\n${passages} ${question}", "$$"),
    ],
)  # fmt: skip
def test_a_damaged_prompt_is_named_with_what_it_lacks(text: str, told: str, folder: Path) -> None:
    (folder / "answer.md").write_text(text, encoding="utf-8")
    (folder / "condense.md").unlink()
    with pytest.raises(ModelError) as caught:
        load_prompts(folder)
    assert told in str(caught.value)
    assert "condense.md" in str(caught.value)
