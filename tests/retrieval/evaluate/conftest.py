from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from retrieval.evaluate.cases import read_set
from retrieval.evaluate.results import Run
from retrieval.evaluate.run import run_set
from tests.retrieval.evaluate.forms import FORMS, RunMaker, plain_tools, write_forms
from tests.retrieval.evaluate.overlap_engine import DOCUMENTS, OverlapEngine


@pytest.fixture
def make_run(tmp_path: Path) -> RunMaker:
    """Runs forms with the overlap engine into a fresh folder."""

    def make(
        name: str = "run", forms: list[dict[str, Any]] = FORMS, engine: OverlapEngine | None = None, **more: Any
    ) -> Run:
        questions = read_set(write_forms(tmp_path / f"{name}.jsonl", forms))
        tools = more.pop("tools", None) or plain_tools()
        stamp = {"set": {"path": "set", "sha256": questions.sha256}, "index_version": OverlapEngine.index_version}
        options = {"jobs": 3} | more | {"stamp": stamp | more.get("stamp", {})}
        return run_set(questions, DOCUMENTS, engine or OverlapEngine(), tmp_path / name, tools, **options)

    return make
