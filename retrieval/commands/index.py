"""`parley index info|diff|export|purge`: what the index holds, how it differs from its sources, every passage."""

from __future__ import annotations

import argparse

from retrieval.commands.common import add_index_option, add_json_option, engine_of, note, print_json


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `index` and its four."""
    parser = commands.add_parser("index", help="info | diff | export | purge")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for name, run, about in (
        ("info", run_info, "what the index holds and was made with"),
        ("diff", run_diff, "what an ingest of the shipped corpus would change"),
        ("export", run_export, "every passage, one JSON object a line"),
        ("purge", run_purge, "forget superseded texts; their citations open no more"),
    ):
        verb = verbs.add_parser(name, help=about)
        add_index_option(verb)
        if name in ("info", "diff"):
            add_json_option(verb)
        verb.set_defaults(run=run)


def run_info(arguments: argparse.Namespace) -> int:
    """Prints the manifest's facts."""
    manifest = engine_of(arguments, build=False).index.manifest
    facts: dict[str, object] = {
        "index_version": manifest.version,
        "sources": len(manifest.entries),
        "passages": manifest.passages,
        "embedding": manifest.embedding,
        "fingerprint": manifest.fingerprint,
        "dimension": manifest.dimension,
        "splitter": manifest.splitter,
        "newest": max((entry.source.date for entry in manifest.entries), default=""),
    }
    if arguments.json:
        print_json(facts)
    else:
        print("\n".join(f"{name:<14} {value}" for name, value in facts.items()))
    return 0


def run_diff(arguments: argparse.Namespace) -> int:
    """Prints which shipped sources differ from the index, without changing anything."""
    from retrieval.ingest.ingest import make_document
    from retrieval.ingest.load import Failed, Loaded
    from retrieval.ingest.origins import shipped_batch

    engine = engine_of(arguments, build=False)
    there = {entry.source.id: entry for entry in engine.index.manifest.entries}
    lines: list[tuple[str, str]] = []
    seen: set[str] = set()
    batch = shipped_batch(engine.settings)
    for item in batch.items:
        if isinstance(item, Failed):
            lines.append(("failed", item.name))
        if not isinstance(item, Loaded):
            continue
        document = make_document(item)
        seen.add(document.source.id)
        entry = there.get(document.source.id)
        if entry is None:
            lines.append(("added", document.source.id))
        elif (entry.hash, entry.source) != (document.hash, document.source):
            lines.append(("changed", document.source.id))
    lines += [("removed", s) for s, entry in there.items() if entry.origin == batch.origin and s not in seen]
    for fate, source in lines:
        print_json({"source": source, "fate": fate}) if arguments.json else print(f"{fate:<10} {source}")
    if not lines:
        note("The index holds the shipped corpus as it is.")
    return 0


def run_export(arguments: argparse.Namespace) -> int:
    """Prints every passage of the index."""
    index = engine_of(arguments, build=False).index
    ids = index.lexical.ids
    for at in range(0, len(ids), 500):
        for passage in index.passages(ids[at : at + 500]):
            print_json(
                {
                    "passage": passage.id,
                    "source": passage.source.id,
                    "title": passage.source.title,
                    "date": passage.source.date,
                    "headings": list(passage.headings),
                    "text": passage.text,
                    "start": passage.start,
                    "end": passage.end,
                }
            )
    return 0


def run_purge(arguments: argparse.Namespace) -> int:
    """Forgets the texts that the manifest names no more."""
    engine = engine_of(arguments, build=False)
    gone = engine.purge()
    print(f"{gone} superseded text(s) forgotten")
    return 0
