"""A small set for the overlap engine, and how tests run it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from retrieval.evaluate.results import Run
from retrieval.evaluate.run import Tools
from retrieval.render import check_json, to_json
from tests.retrieval.evaluate.overlap_engine import split_paragraphs

RunMaker = Callable[..., Run]
FORMS: list[dict[str, Any]] = [
    {
        "id": "opened",
        "question": "When was the canal opened?",
        "answers": ["1911"],
        "relevant": [{"source": "canal", "quote": "The canal opened in 1911."}],
        "tags": ["fact"],
    },
    {
        "id": "grain",
        "question": "What do the barges there carry?",
        "history": [{"role": "user", "text": "The canal barges"}],
        "answers": ["grain"],
        "relevant": [{"source": "canal", "quote": "It carries   barges\nof grain."}],
        "tags": ["follow-up"],
    },
    {
        "id": "market",
        "question": "Which goods does the market sell?",
        "answers": ["apples", "honey"],
        "relevant": [{"source": "market", "quote": "The market sells apples and honey."}],
        "tags": ["list", "fact"],
    },
    {"id": "queen", "question": "Who painted the queen of Spain?", "answerable": False, "tags": ["unanswerable"]},
    {"id": "near", "question": "Who made the bells ring at dawn?", "answerable": False, "tags": ["unanswerable"]},
    {"id": "keeper", "question": "Name that person", "answers": ["Marta Vel"], "tags": ["fact"]},
    {"id": "crashes", "question": "Does this crash the engine?", "tags": ["fact"]},
    {
        "id": "own",
        "question": "What colour is the ship?",
        "answers": ["red"],
        "relevant": [{"source": "log", "quote": "The colour of the ship is red."}],
        "context": [{"id": "log", "title": "Log", "text": "We sailed.\n\nThe colour of the ship is red."}],
        "tags": ["context"],
    },
    {
        "id": "claim-yes",
        "claim": "The bells ring at noon",
        "label": "supported",
        "evidence": [{"source": "tower", "quote": "The bells ring at noon."}],
    },
    {"id": "claim-no", "claim": "The bells do not ring at noon", "label": "contradicted"},
    {"id": "claim-silent", "claim": "Napoleon crossed Belgium", "label": "not_enough"},
    {"id": "claim-wrong", "claim": "The tower is 40 metres tall", "label": "contradicted"},
]


def write_forms(path: Path, forms: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(form) + "\n" for form in forms), encoding="utf-8")
    return path


def plain_tools(**more: Any) -> Tools:
    return Tools(to_json, check_json, split_paragraphs, **more)
