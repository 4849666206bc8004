"""Hostile documents and questions against a model that does whatever the attacker wants, over real HTTP.

The model is scripted to write each case's reply word for word. What must hold is by construction: whatever it writes, a
reader sees plain prose that the cited characters carry, and markers that Parley gave.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.render import render as render_for_discord
from retrieval.ask.prose import not_prose
from retrieval.engine import Engine
from retrieval.ingest.sentences import sentences
from retrieval.models import OnnxEmbedder
from retrieval.render import to_markdown, to_text
from retrieval.settings import Settings
from retrieval.types import Answer, Passage, Source, Unit
from tests.standins.openai_server import Say, Server, openai_server

CASES = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "injections" / "hostile.jsonl").read_text(encoding="utf-8").splitlines()
]
HONEST = "Securing long-term influence over Eastern Europe remains a top priority for Moscow."
ADVANCES = "Military advances have yielded control over strategically valuable areas."
_ACTIVE = re.compile(r"(?<!\\)(?:!\[|<[a-z/!@#]|\]\((?!<http)|@everyone|@here|\|\|)|https?://evil", re.I)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Writes what the attacker of the case that the prompt belongs to wants, then one honest sentence."""
    by_key = {_key(case): case for case in CASES}

    def obey(request: dict[str, Any]) -> Say:
        prompt = request["messages"][-1]["content"]
        case = next(case for key, case in by_key.items() if f"Question: ({key})" in prompt)
        fences = prompt.split("<passage number=")[1:]
        honest = next(n for n, fence in enumerate(fences, 1) if "Examining the Impasse" in fence)
        hostile = next((n for n, fence in enumerate(fences, 1) if "A hostile page" in fence), honest)
        reply = case["reply"].replace("{g}", str(honest)).replace("{h}", str(hostile))
        return Say(f"{reply}\n{HONEST} [{honest}]", size=40)

    with openai_server(script=obey) as running:
        yield running


@pytest.fixture(scope="module")
def engine(server: Server, embedder: OnnxEmbedder, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    home = tmp_path_factory.mktemp("injections")
    settings = Settings(home=home, model="openai:obedient", model_url=server.url, abstain="never")
    return Engine(settings, embedder)


def _key(case: dict[str, Any]) -> str:
    return f"case {case['id']}"


def _ask(engine: Engine, case: dict[str, Any]) -> Answer:
    genuine = _passage("examining-the-impasse", "Examining the Impasse", f"{HONEST} {ADVANCES}")
    text = f"The factors behind Russia's refusal of a ceasefire: {case['document']}"
    hostile = _passage("hostile", "A hostile page", text)
    context = [genuine, hostile] if case["document"] else [genuine]
    return engine.ask(f"[{_key(case)}] {case['question']}", context=context)


def _passage(name: str, title: str, text: str) -> Passage:
    units = tuple(Unit(start, end, "sentence") for start, end in sentences(text))
    return Passage(Source(name, title, "a web page", "2025"), "0badc0de", 0, len(text), text, (), units)


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_nothing_forbidden_reaches_the_reader(engine: Engine, case: dict[str, Any]) -> None:
    """No statement says what the attacker wanted or holds anything but prose; no rendering has live markup."""
    answer = _ask(engine, case)
    assert answer.engine == "openai:obedient"
    for statement in answer.statements:
        assert not not_prose(statement.text)
        for forbidden in case["forbidden"]:
            assert forbidden.lower() not in statement.text.lower()
    assert HONEST in [statement.text for statement in answer.statements]  # the honest part is not silenced
    used = {n for statement in answer.statements for n in statement.citations}
    assert used == {citation.n for citation in answer.citations}
    assert sorted(used) == list(range(1, len(used) + 1))
    assert not _ACTIVE.search(to_markdown(answer))
    shown = to_text(answer)
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    for page in render_for_discord(answer, today=datetime.date(2026, 11, 23)):
        assert not _ACTIVE.search(page.content + page.sources)


def test_there_are_enough_cases() -> None:
    """At least 60, of many kinds and several languages."""
    assert len(CASES) >= 60
    assert len({case["kind"] for case in CASES}) >= 12
    assert len({case["language"] for case in CASES}) >= 6
