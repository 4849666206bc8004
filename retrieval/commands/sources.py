"""`parley sources`: what the index holds, and taking a source out of it."""

from __future__ import annotations

import argparse
import dataclasses

from retrieval.commands.common import (
    add_index_option,
    add_json_option,
    console,
    engine_of,
    is_terminal,
    note,
    print_json,
    progress_bar,
)


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `sources`."""
    parser = commands.add_parser("sources", help="what the index holds")
    parser.add_argument("--remove", action="append", default=[], metavar="ID", help="take this source out")
    add_json_option(parser)
    add_index_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Lists the sources, after removing those named."""
    engine = engine_of(arguments)
    if arguments.remove:
        from retrieval.commands.ingest import report_line

        engine.index.check_sources(arguments.remove)
        with progress_bar() as progress:
            note(report_line(engine.ingest([], remove=arguments.remove, progress=progress)))
    entries = engine.index.manifest.entries
    if arguments.json:
        for entry in entries:
            print_json(dataclasses.asdict(entry.source) | {"passages": entry.passages, "hash": entry.hash})
        return 0
    rows = [
        (e.source.id, e.source.kind, e.source.date, e.source.publisher, e.source.title, e.passages) for e in entries
    ]
    if is_terminal():
        from retrieval.terminal import print_table

        print_table(console(), ("id", "kind", "date", "publisher", "title", "passages"), rows)
    else:
        for row in rows:
            print("\t".join(str(cell) for cell in row))
    return 0
