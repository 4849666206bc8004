"""What each `parley eval` command does: reads, calls one or two functions of this package, prints. Returns exit status.

Results go to stdout, everything else to stderr.
"""

from __future__ import annotations

import argparse
import dataclasses
import time
from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.commands.common import build_shipped, console, engine_of, note, print_json, progress_bar
from retrieval.errors import ParleyError, UsageError
from retrieval.evaluate.commands import refuse_overwriting
from retrieval.shipped import corpus_folder

if TYPE_CHECKING:
    from retrieval.engine import Engine
    from retrieval.evaluate.beir import BeirFolder
    from retrieval.evaluate.cases import QuestionSet
    from retrieval.evaluate.results import Run
    from retrieval.evaluate.run import Judge, Tools
    from retrieval.types import Answer, Document


def run(arguments: argparse.Namespace) -> int:
    """Runs a set and prints its figures; 1 if not one case could be asked."""
    from retrieval.evaluate.cases import read_set
    from retrieval.evaluate.run import run_set
    from retrieval.evaluate.stamp import make_stamp
    from retrieval.evaluate.summary import summarise

    questions = dataclasses.replace(read_set(_find_set(arguments.set)), path=str(arguments.set))
    engine = engine_of(arguments, build=False)
    documents, version = _documents(engine, questions)
    tools = _tools(engine, arguments.judge)
    stamp = make_stamp(questions, engine.settings, version, engine.embedder.fingerprint)
    with progress_bar() as bar:
        finished = run_set(
            questions, documents, engine, arguments.out, tools,
            stamp=stamp, jobs=arguments.jobs, again=arguments.again,
            progress=partial(bar, "Asking"),
        )  # fmt: skip
    summary = summarise(finished)
    _print_run(finished, summary, arguments.json)
    if crashed := summary.outcomes["error"]:
        first = next(row["error"] for row in finished.rows if "error" in row)
        note(f"parley: {crashed} of {summary.cases} cases crashed, each counted as a miss; the first: {first}")
    note(f"The run is in {arguments.out}; a page of it: parley eval report {arguments.out}")
    return 1 if crashed == summary.cases else 0


def report(arguments: argparse.Namespace) -> int:
    """Prints a run's figures and writes its page; 1 if a figure is under its limit."""
    from retrieval.evaluate.compare import parse_limits, shortfalls
    from retrieval.evaluate.metrics import measure
    from retrieval.evaluate.report import write_report
    from retrieval.evaluate.results import read_run
    from retrieval.evaluate.summary import summarise

    limits = parse_limits(arguments.fail_under, "--fail-under")
    finished = read_run(arguments.folder)
    faults = shortfalls(finished, measure(finished), limits)
    summary = summarise(finished)
    page = arguments.out or arguments.folder / "report.html"
    write_report(finished, summary, page)
    _print_run(finished, summary, arguments.json)
    note(f"The page is {page}")
    return _fail(faults)


def compare(arguments: argparse.Namespace) -> int:
    """Compares each run with the first; 1 if a limit is broken."""
    from retrieval.evaluate.compare import compare_runs, comparison_form, parse_limits, regressions, shortfalls
    from retrieval.evaluate.metrics import measure
    from retrieval.evaluate.results import read_run
    from retrieval.evaluate.table import print_comparison

    losses = parse_limits(arguments.fail_on_regression, "--fail-on-regression")
    floors = parse_limits(arguments.fail_under, "--fail-under")
    first = read_run(arguments.first)
    faults: list[str] = []
    for other in [read_run(folder) for folder in arguments.others]:
        comparison = compare_runs(first, other)
        faults += regressions(comparison, losses) + shortfalls(other, measure(other), floors)
        if arguments.json:
            print_json(comparison_form(comparison))
        else:
            print_comparison(console(), comparison)
    return _fail(faults)


def beir(arguments: argparse.Namespace) -> int:
    """Searches a BEIR folder, writes the run file and prints the figures."""
    from retrieval.engine import open_engine
    from retrieval.evaluate import beir as folders
    from retrieval.evaluate import beir_index
    from retrieval.evaluate.table import print_figures
    from retrieval.settings import load_settings

    folder = folders.read_beir(arguments.folder, arguments.split)
    settings = load_settings()
    where = beir_index.index_folder(arguments.index or settings.home / "beir", folder, settings)
    engine = open_engine(settings, where, lambda: note("Preparing the embedding model, once …"))
    started = time.perf_counter()
    with progress_bar() as bar:
        built = beir_index.ensure_index(engine, folder, bar)
        indexed = time.perf_counter()
        run_file = arguments.run_file or where.with_name(f"{where.name}.{folder.split}.{arguments.mode}.run")
        search = beir_index.search_with(engine, arguments.mode)
        tell = partial(bar, "Searching")
        folders.write_run_file(run_file, folder.queries, search, tell, arguments.jobs)
    searched = time.perf_counter()
    figures = folders.score_run_file(run_file, folder.judged)
    form = {
        "folder": str(arguments.folder), "split": folder.split, "mode": arguments.mode,
        "queries": len(folder.queries), "judged": len(folder.judged),
        "metrics": {figure.name: figure.value for figure in figures},
        "intervals": {figure.name: [figure.low, figure.high] for figure in figures},
        "run_file": str(run_file), "index": str(where), "index_version": engine.index_version, "index_built": built,
        "seconds": {"index": round(indexed - started, 3), "search": round(searched - indexed, 3)},
    }  # fmt: skip
    if arguments.json:
        print_json(form)
    else:
        print_figures(console(), figures)
    _note_lost(folder)
    took = (
        f"{'indexed' if built else 'index reused'} in {indexed - started:.1f} s, searched in {searched - indexed:.1f} s"
    )
    note(f"{len(folder.queries)} queries, {len(folder.judged)} of them judged; {took}; the run file is {run_file}")
    return 0


