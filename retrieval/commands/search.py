"""`parley search`: ranked passages, without an answer."""

from __future__ import annotations

import argparse

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


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `search`."""
    parser = commands.add_parser("search", help="ranked passages")
    parser.add_argument("query")
    parser.add_argument("-k", type=int, default=10, metavar="N", help="how many (default: 10)")
    parser.add_argument("--mode", choices=("hybrid", "dense", "lexical"), default="hybrid")
    parser.add_argument("--source", action="append", default=[], metavar="ID", help="search this source only")
    add_json_option(parser)
    add_index_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Searches and prints; 3 when nothing is found."""
    if not 1 <= arguments.k <= 1000:
        raise UsageError(f"-k must be from 1 to 1000, not {arguments.k}")
    if not arguments.query.strip():
        raise UsageError("the query is empty; type some words to search for")
    engine = engine_of(arguments)
    hits = engine.search(arguments.query, arguments.k, arguments.mode, arguments.source)
    if arguments.json:
        from retrieval.render import hit_json

        for hit in hits:
            print_json(hit_json(hit))
    elif is_terminal():
        from retrieval.terminal import print_hits

        print_hits(console(), hits)
    else:
        for hit in hits:
            line = " ".join(hit.passage.text.split())
            print(f"{hit.score:.3f}\t{hit.passage.id}\t{hit.passage.source.title}\t{line}")
    return 0 if hits else ABSTAINED
