"""Near passages that do not answer: `python near.py --data DATA --model MODEL > near.json`.

For each NQ and XQuAD question the nearest passages by the embedding model that hold none of its answer strings.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np
from derive import load_beir

from retrieval.models import OnnxEmbedder

KEPT, LOOKED_AT = 4, 12


def near(folder: Path, name: str, embedder: OnnxEmbedder) -> dict[str, list[str]]:
    """NAME/QUERY -> ids, nearest first."""
    corpus, queries, relevant = load_beir(folder / name)
    keys = sorted(corpus)
    asked, texts = [query["text"] for query in queries], [corpus[key]["text"] for key in keys]
    similar = embedder.embed(asked) @ embedder.embed(texts).T
    found = {}
    for query, row in zip(queries, similar, strict=True):
        ids = [keys[place] for place in np.argsort(-row)[:LOOKED_AT] if keys[place] not in relevant[query["_id"]]]
        answers = [answer.lower() for answer in query["answers"]]
        held = {key for key in ids if any(answer in corpus[key]["text"].lower() for answer in answers)}
        found[f"{name}/{query['_id']}"] = [key for key in ids if key not in held][:KEPT]
    return found


def main() -> int:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    for option in ("data", "model"):
        parser.add_argument(f"--{option}", required=True, type=Path)
    arguments = parser.parse_args()
    embedder = OnnxEmbedder(arguments.model, "int8", 2)
    print(json.dumps(near(arguments.data, "xquad_en", embedder) | near(arguments.data, "nq_oracle", embedder)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
