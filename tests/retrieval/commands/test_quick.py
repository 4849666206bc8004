"""Imports made shorter: as sound as the plain ones, and still shorter with the versions at hand."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from retrieval.engine import Engine

QUESTION = "Why does Russia refuse a ceasefire?"


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_nothing_stays_switched() -> None:
    """Pydantic's default and the decorator of `overrides` are afterwards what they were."""
    code = """
import overrides, pydantic
before = overrides.override, dict(pydantic.BaseModel.model_config)
from retrieval.commands.quick import import_quickly
import_quickly()
assert before == (overrides.override, dict(pydantic.BaseModel.model_config))
class Later(pydantic.BaseModel):
    number: int
assert Later.__pydantic_complete__ and Later(number="3").number == 3
"""
    run(code)


def test_it_still_spares_work() -> None:
    """With these versions of LangChain, Chroma, Pydantic and overrides: models wait, signatures are not compared."""
    code = """
import overrides.overrides as checked
compared = []
checked.ensure_signature_is_compatible = lambda *a: compared.append(a)
from retrieval.commands.quick import import_quickly
import_quickly()
from langchain_core.messages import AIMessage
print(len(compared), AIMessage.__pydantic_complete__, AIMessage("built at its first use").content)
"""
    assert run(code).strip() == "0 False built at its first use"


def test_the_answer_is_the_same_either_way(engine: Engine) -> None:
    """The command's answer after its short imports, and the engine's after the plain ones."""
    plain = f"""
import json
from retrieval import load_settings, open_engine
from retrieval.render import to_json
print(json.dumps(to_json(open_engine(load_settings()).ask({QUESTION!r}))))
"""
    short = subprocess.run(
        [sys.executable, "-m", "retrieval", "ask", QUESTION, "--json"], capture_output=True, text=True, timeout=120
    )
    forms = [json.loads(run(plain)), json.loads(short.stdout)]
    for form in forms:
        del form["seconds"]
    assert forms[0] == forms[1]


def test_the_retriever_works_after_it(engine: Engine) -> None:
    """LangChain's and Chroma's classes, built at their first use, do what they did."""
    code = f"""
from retrieval.commands.quick import import_quickly
import_quickly()
from retrieval import load_settings, open_engine
from retrieval.chain import ParleyRetriever
found = ParleyRetriever(engine=open_engine(load_settings()), k=3) | (lambda documents: len(documents))
print(found.invoke({QUESTION!r}), ParleyRetriever.model_json_schema()["properties"]["k"]["default"])
"""
    assert run(code).split() == ["3", "10"]


def test_a_cold_question_is_short(engine: Engine) -> None:
    """Seconds of processor time, a bound for slow machines: .9 to 1.1 measured here, 2.1 before imports were short."""
    before = os.times()
    subprocess.run([sys.executable, "-m", "retrieval", "ask", QUESTION], capture_output=True, timeout=120, check=True)
    after = os.times()
    assert (after.children_user + after.children_system) - (before.children_user + before.children_system) < 4
