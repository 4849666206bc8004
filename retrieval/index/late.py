"""Late interaction: a question and a passage compared token by token, from vectors kept at ingest.

Each token of the question looks for its best match among the passage's tokens (Khattab and Zaharia 2020, ColBERT,
arXiv 2004.12832); here the embedding model is used as it is, its token vectors turned to fewer dimensions by principal
components that ship with the package. Knows vectors only; nothing of indexes or of how the score is used.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from retrieval.models import TokenVectors

Codes = NDArray[np.int8]
"""A passage's tokens, (tokens, WIDTH): directions only, the length of a row means nothing."""

WIDTH = 96
MODEL_DIMENSION = 384
_WORD = re.compile(r"[^\W_]+")


def can_compress(tokens: TokenVectors) -> bool:
    """Whether the shipped projection is for a model of this dimension; for any other there is no late interaction."""
    return tokens.vectors.ndim == 2 and tokens.vectors.shape[1] == MODEL_DIMENSION


def compress(tokens: TokenVectors, text: str) -> Codes:
    """The tokens of `text` that hold a letter or figure, `WIDTH` bytes each; an array (tokens kept, WIDTH)."""
    if not can_compress(tokens):
        return np.zeros((0, WIDTH), dtype=np.int8)
    vectors = _project(tokens.vectors[_worded(tokens, text)])
    scale = 127.0 / np.maximum(np.abs(vectors).max(axis=1, keepdims=True, initial=1e-9), 1e-9)
    return np.asarray(np.rint(vectors * scale), dtype=np.int8)


def interact(question: TokenVectors, weights: NDArray[np.float32], codes: Sequence[Codes]) -> NDArray[np.float32]:
    """How well each passage's tokens match the question's, an array (passages,); higher is better, at most 1.

    Args:
        question: the question's tokens.
        weights: how much each of them counts, an array (tokens,), 0 or more.
        codes: the passages' tokens.

    Returns:
        For each passage the weighted mean, over the question's tokens, of the best cosine among the passage's tokens;
        NaN for a passage without codes, and for every passage when no token counts.
    """
    result = np.full(len(codes), np.nan, dtype=np.float32)
    held = [row for row, found in enumerate(codes) if len(found)]
    if not held or not can_compress(question) or weights.sum() <= 0:
        return result
    tokens = np.concatenate([codes[row] for row in held]).astype(np.float32)
    tokens /= np.maximum(np.linalg.norm(tokens, axis=1, keepdims=True), 1e-9)
    cosines = tokens @ _project(question.vectors).T
    starts = np.cumsum([0, *(len(codes[row]) for row in held[:-1])])
    best = np.maximum.reduceat(cosines, starts, axis=0)
    result[held] = best @ (weights / weights.sum())
    return result


def _worded(tokens: TokenVectors, text: str) -> NDArray[np.bool_]:
    """Which tokens hold a letter or figure."""
    return np.array([any(map(str.isalnum, text[start:end])) for start, end in tokens.spans], dtype=bool)


def _project(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Unit rows of `WIDTH` dimensions."""
    turned = vectors.astype(np.float32) @ _projection()
    return np.asarray(turned / np.maximum(np.linalg.norm(turned, axis=1, keepdims=True), 1e-9), dtype=np.float32)


@lru_cache(maxsize=1)
def _projection() -> NDArray[np.float32]:
    """Principal components of the model's token vectors, (MODEL_DIMENSION, WIDTH), read at the first call."""
    with (files("retrieval") / "data" / "late.npz").open("rb") as file:
        return np.asarray(np.load(file)["projection"], dtype=np.float32)
