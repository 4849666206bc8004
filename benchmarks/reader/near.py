"""Near passages that do not answer: `python near.py --data DATA --minilm FOLDER --onnx MODEL > near.json`.

For each NQ and XQuAD question the nearest passages by the embedding model that hold none of its answer strings.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np
from derive import load_beir
from light import Store

KEPT, LOOKED_AT, TOKENS = 4, 12, 128


def unit_means(store: Store, texts: list[str]) -> np.ndarray:
    """The texts' embeddings: mean of the token vectors, of length 1."""
    store.add(texts, TOKENS)
    means = np.stack([store.kept[text].astype(np.float32).mean(0) for text in texts])
    return means / np.linalg.norm(means, axis=1, keepdims=True)


def near(folder: Path, name: str, store: Store) -> dict[str, list[str]]:
    """NAME/QUERY -> ids, nearest first."""
    corpus, queries, relevant = load_beir(folder / name)
    keys = sorted(corpus)
    similar = (
        unit_means(store, [q["text"] for q in queries]) @ unit_means(store, [corpus[key]["text"] for key in keys]).T
    )
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
    for option in ("data", "minilm", "onnx"):
        parser.add_argument(f"--{option}", required=True, type=Path)
    arguments = parser.parse_args()
    store = Store(arguments.onnx, arguments.minilm)
    print(json.dumps(near(arguments.data, "xquad_en", store) | near(arguments.data, "nq_oracle", store)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
