"""Vectors of a passage's units from the passage's own forward pass: free at ingest, ready at a question."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from retrieval.models import TokenVectors
from retrieval.types import Passage


def unit_vectors(passage: Passage, context: str, tokens: TokenVectors) -> NDArray[np.float16]:
    """The mean of each unit's token vectors, an array (units, dimension), rows of length 1 (0 where none was read).

    `context` is the text that was embedded, and ends with the passage's own; `tokens` are its tokens.
    """
    offset = len(context) - len(passage.text) - passage.start
    dimension = tokens.vectors.shape[1] if tokens.vectors.size else 0
    result = np.zeros((len(passage.units), dimension), dtype=np.float16)
    for row, unit in enumerate(passage.units):
        inside = (tokens.spans[:, 0] >= unit.start + offset) & (tokens.spans[:, 1] <= unit.end + offset)
        if inside.any():
            mean = tokens.vectors[inside].mean(axis=0)
            result[row] = (mean / max(float(np.linalg.norm(mean)), 1e-9)).astype(np.float16)
    return result
