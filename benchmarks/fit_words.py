"""Makes retrieval/data/words.npz: how rare each stem is, and its vector by the embedding model itself.

    python benchmarks/fit_words.py DATA MODEL OUT

DATA holds the folders of evaluation sets, of which only the words are counted; MODEL the exported embedding model. The
vector of a stem is the model's vector of its commonest form, centred, turned to its first 96 principal axes, and stored
in bytes. After "Model2Vec" (Tulkens and van Dongen 2024).
"""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from evidence_sets import lines

from retrieval.ask.facts import words
from retrieval.models import OnnxEmbedder

CORPORA = ("nq_oracle", "nomiracl_en", "2wiki", "clapnq", "mtrag_un", "xquad_en")
STEMS, AXES, PIECE = 12_000, 96, 1500


def main(data: Path, model: Path, out: Path) -> None:
    seen: Counter[str] = Counter()
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    count = 0
    for text in texts(data):
        count += 1
        found = words(text)
        seen.update({word.stem for word in found})
        for word in found:
            forms[word.stem][word.text.lower()] += 1
    stems = [stem for stem, _ in seen.most_common() if re.fullmatch(r"[^\W\d_][\w'’]+", stem)][:STEMS]
    vectors = OnnxEmbedder(model, "int8").embed([forms[stem].most_common(1)[0][0] for stem in stems])
    vectors = vectors - vectors.mean(axis=0)
    turned = vectors @ np.linalg.svd(vectors, full_matrices=False)[2][:AXES].T
    turned /= np.abs(turned).max(axis=1, keepdims=True)
    rarity = np.log(count / np.array([*(seen[stem] for stem in stems), 1.5]))
    np.savez_compressed(
        out,
        stems=np.array(" ".join(stems)),
        idf=rarity.astype(np.float16),
        vectors=np.round(turned * 127).astype(np.int8),
    )


def texts(data: Path) -> Iterator[str]:
    """Pieces of prose of a passage's size."""
    for name in CORPORA:
        for one in lines(data / name / "corpus.jsonl"):
            yield f"{one.get('title', '')}. {one['text']}"[:2000]
    for path in sorted((data / "ukraine").glob("*.md")):
        text = path.read_text(encoding="utf-8")
        yield from (text[at : at + PIECE] for at in range(0, len(text), PIECE))
    for path in sorted((data / "reading").glob("*.jsonl")):
        yield from (f"{one['title']}. {one['text']}" for one in lines(path))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
