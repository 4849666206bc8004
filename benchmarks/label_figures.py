"""Precision and recall of the recognised factors and tactics against units labelled by reading them.

`python benchmarks/label_figures.py [--labels FILE] [--also FILE FOLDER]... [--half held|tune] [--misses] [PATH …]`:
without a path the shipped corpus; with paths, labels of the texts there; `--also` adds labels of other texts and gives
the figures of all together. A label counts as found when the recogniser gives that unit that kind. Intervals are of
95 %, by 2,000 draws of the labels with replacement.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from retrieval.ingest.ingest import make_document  # noqa: E402
from retrieval.ingest.origins import batches_of  # noqa: E402
from retrieval.ingest.split import split  # noqa: E402
from retrieval.settings import load_settings  # noqa: E402
from retrieval.types import Passage  # noqa: E402
from retrieval.views.figures import Figures, Label, figures, read_labels  # noqa: E402

LABELS = ROOT / "tests" / "retrieval" / "views" / "labels.jsonl"


def passages(paths: Sequence[str]) -> list[Passage]:
    """The passages of the texts, split but not embedded."""
    items = [item for batch in batches_of(paths, load_settings()) for item in batch.items]
    return [passage for item in items for passage in split(make_document(item))]  # type: ignore[arg-type]


def told(kind: str, found: Figures) -> str:
    """One line of figures."""
    return (
        f"{kind:<8} precision {found.precision:.2f} ({found.right} of {found.given} found)  "
        f"recall {found.recall:.2f} ({found.right} of {found.wanted} labelled)"
    )


def interval(labels: Sequence[Label], misses: Sequence[dict[str, str]]) -> str:
    """The 95 % intervals of precision and recall of both kinds together."""
    missed = {(one["source"], one["quote"]): one["given"] for one in misses}
    pairs = [(one.label, missed.get((one.source, one.quote), one.label)) for one in labels]
    draw = random.Random(0)
    precisions, recalls = [], []
    for _ in range(2000):
        drawn = draw.choices(pairs, k=len(pairs))
        right = sum(label == given != "neither" for label, given in drawn)
        precisions.append(right / max(1, sum(given != "neither" for _, given in drawn)))
        recalls.append(right / max(1, sum(label != "neither" for label, _ in drawn)))
    low, high = 50, 1949
    return (
        f"95 %: precision {sorted(precisions)[low]:.2f} to {sorted(precisions)[high]:.2f},"
        f" recall {sorted(recalls)[low]:.2f} to {sorted(recalls)[high]:.2f}"
    )


def main() -> None:
    """Prints the figures of one half by kind, and with `--misses` what went wrong."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("paths", nargs="*")
    parser.add_argument("--labels", type=Path, default=LABELS)
    parser.add_argument("--also", nargs=2, action="append", default=[], metavar=("FILE", "FOLDER"))
    parser.add_argument("--half", default="held", choices=("held", "tune"))
    parser.add_argument("--misses", action="store_true")
    arguments = parser.parse_args()
    labels = read_labels(arguments.labels)
    there = passages(arguments.paths)
    for file, folder in arguments.also:
        labels += read_labels(Path(file))
        there += passages([folder])
    labels = [one for one in labels if one.half == arguments.half]
    by_kind, misses = figures(labels, there)
    print(f"{len(labels)} labels")
    for kind, found in by_kind.items():
        print(told(kind, found))
    print(interval(labels, misses))
    for miss in misses if arguments.misses else ():
        print(json.dumps(miss, ensure_ascii=False))


if __name__ == "__main__":
    main()
