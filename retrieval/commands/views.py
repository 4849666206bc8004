"""`parley factors`, `tactics`, `timeline` and `compare`: the corpus as a picture, every cell cited."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.commands.common import ABSTAINED, add_index_option, add_json_option, engine_of, note, print_json
from retrieval.errors import UsageError

if TYPE_CHECKING:
    from retrieval.views.build import Group
    from retrieval.views.recognise import Finding


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `factors`, `tactics`, `timeline` and `compare`."""
    for name, about in (
        ("factors", "why actors do or refuse something, by head, each cited"),
        ("tactics", "what one may do about it and what it is expected to bring"),
    ):
        parser = commands.add_parser(name, help=about)
        parser.add_argument("--actor", default="", metavar="NAME", help="only what names this actor")
        parser.add_argument("--source", action="append", default=[], metavar="ID", help="only of this source")
        parser.add_argument("--markdown", action="store_true", help="print Markdown")
        parser.add_argument("--html", type=Path, metavar="FILE", help="write one self-contained page with a picture")
        add_json_option(parser)
        add_index_option(parser)
        parser.set_defaults(run=run_groups, kind=name.rstrip("s"))
    parser = commands.add_parser("timeline", help="what the corpus dates to the day, oldest first")
    parser.add_argument("--actor", default="", metavar="NAME", help="only what names this actor")
    parser.add_argument("--since", default="", metavar="DATE", help="from this date, ISO 8601")
    parser.add_argument("--until", default="", metavar="DATE", help="up to this date")
    add_json_option(parser)
    add_index_option(parser)
    parser.set_defaults(run=run_timeline)
    parser = commands.add_parser("compare", help="what two sources say, side by side")
    parser.add_argument("left", metavar="SOURCE")
    parser.add_argument("right", metavar="SOURCE")
    parser.add_argument("topic", nargs="?", default="", help="default: the headings that both speak of")
    add_json_option(parser)
    add_index_option(parser)
    parser.set_defaults(run=run_compare)


def run_groups(arguments: argparse.Namespace) -> int:
    """Prints factors or tactics; 3 when there is none."""
    engine = engine_of(arguments)
    engine.index.check_sources(arguments.source)
    groups = engine.groups(arguments.kind, arguments.actor, arguments.source)
    if arguments.html:
        from retrieval.views.page import page

        arguments.html.write_text(page(arguments.kind, groups, engine.index_version), encoding="utf-8")
        note(f"The page is {arguments.html}")
    elif arguments.json:
        for group in groups:
            print_json(group_json(group))
    else:
        print("\n".join(group_lines(groups, arguments.markdown)))
    if not groups:
        note(f"No source names a {arguments.kind} here.")
    return 0 if groups else ABSTAINED


def group_json(group: Group) -> dict[str, object]:
    """A head with its members, each with the exact characters cited."""
    return {
        "kind": group.kind,
        "head": group.head,
        "sources": group.sources,
        "for": group.sources - group.against,
        "against": group.against,
        "reported": group.reported,
        "newest": group.newest,
        "figures": group.figures,
        "members": [
            {
                "words": member.words,
                "outcome": member.outcome,
                "actor": member.actor,
                "target": member.target,
                "stance": member.stance,
                "says": member.says,
                "speaker": member.speaker,
                "passage": member.passage.id,
                "source": member.passage.source.id,
                "title": member.passage.source.title,
                "date": member.passage.source.date,
                "start": member.unit.start,
                "end": member.unit.end,
            }
            for member in group.members
        ],
    }


def group_lines(groups: Sequence[Group], markdown: bool) -> list[str]:
    """The groups for a person: head, then each source's own words."""
    from retrieval.render import describe, shorten

    lines: list[str] = []
    for group in groups:
        lines.append(f"## {group.head} ({group.counted})" if markdown else f"{group.head}  ({group.counted})")
        lines += [f"    {group.difference}"] if group.difference else []
        for member in group.members:
            lines.append(f"- “{shorten(member.words, 400)}”" if markdown else f"    “{shorten(member.words, 400)}”")
            lines += [f"    outcome: {member.outcome}"] if member.outcome else []
            lines.append(f"    {_said(member)}: {describe(member.passage.source)}  {member.passage.id}")
        lines.append("")
    return lines


def _said(member: Finding) -> str:
    """How the source stands to it, in words."""
    if member.says == "denies":
        return "against"
    return f"reported, {member.speaker}" if member.says == "reports" else "for"


def _date(text: str, option: str) -> str:
    """A date as ISO 8601 states it, whole or in part; "" stays "".

    Raises:
        UsageError: it is none.
    """
    from datetime import date

    if not text:
        return ""
    parts = [int(part) for part in text.split("-")] if re.fullmatch(r"\d{4}(?:-\d{2}){0,2}", text) else []
    try:
        date(*[*parts, 1, 1][: max(len(parts), 3)])
    except (TypeError, ValueError):
        raise UsageError(f"{option} {text} is no date; write 2025, 2025-03 or 2025-03-13") from None
    return text


def run_timeline(arguments: argparse.Namespace) -> int:
    """Prints what is dated; 3 when nothing is."""
    from retrieval.render import describe, shorten
    from retrieval.views.build import timeline

    since, until = (_date(text, name) for text, name in ((arguments.since, "--since"), (arguments.until, "--until")))
    if since and until and since > until:
        raise UsageError(f"--since {since} is after --until {until}; nothing can lie between them")
    found = timeline(engine_of(arguments).index, arguments.actor, since, until)
    for one in found:
        words = one.passage.slice(one.unit.start, one.unit.end)
        if arguments.json:
            print_json(
                {
                    "date": one.iso,
                    "words": words,
                    "passage": one.passage.id,
                    "source": one.passage.source.id,
                    "start": one.unit.start,
                    "end": one.unit.end,
                }
            )
        else:
            print(f"{one.iso:<10}  {shorten(words, 160)}\n            {describe(one.passage.source)}")
    return 0 if found else ABSTAINED


def run_compare(arguments: argparse.Namespace) -> int:
    """Prints what each source says, topic by topic; 3 when they have no topic in common."""
    from retrieval.render import describe, shorten
    from retrieval.views.compare import Said, compare, differing_dates

    engine = engine_of(arguments)
    engine.index.check_sources([arguments.left, arguments.right])
    pairs = compare(engine.index, engine.embedder, arguments.left, arguments.right, arguments.topic)

    def form(said: Said | None) -> dict[str, object] | None:
        if said is None:
            return None
        unit, passage = said.unit, said.passage
        words = passage.slice(unit.start, unit.end)
        return {
            "words": words,
            "passage": passage.id,
            "start": unit.start,
            "end": unit.end,
            "near": round(said.near, 4),
        }

    for pair in pairs:
        if arguments.json:
            print_json({"topic": pair.topic, "left": form(pair.left), "right": form(pair.right)})
            continue
        print(pair.topic)
        for said in (pair.left, pair.right):
            if said is None:
                print("    (says nothing near this)")
                continue
            print(f"    “{shorten(said.passage.slice(said.unit.start, said.unit.end), 300)}”")
            print(f"    {describe(said.passage.source)}  {said.passage.id}")
        print()
    for line in [] if arguments.json else differing_dates(pairs):
        note(line)
    return 0 if any(pair.left and pair.right for pair in pairs) else ABSTAINED
