"""Deterministic, content-dependent stand-ins for what is learnt, for tests that need speed and not meaning."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

import numpy as np

from retrieval.models import TokenVectors, Vectors

DIMENSION = 64


class WordEmbedder:
    """A text is the sum of its words' own directions: texts that share words are near, others are not."""

    name = "words"
    fingerprint = "words-64"
    dimension = DIMENSION

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        return self.embed_tokens(texts)[0]

    def embed_tokens(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenVectors]]:
        self.embedded.extend(texts)
        tokens = [_tokens(text) for text in texts]
        sums = np.array([found.vectors.sum(axis=0) + 1e-6 for found in tokens], dtype=np.float32)
        sums = sums.reshape(len(texts), DIMENSION)
        return sums / np.linalg.norm(sums, axis=1, keepdims=True), tokens


def _tokens(text: str) -> TokenVectors:
    matches = list(re.finditer(r"\w+", text.lower()))
    vectors = np.array([_direction(match.group()) for match in matches], dtype=np.float32).reshape(-1, DIMENSION)
    spans = np.array([match.span() for match in matches], dtype=np.int32).reshape(-1, 2)
    return TokenVectors(vectors, spans)


def _direction(word: str) -> Vectors:
    vector = np.random.default_rng(zlib.crc32(word.encode())).normal(size=DIMENSION).astype(np.float32)
    return vector / np.linalg.norm(vector)
