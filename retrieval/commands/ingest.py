"""`parley ingest`: sources into the index; without arguments, what corpus/sources.toml lists."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from retrieval.commands.common import add_index_option, add_json_option, engine_of, note, print_json, progress_bar

if TYPE_CHECKING:
    from retrieval.ingest.ingest import Report


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `ingest`."""
    parser = commands.add_parser("ingest", help="files, folders, globs, addresses or - into the index")
    parser.add_argument("origins", nargs="*", metavar="PATH|URL", help="default: what corpus/sources.toml lists")
    parser.add_argument("--online", action="store_true", help="fetch the listed sources that are not shipped as well")
    add_json_option(parser)
    add_index_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Ingests and prints the report; 1 when nothing at all could be read."""
    from retrieval.ingest.origins import batches_of

    engine = engine_of(arguments, build=False)
    with progress_bar() as progress:
        batches = batches_of(arguments.origins, engine.settings, engine.known_entries(), arguments.online)
        report = engine.ingest(batches, progress=progress)
    if arguments.json:
        print_json(report_json(report))
    else:
        print("\n".join(report_lines(report)))
    if report.failed and not report.read:
        note("parley: nothing could be read; the reasons are above")
    return 1 if report.failed and not report.read else 0


def report_line(report: Report) -> str:
    """The report in one line."""
    counts = (
        f"{len(report.added)} added, {len(report.changed)} changed, {len(report.removed)} removed, "
        f"{len(report.unchanged)} unchanged, {len(report.failed)} failed"
    )
    speed = f", {report.passages_per_second:.0f} passages/s" if report.embedded else ""
    passages = f"{report.passages} passage{'' if report.passages == 1 else 's'}"
    return f"{counts}; {passages}, {report.embedded} embedded in {report.seconds:.1f} s{speed}"


def report_lines(report: Report) -> list[str]:
    """The report for a person: each source that is not as before, each failure with its reason, then the counts."""
    lines = [f"added      {source}" for source in report.added]
    lines += [f"changed    {source}" for source in report.changed]
    lines += [f"removed    {source}" for source in report.removed]
    lines += [f"failed     {reason if name in reason else f'{name}: {reason}'}" for name, reason in report.failed]
    return [*lines, f"{report_line(report)}; index {report.index_version}"]


def report_json(report: Report) -> dict[str, object]:
    """The report for a program."""
    return {
        "added": list(report.added),
        "changed": list(report.changed),
        "removed": list(report.removed),
        "unchanged": list(report.unchanged),
        "failed": [{"name": name, "reason": reason} for name, reason in report.failed],
        "passages": report.passages,
        "embedded": report.embedded,
        "seconds": round(report.seconds, 3),
        "passages_per_second": round(report.passages_per_second, 1),
        "index_version": report.index_version,
    }
