"""The question sets that ship: well formed, their gold quotes in the corpus, of the kinds that they should have."""

from __future__ import annotations

from pathlib import Path

import pytest

from retrieval.engine import Engine
from retrieval.evaluate.cases import Question, read_set
from retrieval.evaluate.gold import locate_gold
from retrieval.shipped import corpus_folder

SETS = sorted((corpus_folder() / "questions").glob("*.jsonl"))


@pytest.mark.parametrize("path", SETS, ids=lambda path: path.stem)
def test_every_gold_quote_is_in_the_corpus(path: Path, engine: Engine) -> None:
    questions = read_set(path)
    documents = [engine.document(entry.key) for entry in engine.index.manifest.entries]
    located = locate_gold(questions, documents)
    assert len(located) == len(questions.cases)
    for case, gold in zip(questions.cases, located, strict=True):
        assert all(gold), case.id


def test_there_are_enough_of_each_kind() -> None:
    asked = [case for path in SETS for case in read_set(path).cases if isinstance(case, Question)]
    assert len(asked) >= 150
    assert sum(not case.answerable for case in asked) >= 40
    assert sum(bool(case.history) for case in asked) >= 5
    assert all(case.tags for case in asked)
    assert len({case.id for case in asked}) == len(asked)
    assert len({(case.question, case.history, case.context) for case in asked}) == len(asked)
