"""What several commands share: the --index option, the engine with its first-time index, the progress bar, JSON."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from retrieval.engine import Engine
    from retrieval.ingest.ingest import Progress

ABSTAINED = 3
STAGES = {"read": "Reading sources", "embed": "Embedding passages", "words": "Indexing words"}


def add_index_option(parser: argparse.ArgumentParser) -> None:
    """`--index DIR`, on every command that uses one."""
    parser.add_argument("--index", type=Path, metavar="DIR", help="folder of the index (default: PARLEY_INDEX)")


def add_json_option(parser: argparse.ArgumentParser) -> None:
    """`--json`, for programs."""
    parser.add_argument("--json", action="store_true", help="print JSON")


def engine_of(arguments: argparse.Namespace, build: bool = True) -> Engine:
    """The engine for the typed --index; with `build`, the shipped corpus is ingested where there is no index yet."""
    from retrieval.commands.quick import import_quickly
    from retrieval.settings import load_settings

    settings = load_settings()
    import_quickly()
    from retrieval.engine import open_engine

    if getattr(arguments, "model", None):
        settings = dataclasses.replace(settings, model=arguments.model)
    engine = open_engine(settings, arguments.index, lambda: note("Preparing the embedding model, once …"))
    if build and not engine.has_index():
        build_shipped(engine)
    return engine


def build_shipped(engine: Engine) -> None:
    """Ingests what corpus/sources.toml lists, with a progress bar."""
    from retrieval.commands.ingest import report_line
    from retrieval.ingest.origins import shipped_batch

    note(f"There is no index in {engine.folder} yet: building it from the shipped corpus, once …")
    with progress_bar() as progress:
        report = engine.ingest([shipped_batch(engine.settings)], progress=progress)
    note(report_line(report))


def note(text: str) -> None:
    """A line for the person, on stderr."""
    print(text, file=sys.stderr)


def print_json(value: object) -> None:
    """One JSON object on a line of its own."""
    print(json.dumps(value, ensure_ascii=False))


def is_terminal() -> bool:
    """Whether results are read by a person on a terminal."""
    return sys.stdout.isatty()


def console() -> Console:
    """The terminal for results."""
    from rich.console import Console

    return Console(highlight=False)


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A bar on stderr when it is a terminal, silence when it is not."""
    if not sys.stderr.isatty():
        yield lambda stage, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, int] = {}

        def move(stage: str, done: int, total: int) -> None:
            task = tasks.setdefault(stage, -1)
            if task == -1:
                task = tasks[stage] = bar.add_task(STAGES.get(stage, stage), total=None)
            bar.update(task, completed=done, total=total or None)  # type: ignore[arg-type]

        yield move
