"""`parley ask`: one question, one cited answer or an abstention."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.commands.common import (
    ABSTAINED,
    add_index_option,
    add_json_option,
    console,
    engine_of,
    is_terminal,
    print_json,
)
from retrieval.errors import UsageError
from retrieval.types import Turn

if TYPE_CHECKING:
    from retrieval.engine import Engine


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `ask`."""
    parser = commands.add_parser("ask", help="a cited answer; builds the index the first time")
    parser.add_argument("question", help="the question; - reads it from standard input")
    parser.add_argument("--history", type=Path, metavar="FILE", help='earlier turns, JSON: [{"role", "text"}, ...]')
    parser.add_argument("--source", action="append", default=[], metavar="ID", help="answer from this source only")
    parser.add_argument("--model", metavar="NAME", help="language model, provider:name (default: none)")
    parser.add_argument("--explain", action="store_true", help="show how the answer came to be")
    add_json_option(parser)
    add_index_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Asks and prints; 3 when Parley abstains."""
    question = _read_question(arguments.question)
    history = read_history(arguments.history) if arguments.history else ()
    engine = engine_of(arguments)
    if is_terminal() and not arguments.json:
        return _ask_on_terminal(engine, question, history, arguments)
    answer = engine.ask(question, history, arguments.source)
    if arguments.json:
        from retrieval.render import to_json

        print_json(to_json(answer, arguments.explain))
    else:
        from retrieval.render import to_text

        print(to_text(answer, arguments.explain))
    return 0 if answer.answered else ABSTAINED


def _ask_on_terminal(engine: Engine, question: str, history: Sequence[Turn], arguments: argparse.Namespace) -> int:
    """Prints each statement as soon as it is verified, then the sources."""
    from retrieval.terminal import print_answer, print_statement

    terminal = console()
    answer = engine.ask(
        question, history, arguments.source, on_statement=lambda statement: print_statement(terminal, statement)
    )
    print_answer(terminal, answer, engine.document, arguments.explain, told=True)
    return 0 if answer.answered else ABSTAINED


def read_history(path: Path) -> tuple[Turn, ...]:
    """Earlier turns from a JSON file.

    Raises:
        UsageError: it cannot be read or is not of the form.
    """
    form = 'a JSON list of {"role": "user" or "assistant", "text": "..."}'
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"cannot read the history in {path} ({error}); it must be {form}") from error
    turns: list[Turn] = []
    for row in rows if isinstance(rows, list) else [rows]:
        if not isinstance(row, dict) or row.get("role") not in ("user", "assistant") or "text" not in row:
            raise UsageError(f"the history in {path} must be {form}; this is not: {json.dumps(row)[:120]}")
        turns.append(Turn(row["role"], str(row["text"]), tuple(row.get("passages", ()))))
    return tuple(turns)


def _read_question(typed: str) -> str:
    if typed != "-":
        return typed
    import sys

    return sys.stdin.read()
