"""`parley chat`: questions and follow-ups; /sources, /show N, /why, /new, /help, /quit."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from retrieval.commands.common import add_index_option, console, engine_of, is_terminal, note
from retrieval.errors import ParleyError, UsageError
from retrieval.types import Answer, Statement, Turn

if TYPE_CHECKING:
    from retrieval.engine import Engine

HELP = """Type a question, or a follow-up to the last one.
/sources   what the last answer cites     /show N   the passage that [N] cites
/why       how the last answer came to be /new      forget what was said
/help      this                           /quit     leave (or Ctrl-D)"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `chat`."""
    parser = commands.add_parser("chat", help="the same with follow-ups")
    add_index_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Reads lines until the end of input or /quit."""
    engine = engine_of(arguments)
    session = Session(engine, *_printer(engine))
    if sys.stdin.isatty():
        note(HELP)
    while True:
        try:
            line = input("\n> " if sys.stdin.isatty() else "")
        except EOFError:
            return 0
        if line.strip() in ("/quit", "/exit", "/q"):
            return 0
        try:
            session.say(line.strip())
        except UsageError as error:
            note(f"parley: {error}")
        except ParleyError as error:
            note(f"parley: {error}")
            return error.exit_status


class Session:
    """A conversation: its history, and the last answer for /sources and /show."""

    def __init__(
        self,
        engine: Engine,
        show_answer: Callable[[Answer, bool], None],
        tell: Callable[[Statement], None] | None = None,
    ) -> None:
        """`tell` is given each statement as soon as it is verified; `show_answer` then need not repeat them."""
        self.engine, self.show_answer, self.tell = engine, show_answer, tell
        self.history: tuple[Turn, ...] = ()
        self.last: Answer | None = None

    def say(self, line: str) -> None:
        """Does a /command or asks a question."""
        if not line:
            return
        if line.startswith("/"):
            self._command(*line[1:].split(maxsplit=1))
            return
        answer = self.engine.ask(line, self.history, on_statement=self.tell)
        self.show_answer(answer, False)
        said = " ".join(statement.text for statement in answer.statements)
        cited = tuple(dict.fromkeys(citation.passage for citation in answer.citations))
        self.history = (*self.history, Turn("user", line), Turn("assistant", said, cited))
        self.last = answer

    def _command(self, name: str = "help", argument: str = "") -> None:
        match name:
            case "help":
                print(HELP)
            case "new":
                self.history, self.last = (), None
                print("Forgotten.")
            case "why" if self.last:
                self.show_answer(self.last, True)
            case "sources" if self.last:
                self._sources(self.last)
            case "show" if self.last:
                self._show(self.last, argument)
            case "why" | "sources" | "show":
                raise UsageError("nothing was answered yet; ask something first")
            case _:
                raise UsageError(f"there is no /{name}; /help lists what there is")

    def _sources(self, answer: Answer) -> None:
        from retrieval.render import describe

        for citation in answer.citations:
            print(f"[{citation.n}] {describe(citation.source)}")
        if not answer.citations:
            print("The last answer cites nothing.")

    def _show(self, answer: Answer, argument: str) -> None:
        from retrieval.render import describe

        by_number = {str(citation.n): citation for citation in answer.citations}
        if argument.strip("[] ") not in by_number:
            raise UsageError(f"/show takes a number from the last answer: {', '.join(by_number) or 'it has none'}")
        citation = by_number[argument.strip("[] ")]
        passage = self.engine.show(citation.passage)
        print(f"{describe(citation.source)}\n{citation.source.url}\n{' > '.join(passage.headings)}\n\n{passage.text}")


def _printer(engine: Engine) -> tuple[Callable[[Answer, bool], None], Callable[[Statement], None] | None]:
    """What shows an answer, and on a terminal what shows each statement before it: the answer then leaves them out."""
    if is_terminal():
        from retrieval.terminal import print_answer, print_statement

        terminal = console()

        def show(answer: Answer, explain: bool) -> None:
            print_answer(terminal, answer, engine.document, explain, told=not explain)

        return show, lambda statement: print_statement(terminal, statement)
    from retrieval.render import to_text

    return lambda answer, explain: print(to_text(answer, explain), flush=True), None
