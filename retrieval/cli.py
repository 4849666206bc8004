"""The command line: reads what was typed, runs one command, turns what went wrong into one clear line.

Exit status: 0 answered or done, 1 error, 2 usage, 3 abstained, 130 interrupted. Results go to stdout, all else to
stderr.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from retrieval.errors import ParleyError

if TYPE_CHECKING:
    import argparse

DESCRIPTION = "Cited answers about why Russia resists a ceasefire in Ukraine, and what others may do: or silence."
SHORT = ("ask", "search", "check", "show")  # over before there is garbage


def build_parser() -> argparse.ArgumentParser:
    """The whole command line as an argparse parser; the README's commands are tested against it.

    What it imports is imported here, so that an interrupt is one line from the first moments on.
    """
    import argparse

    from retrieval import __version__
    from retrieval.commands import ask, chat, check, doctor, index, ingest, search, show, sources, views
    from retrieval.evaluate import commands as evaluate

    parser = argparse.ArgumentParser(prog="parley", description=DESCRIPTION)
    parser.add_argument("--version", action="version", version=f"parley {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for module in (ask, chat, search, check, ingest, sources, show, index, doctor, views, evaluate):
        module.add_parser(commands)
    # The bot's own options are its own: with a prefix that nobody types, they all reach it as they are.
    bot = commands.add_parser(
        "bot", help="run the Discord bot (token in DISCORD_TOKEN)", add_help=False, prefix_chars="\0"
    )
    bot.add_argument("rest", nargs=argparse.REMAINDER)
    bot.set_defaults(run=_run_bot)
    return parser


def command() -> int:
    """What `parley` and `python -m retrieval` run: `main` in a process of its own, which ends with it.

    A short command ends before there is garbage worth collecting. What all of them leave behind goes with the process:
    without `freeze` the interpreter searches it for cycles once more, a fifth of the time of a cold question.
    NumPy multiplies small matrices only: on one thread, which waits for no other, that takes a tenth of the time when
    the machine is busy.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if sys.argv[1:2] and sys.argv[1] in SHORT:
        gc.disable()
    try:
        return main()
    finally:
        gc.freeze()


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit status."""
    try:
        arguments = build_parser().parse_args(argv)
        return int(arguments.run(arguments))
    except ParleyError as error:
        print(f"parley: {error}", file=sys.stderr)
        return error.exit_status
    except KeyboardInterrupt:
        print("\nparley: interrupted; nothing that was stored is lost", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of our output (head, less) has gone: not an error
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (OSError, MemoryError) as error:
        print(f"parley: {_plainly(error)}", file=sys.stderr)
        return 1


def _plainly(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return "out of memory; set PARLEY_THREADS=1, or ingest fewer sources at a time"
    place = f" ({error.filename})" if isinstance(error, OSError) and error.filename else ""
    return f"{getattr(error, 'strerror', None) or error}{place}; mend that and run the command again"


def _run_bot(arguments: argparse.Namespace) -> int:
    from importlib.metadata import entry_points

    for entry in entry_points(group="parley.commands", name="bot"):
        try:
            run = entry.load()
        except ImportError as error:
            raise ParleyError(f"the bot's packages are missing ({error}); run: pip install 'parley[bot]'") from error
        return int(run(arguments.rest))
    raise ParleyError("the bot is not installed; run: pip install 'parley[bot]'")


if __name__ == "__main__":
    sys.exit(command())
