"""`parley eval`: what its commands are called and take. Their work is in `retrieval.evaluate.doing`, imported late.

Nothing heavy may be imported here: every `parley` command reads this module to know its options.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path

from retrieval.commands.common import add_index_option, add_json_option
from retrieval.errors import UsageError

Commands = argparse._SubParsersAction  # argparse has no public name for it


def add_parser(commands: Commands[argparse.ArgumentParser]) -> None:
    """Adds `eval` with its commands."""
    parser = commands.add_parser("eval", help="question sets: run, report, compare, BEIR folders")
    inner = parser.add_subparsers(dest="eval_command", metavar="COMMAND", required=True)
    _add_run(inner)
    _add_report(inner)
    _add_compare(inner)
    _add_beir(inner)
    _add_export(inner)
    _add_candidates(inner)
    _add_import(inner)


def _add_run(commands: Commands[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("run", help="ask every question of a set; goes on where it was interrupted")
    parser.add_argument(
        "set", type=Path, metavar="SET", help="a question set, JSON lines; or corpus or claims, which ship"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="RUN", help="folder of the run")
    parser.add_argument(
        "--jobs", type=_positive, default=min(4, os.cpu_count() or 1), metavar="N", help="cases at once"
    )
    parser.add_argument("--judge", action="store_true", help="let the language model judge citations as well")
    parser.add_argument("--again", action="store_true", help="replace a run that is in the folder")
    add_json_option(parser)
    add_index_option(parser)
    parser.set_defaults(run=_late("run"))


def _add_report(commands: Commands[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("report", help="the figures of a run, and an HTML page with every case")
    parser.add_argument("folder", type=Path, metavar="RUN")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where the page goes (default: RUN/report.html)")
    _add_fail_under(parser)
    add_json_option(parser)
    parser.set_defaults(run=_late("report"))


def _add_compare(commands: Commands[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("compare", help="runs over one set, paired by question; each with the first")
    parser.add_argument("first", type=Path, metavar="RUN", help="the baseline")
    parser.add_argument("others", type=Path, nargs="+", metavar="RUN")
    parser.add_argument(
        "--fail-on-regression", action="append", default=[], metavar="METRIC=AMOUNT",
        help="exit with 1 if the metric got worse by more than the amount; may be given again",
    )  # fmt: skip
    _add_fail_under(parser)
    add_json_option(parser)
    parser.set_defaults(run=_late("compare"))


def _add_beir(commands: Commands[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("beir", help="retrieval over any BEIR folder, with a TREC run file")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="corpus.jsonl, queries.jsonl, qrels/SPLIT.tsv")
    parser.add_argument("--split", default="", metavar="S", help="default: test, or the only one")
    parser.add_argument("--run-file", type=Path, metavar="F", help="where the run file goes (default: by the index)")
    parser.add_argument("--mode", choices=("hybrid", "dense", "lexical"), default="hybrid")
    _add_jobs(parser, "queries at once")
    parser.add_argument("--index", type=Path, metavar="DIR", help="where indexes of such folders are kept")
    add_json_option(parser)
    parser.set_defaults(run=_late("beir"))


def _add_export(commands: Commands[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("export", help="a run for ragas (JSON lines) or pandas (Parquet or CSV)")
    parser.add_argument("folder", type=Path, metavar="RUN")
    parser.add_argument("--to", choices=("ragas", "pandas"), required=True)
    parser.add_argument("--out", type=Path, metavar="FILE", help="default: a file in RUN")
    parser.set_defaults(run=_late("export"))


def _add_candidates(commands: Commands[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("candidates", help="rated answers (`parley bot feedback`) as a set to edit")
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--out", type=Path, required=True, metavar="SET")
    parser.set_defaults(run=_late("candidates"))


def _add_import(commands: Commands[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("import", help="a question set from a CSV file")
    parser.add_argument("file", type=Path, metavar="CSV")
    parser.add_argument("--out", type=Path, required=True, metavar="SET")
    parser.set_defaults(run=_late("import_set"))


def _add_fail_under(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--fail-under", action="append", default=[], metavar="METRIC=VALUE",
        help="exit with 1 if the metric is under the value (over it where lower is better); may be given again",
    )  # fmt: skip


def _add_jobs(parser: argparse.ArgumentParser, words: str) -> None:
    parser.add_argument("--jobs", type=_positive, default=min(4, os.cpu_count() or 1), metavar="N", help=words)


def _late(name: str) -> Callable[[argparse.Namespace], int]:
    """The function of that name in `doing`, imported when it is called."""

    def run(arguments: argparse.Namespace) -> int:
        from retrieval.evaluate import doing

        return int(getattr(doing, name)(arguments))

    return run


def _positive(typed: str) -> int:
    number = int(typed) if typed.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{typed!r} is not a number from 1 up")
    return number


def refuse_overwriting(path: Path) -> None:
    """A question set that is there may hold somebody's edits.

    Raises:
        UsageError: there is such a file.
    """
    if path.exists():
        raise UsageError(f"{path} is there already; name another file, for it may hold somebody's edits")
