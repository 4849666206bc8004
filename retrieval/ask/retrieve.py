"""Passages for a question, from both indexes, fused: the only step that talks to the index.

Knows the index and the embedder; must not know how evidence is weighed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from retrieval.index.index import Index
from retrieval.index.lexical import terms
from retrieval.models import Embedder
from retrieval.types import Hit, Passage, Query

DEPTH = 100  # candidates that each way of searching contributes


def retrieve(query: Query, index: Index, embedder: Embedder, k: int, mode: str = "hybrid") -> list[Hit]:
    """The `k` best passages for the stand-alone question, best first."""
    vector = embedder.embed([query.standalone])[0]
    dense = dict(index.search_dense(vector, DEPTH, query.sources)) if mode != "lexical" else {}
    lexical = index.lexical.scores(query.standalone) if mode != "dense" else np.zeros(len(index.lexical.ids))
    order = [int(row) for row in np.argsort(-lexical, kind="stable")[:DEPTH] if lexical[row] > 0]
    found = {index.lexical.ids[row]: float(lexical[row]) for row in order}
    candidates = list(dict.fromkeys([*dense, *found]))
    rank_d = {p: r for r, p in enumerate(dense, 1)}
    rank_l = {p: r for r, p in enumerate(found, 1)}
    missing = [p for p in candidates if p not in dense] if mode == "hybrid" else []
    for passage, row in index.dense.vectors(missing).items():
        dense[passage] = float(row @ vector)
    top_d, low_d = max(dense.values(), default=1), min(dense.values(), default=0)
    top_l = max(found.values(), default=1) or 1
    scored = []
    for p in candidates:
        d = (dense.get(p, low_d) - low_d) / max(top_d - low_d, 1e-9)
        l = found.get(p, 0.0) / top_l
        scored.append((0.5 * d + 0.5 * l if mode == "hybrid" else d if mode == "dense" else l, p))
    scored.sort(key=lambda pair: (-pair[0], pair[1]))
    best = scored[:k]
    passages = index.passages([p for _, p in best])
    return [
        Hit(passage, score, rank_d.get(p), rank_l.get(p), dense.get(p, 0.0), found.get(p, 0.0))
        for (score, p), passage in zip(best, passages, strict=True)
    ]


def retrieve_given(query: Query, passages: Sequence[Passage], embedder: Embedder) -> list[Hit]:
    """The given passages, the likest to the question first; nothing is left out."""
    if not passages:
        return []
    vectors = embedder.embed([query.standalone, *(passage.text for passage in passages)])
    wanted = set(terms(query.standalone))
    hits = []
    for passage, cosine in zip(passages, vectors[1:] @ vectors[0], strict=True):
        covered = len(wanted & set(terms(passage.text))) / max(len(wanted), 1)
        hits.append(Hit(passage, float(cosine), score_dense=float(cosine), score_lexical=covered))
    return sorted(hits, key=lambda hit: (-hit.score, hit.passage.id))
