"""The day's tokens."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from retrieval.ask.budget import Budget, estimate
from retrieval.errors import ModelError


def test_tokens_add_up_across_threads_and_objects(tmp_path: Path) -> None:
    """Nothing is lost when several count at once."""
    file = tmp_path / "home" / "tokens.json"
    budgets = [Budget(file, 0), Budget(file, 0)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: budgets[number % 2].add(10), range(20)))
    assert Budget(file, 0).spent() == 200


def test_a_spent_budget_refuses_and_says_what_to_do(tmp_path: Path) -> None:
    budget = Budget(tmp_path / "tokens.json", 100)
    budget.check()
    budget.add(99)
    budget.check()
    budget.add(1)
    with pytest.raises(ModelError, match="PARLEY_MODEL_DAILY_TOKENS"):
        budget.check()


def test_without_a_limit_nothing_is_refused(tmp_path: Path) -> None:
    budget = Budget(tmp_path / "tokens.json", 0)
    budget.add(10**9)
    budget.check()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"1999-01-01": 500}', '{"x": null}'])
def test_an_old_or_damaged_count_is_begun_anew(text: str, tmp_path: Path) -> None:
    """Yesterday's tokens are not today's, and a broken file is no reason not to answer."""
    file = tmp_path / "tokens.json"
    file.write_text(text, encoding="utf-8")
    budget = Budget(file, 100)
    budget.check()
    budget.add(7)
    assert budget.spent() == 7


def test_the_estimate_grows_with_the_text() -> None:
    assert estimate("") == 0
    assert estimate("word " * 100) == 125
    assert estimate("слово " * 100) > estimate("word " * 100)
