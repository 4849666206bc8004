"""`parley show`: the passage with an id, for ever: also after its document was split anew or superseded."""

from __future__ import annotations

import argparse

from retrieval.commands.common import add_index_option, add_json_option, console, engine_of, is_terminal, print_json


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `show`."""
    parser = commands.add_parser("show", help="the passage with that id, old ones too")
    parser.add_argument("passage", metavar="PASSAGE_ID")
    parser.add_argument("--around", type=int, default=0, metavar="N", help="N characters more on both sides")
    add_json_option(parser)
    add_index_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Prints the passage with its source."""
    engine = engine_of(arguments)
    passage = engine.show(arguments.passage)
    text = engine.document(f"{passage.source.id}@{passage.document_hash}").text
    before = text[max(0, passage.start - arguments.around) : passage.start]
    after = text[passage.end : passage.end + arguments.around]
    current = engine.is_current(passage)
    if arguments.json:
        print_json(
            {
                "passage": passage.id,
                "source": passage.source.id,
                "title": passage.source.title,
                "publisher": passage.source.publisher,
                "date": passage.source.date,
                "url": passage.source.url,
                "headings": list(passage.headings),
                "text": passage.text,
                "start": passage.start,
                "end": passage.end,
                "current": current,
            }
        )
        return 0
    from retrieval.render import describe

    lines = [describe(passage.source)]
    lines += [passage.source.url] if passage.source.url else []
    lines += [" > ".join(passage.headings)] if passage.headings else []
    lines += [] if current else ["(an earlier version of this source; it has changed since)"]
    if is_terminal():
        from rich.text import Text

        console().print("\n".join(lines), style="dim", markup=False)
        console().print(Text.assemble((before, "dim"), (passage.text, "bold"), (after, "dim")))
    else:
        print("\n".join([*lines, "", before + passage.text + after]))
    return 0
