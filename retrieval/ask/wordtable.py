"""What single words mean to Parley: how rare each stem is, and how near two stems are in meaning.

The table is package data, made once by `benchmarks/fit_words.py` from the embedding model itself: the vector of a
stem is the model's vector of its commonest form, centred and turned to fewer dimensions. Knows nothing of sentences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

_NEAR = 0.33
"""Cosine below which two words are held to have nothing to do with each other (the 99th percentile of random pairs)."""

_SAME = 0.78
"""Cosine from which a word is held to be a synonym."""

_MOST = 0.9
"""What a near-synonym counts at the most, beside the word itself (1)."""


@dataclass(frozen=True, slots=True)
class WordTable:
    """Rarity and vectors by stem. `vectors` is (n + 1, dimension), unit length; the last row, 0, is for the unknown."""

    row: dict[str, int]
    idf: NDArray[np.float32]
    vectors: NDArray[np.float32]

    def rarity(self, stems: Sequence[str]) -> NDArray[np.float32]:
        """Inverse document frequency of each stem in general English prose, in natural logarithms."""
        return np.asarray(self.idf[[self.row.get(stem, -1) for stem in stems]], np.float32)

    def nearness(self, wanted: Sequence[str], offered: Sequence[str]) -> NDArray[np.float32]:
        """How well each stem offered stands for each one wanted: 1 the same, up to 0.9 a near-synonym, else 0.

        (wanted, offered); the stems offered must be distinct.
        """
        if not wanted or not offered:
            return np.zeros((len(wanted), len(offered)), np.float32)
        left = self.vectors[[self.row.get(stem, -1) for stem in wanted]]
        right = self.vectors[[self.row.get(stem, -1) for stem in offered]]
        near: NDArray[np.float32] = np.clip((left @ right.T - _NEAR) / (_SAME - _NEAR), 0, 1) * _MOST
        place = {stem: index for index, stem in enumerate(offered)}
        for index, stem in enumerate(wanted):
            if stem in place:
                near[index, place[stem]] = 1.0
        return np.asarray(near, np.float32)


@lru_cache(maxsize=1)
def word_table() -> WordTable:
    """The table that ships with the package, read at the first call."""
    with (files("retrieval") / "data" / "words.npz").open("rb") as file:
        stored = np.load(file)
        stems = str(stored["stems"]).split(" ")
        idf = stored["idf"].astype(np.float32)
        vectors = stored["vectors"].astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    blank = np.zeros((1, vectors.shape[1]), np.float32)
    return WordTable({stem: i for i, stem in enumerate(stems)}, idf, np.vstack([vectors, blank]))