def _note_lost(folder: BeirFolder) -> None:
    asked = {query.id for query in folder.queries}
    if lost := [query for query in folder.judged if query not in asked]:
        note(f"parley: {len(lost)} judged queries are not in queries.jsonl and score 0, as {', '.join(lost[:5])}")


def export(arguments: argparse.Namespace) -> int:
    """Writes a run in another program's form."""
    from retrieval.evaluate.export import can_write_parquet, export_ragas, export_table
    from retrieval.evaluate.results import read_run

    finished = read_run(arguments.folder)
    if arguments.to == "ragas":
        path = arguments.out or arguments.folder / "ragas.jsonl"
        export_ragas(finished, path)
    else:
        path = arguments.out or arguments.folder / ("cases.parquet" if can_write_parquet() else "cases.csv")
        export_table(finished, path)
    note(f"Written to {path}")
    return 0


def candidates(arguments: argparse.Namespace) -> int:
    """Turns feedback into a set for a person to edit."""
    from retrieval.evaluate.candidates import make_candidates, read_feedback
    from retrieval.evaluate.cases import case_form
    from retrieval.evaluate.results import write_lines

    refuse_overwriting(arguments.out)
    found = make_candidates(read_feedback(arguments.file))
    write_lines(arguments.out, map(case_form, found))
    note(f"{len(found)} candidates in {arguments.out}; read each, add answers and quotes, take the tag off")
    return 0


def import_set(arguments: argparse.Namespace) -> int:
    """Turns a CSV file into a question set."""
    from retrieval.evaluate.cases import case_form
    from retrieval.evaluate.results import write_lines
    from retrieval.evaluate.spreadsheet import import_csv

    refuse_overwriting(arguments.out)
    cases = import_csv(arguments.file)
    write_lines(arguments.out, map(case_form, cases))
    note(f"{len(cases)} cases in {arguments.out}")
    return 0


def _find_set(typed: Path) -> Path:
    """The file of that name, or the set that ships under it: `corpus` is corpus/questions/corpus.jsonl."""
    shipped = corpus_folder() / "questions" / f"{typed.name}.jsonl"
    return shipped if not typed.exists() and typed.parent == Path() and shipped.exists() else typed


def _documents(engine: Engine, questions: QuestionSet) -> tuple[Iterator[Document], str]:
    """The index's documents and its version; none and "" for a set whose cases all bring their own texts."""
    if all(case.context for case in questions.cases):
        return iter(()), ""
    if not engine.has_index():
        build_shipped(engine)
    index = engine.index
    return (index.document(entry.key) for entry in index.manifest.entries), index.version


def _tools(engine: Engine, judged: bool) -> Tools:
    from retrieval.evaluate.run import Tools
    from retrieval.ingest.split import split
    from retrieval.render import check_json, to_json

    return Tools(to_json, check_json, split, _delivery(), _judge(engine) if judged else None)


def _delivery() -> Callable[[Answer], list[str]] | None:
    """The check that an answer can be delivered, from whoever offers one; none where the bot is not installed."""
    for entry in entry_points(group="parley.delivery"):
        try:
            check: Callable[[Answer], list[str]] = entry.load()
        except ImportError as error:
            note(
                f"parley: answers are not checked for delivery: {error}; the bot's packages: pip install 'parley[bot]'"
            )
            return None
        return check
    return None


def _judge(engine: Engine) -> Judge:
    from retrieval.evaluate.judge import make_judge
    from retrieval.writer import open_writer

    if not engine.settings.model:
        raise UsageError("--judge needs a language model: set PARLEY_MODEL=provider:name")
    return make_judge(open_writer(engine.settings))


def _print_run(finished: Run, summary: object, as_json: bool) -> None:
    from retrieval.evaluate.summary import Summary, summary_form
    from retrieval.evaluate.table import print_summary

    assert isinstance(summary, Summary)
    if as_json:
        print_json(summary_form(finished, summary))
    else:
        print_summary(console(), summary)


def _fail(faults: list[str]) -> int:
    if faults:
        raise ParleyError("; ".join(faults))
    return 0
