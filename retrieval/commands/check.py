"""`parley check`: is a claim supported by the sources, contradicted by them, or not in them?"""

from __future__ import annotations

import argparse

from retrieval.commands.common import ABSTAINED, add_index_option, add_json_option, engine_of, print_json
from retrieval.errors import UsageError


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `check`."""
    parser = commands.add_parser("check", help="supported, contradicted or not in the sources, with passages")
    parser.add_argument("claim")
    add_json_option(parser)
    add_index_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Checks and prints; 3 when the sources do not say."""
    if not arguments.claim.strip():
        raise UsageError("the claim is empty; type the sentence to check")
    check = engine_of(arguments).check(arguments.claim)
    if arguments.json:
        from retrieval.render import check_json

        print_json(check_json(check))
    else:
        from retrieval.render import check_text

        print(check_text(check))
    return ABSTAINED if check.verdict == "not_enough" else 0
