"""The passages that were written on, as numbered sentences: `python passages.py --data DATA --out FOLDER`.

Texts of public sets are not kept here: `written/places.tsv` says where in DATA each passage stands, and this script
cuts it out again. Passages of an invented world are kept whole, in `written/passages`. Knows the sets' files; must not
know what was written.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from derive import sentences

from retrieval.ingest.ingest import make_document
from retrieval.ingest.load import Loaded, load_all
from retrieval.ingest.origins import batches_of
from retrieval.ingest.split import split
from retrieval.settings import load_settings

HERE = Path(__file__).parent / "written"


def normalised(name: str, text: str) -> str:
    """A set's text as its passages were cut from it: lines kept in MTRAG's pages, one line elsewhere."""
    if name != "mtrag_un":
        return " ".join(text.split())
    text = re.sub(r"[ \t]+", " ", text).strip()
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def texts(data: Path) -> Iterator[tuple[str, str, str, str]]:
    """Every passage that may have been written on: key, what stands over it, origin, text."""
    for loaded in load_all([str(path) for path in sorted((data / "ukraine").glob("*.md"))]):
        assert isinstance(loaded, Loaded)
        source = loaded.source
        for passage in split(make_document(loaded)):
            key = f"ukraine/{Path(loaded.place).name}#{passage.start}-{passage.end}"
            over = " > ".join([source.title, *passage.headings])
            yield key, over, f"{source.publisher}, {source.date}", passage.text
    for name in ("2wiki", "nq_oracle", "mtrag_un"):
        for row in map(json.loads, (data / name / "corpus.jsonl").open(encoding="utf-8")):
            yield f"{name}/{row['_id']}", row["title"], "", normalised(name, row["text"])


def write(data: Path, out: Path) -> int:
    """One file for each file of `written`, of the same name. Returns the number of passages."""
    out.mkdir(parents=True, exist_ok=True)
    for path in sorted((HERE / "passages").glob("*.txt")):
        (out / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    known = {key: row for key, *row in texts(data)}
    files: dict[str, list[str]] = {}
    places = (HERE / "places.tsv").read_text(encoding="utf-8").splitlines()[1:]
    for file, name, key, start, end in (line.split("\t") for line in places):
        over, origin, text = known[key]
        cut = text[int(start) : int(end)]
        block = files.setdefault(file, [])
        block.append(f"#{name} | {over} | {origin}")
        block += [f"s{n} {cut[a:b]}" for n, (a, b) in enumerate(sentences(cut), 1)]
        block.append("")
    for file, lines in files.items():
        (out / file).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return len(places)


def write_labels(data: Path, out: Path) -> int:
    """`labels-ukraine.jsonl` and `labels-shipped.jsonl`: labelled units with their words, as `label_figures.py` reads
    them. A unit whose document has changed since is left out. Returns the number of units."""
    count, rows = 0, [line.split("\t") for line in (HERE / "labels.tsv").read_text(encoding="utf-8").splitlines()[1:]]
    for name, paths in (("ukraine", [str(data / "ukraine")]), ("shipped", [])):
        items = [item for batch in batches_of(paths, load_settings()) for item in batch.items]
        known = {(d.source.id, d.hash): d.text for d in map(make_document, items)}  # type: ignore[arg-type]
        with (out / f"labels-{name}.jsonl").open("w", encoding="utf-8") as file:
            for source, digest, start, end, label, half in rows:
                if text := known.get((source, digest)):
                    row = {"source": source, "quote": text[int(start) : int(end)], "label": label, "half": half}
                    file.write(json.dumps(row, ensure_ascii=False) + "\n")
                    count += 1
    return count


def write_invented(out: Path) -> int:
    """`labels-invented.jsonl`, all for training: the units of the invented passages whose files were labelled, and the
    written units of `sorts.tsv`. Returns the number of units."""
    label = {"F": "factor", "T": "tactic", "N": "neither"}
    marked = [line.split("\t") for line in (HERE / "labels-invented.tsv").read_text(encoding="utf-8").splitlines()[1:]]
    known = {(name, unit): label[kind] for name, unit, kind in marked}
    rows = []
    for file in dict.fromkeys(name.partition(".")[0].replace("i", "inv") for name, _ in known):
        name = ""
        for line in (HERE / "passages" / f"{file}.txt").read_text(encoding="utf-8").splitlines():
            unit, _, words = line.partition(" ")
            if line.startswith("#"):
                name = unit.removeprefix("#")
            elif words.strip("|- "):
                rows.append((file, words, known.get((name, unit), "neither")))
    for line in (HERE / "sorts.tsv").read_text(encoding="utf-8").splitlines():
        kind, _, words = line.partition("\t")
        rows.append(("sorts", words, label[kind]))
    told = [{"source": source, "quote": words, "label": kind, "half": "tune"} for source, words, kind in rows]
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in told)
    (out / "labels-invented.jsonl").write_text(text, encoding="utf-8")
    return len(told)


def main() -> int:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    for option in ("data", "out"):
        parser.add_argument(f"--{option}", required=True, type=Path)
    arguments = parser.parse_args()
    print(write(arguments.data, arguments.out), "passages of public sets")
    print(write_labels(arguments.data, arguments.out) + write_invented(arguments.out), "labelled units")
    return 0


if __name__ == "__main__":
    sys.exit(main())
