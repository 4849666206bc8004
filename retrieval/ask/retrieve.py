"""Passages for a question, from both indexes, fused: the only step that talks to the index.

Knows the index, the embedder and how signals are gathered; how they are weighed is for fuse.py to say, and what a
passage is worth as an answer for evidence.py.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.ask.condense import Search, searches
from retrieval.ask.fuse import STANDARD, FuseSettings, Signals, fuse, share_of_best
from retrieval.ask.hop import dated, follow, named
from retrieval.index.index import Index
from retrieval.index.late import interact
from retrieval.index.lexical import is_common, terms
from retrieval.models import TokenEmbedder, TokenVectors
from retrieval.types import Hit, Passage, Query

DEPTH = 100  # candidates that each way of searching contributes
READ_LATE = 40  # candidates compared token by token and sentence by sentence
NAMED_DOCUMENTS = 20  # documents that the question names whose passages become candidates
LINKED_DOCUMENTS = 30  # documents that the first hits name whose passages become candidates
PASSAGES_OF_ONE = 10  # passages that one named or linked document contributes
QUESTION_TOKENS = 40  # tokens of the question that late interaction looks at
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Found:
    """What searching gave: cosines of dense hits by row, BM25 of every row, the question's own vectors; and weights."""

    dense: dict[int, float]
    lexical: NDArray[np.float32]
    vector: NDArray[np.float32]
    tokens: TokenVectors
    weights: FuseSettings


def retrieve(
    query: Query,
    index: Index,
    embedder: TokenEmbedder,
    k: int,
    mode: str = "hybrid",
    weights: FuseSettings = STANDARD,
) -> list[Hit]:
    """The `k` best passages for the stand-alone question, best first; `mode` is hybrid, dense or lexical.

    A signal whose weight is 0 is not gathered.
    """
    if not index.lexical.ids:
        return []
    found = _search(query, index, embedder, mode, max(DEPTH, k), weights)
    allowed = _allowed(query, index)
    lexical = _best_rows(np.where(allowed, found.lexical, 0.0), max(DEPTH, k)) if mode != "dense" else []
    rank_dense = {row: rank for rank, row in enumerate(found.dense, 1)}
    rank_lexical = {row: rank for rank, row in enumerate(lexical, 1)}
    if mode == "hybrid":
        scores, cosines = _fused(query, index, found, [*found.dense, *lexical, *_cited_before(query, index)], allowed)
    else:
        cosines = found.dense
        scores = found.dense if mode == "dense" else {row: float(found.lexical[row]) for row in lexical}
    ids = index.lexical.ids
    best = sorted(scores, key=lambda row: (-scores[row], ids[row]))[:k]
    passages = index.passages([ids[row] for row in best])
    return [
        Hit(
            passage,
            scores[row],
            rank_dense.get(row),
            rank_lexical.get(row),
            cosines.get(row, 0.0),
            float(found.lexical[row]),
        )
        for row, passage in zip(best, passages, strict=True)
    ]


def _cited_before(query: Query, index: Index) -> list[int]:
    """The rows of the passages that the last answer cited: a follow-up may well be about them."""
    cited = next((turn.passages for turn in reversed(query.history) if turn.passages), ())
    return [index.lexical.row[passage] for passage in cited if passage in index.lexical.row]


def retrieve_given(query: Query, passages: Sequence[Passage], embedder: TokenEmbedder) -> list[Hit]:
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


def _search(query: Query, index: Index, embedder: TokenEmbedder, mode: str, depth: int, weights: FuseSettings) -> Found:
    wanted = searches(query)
    vectors, tokens = embedder.embed_tokens([search.text for search in wanted])
    vector = np.array([search.dense for search in wanted], dtype=np.float32) @ vectors
    vector /= max(float(np.linalg.norm(vector)), 1e-9)
    rows = index.lexical.row
    dense = index.search_dense(vector, depth, query.sources) if mode != "lexical" else []
    lexical = _lexical_scores(wanted, index)
    return Found({rows[passage]: cosine for passage, cosine in dense}, lexical, vector, tokens[0], weights)


def _lexical_scores(wanted: Sequence[Search], index: Index) -> NDArray[np.float32]:
    """BM25 of every row: the question's own, and what else is searched for brought to its scale."""
    scores = index.lexical.scores(wanted[0].text)
    scale = float(scores.max(initial=0.0)) or 1.0
    for search in wanted[1:]:
        scores = scores + search.lexical * scale * share_of_best(index.lexical.scores(search.text))
    return scores


def _allowed(query: Query, index: Index) -> NDArray[np.bool_]:
    """Which rows are of the sources that the question is limited to; all where it is not."""
    if not query.sources:
        return np.ones(len(index.lexical.ids), dtype=bool)
    numbers = [at for at, source in enumerate(index.lexical.documents) if source in query.sources]
    return np.asarray(np.isin(index.lexical.document, numbers))


def _best_rows(scores: NDArray[np.float32], k: int) -> list[int]:
    """The rows of the `k` best scores above 0, best first; ties in the order of rows."""
    order = np.argsort(-scores, kind="stable")[:k]
    return [int(row) for row in order if scores[row] > 0]


def _fused(
    query: Query, index: Index, found: Found, rows: Iterable[int], allowed: NDArray[np.bool_]
) -> tuple[dict[int, float], dict[int, float]]:
    """Fused scores and cosines by row: of what was found, of what the question names, of what the first hits name."""
    lexical = index.lexical
    weights = found.weights
    names = {}
    if weights.named:
        names = dated(lexical.documents, index.sources, query.standalone) | named(index.names, query.standalone)
    certain = sorted(names, key=lambda document: (-names[document], document))[:NAMED_DOCUMENTS]
    candidates = [*rows, *_rows_of(certain, index)]
    candidates = [row for row in dict.fromkeys(candidates) if allowed[row]]
    cosines = _cosines(found, candidates, index)
    first = _score(found, candidates, cosines, index, names, {}, {}, {})
    by_document = _best_by_document(first, index)
    reached = follow(by_document, lexical.rows, lexical.links) if weights.linked else {}
    links = {document: strength for document, strength in reached.items() if document not in names}
    near = sorted(links, key=lambda document: (-links[document], document))[:LINKED_DOCUMENTS]
    candidates += [row for row in _rows_of(near, index) if allowed[row] and row not in cosines]
    cosines |= _cosines(found, [row for row in candidates if row not in cosines], index)
    again = _score(found, candidates, cosines, index, names, links, {}, {})
    closest = sorted(again, key=lambda row: (-again[row], row))[:READ_LATE]
    # Late interaction knows the question's own words alone: in a follow-up they would outweigh what the talk is about.
    late = _late(query, found, closest, index) if weights.late and not query.history else {}
    sentences = _sentences(found, closest, index) if weights.sentence else {}
    return _score(found, candidates, cosines, index, names, links, sentences, late), cosines


def _rows_of(documents: Sequence[int], index: Index) -> list[int]:
    return [row for document in documents for row in index.lexical.rows[document][:PASSAGES_OF_ONE]]


def _cosines(found: Found, rows: Sequence[int], index: Index) -> dict[int, float]:
    """The cosine of each row, as the dense search gave it or from the stored vector."""
    missing = [index.lexical.ids[row] for row in rows if row not in found.dense]
    stored = index.vectors(missing)
    return {
        row: found.dense[row] if row in found.dense else float(stored[index.lexical.ids[row]] @ found.vector)
        for row in rows
    }


def _score(
    found: Found,
    rows: Sequence[int],
    cosines: Mapping[int, float],
    index: Index,
    names: Mapping[int, float],
    links: Mapping[int, float],
    sentences: Mapping[int, float],
    late: Mapping[int, float],
) -> dict[int, float]:
    documents = [int(index.lexical.document[row]) for row in rows]
    signals = Signals(
        lexical=found.lexical[list(rows)],
        dense=np.array([cosines[row] for row in rows], dtype=np.float32),
        sentence=np.array([sentences.get(row, math.nan) for row in rows], dtype=np.float32),
        late=np.array([late.get(row, math.nan) for row in rows], dtype=np.float32),
        named=np.array([names.get(document, 0.0) for document in documents], dtype=np.float32),
        linked=np.array([links.get(document, 0.0) for document in documents], dtype=np.float32),
    )
    return dict(zip(rows, map(float, fuse(signals, found.weights)), strict=True))


def _best_by_document(scores: Mapping[int, float], index: Index) -> dict[int, float]:
    best: dict[int, float] = {}
    for row, score in scores.items():
        document = int(index.lexical.document[row])
        best[document] = max(best.get(document, -math.inf), score)
    return best


def _sentences(found: Found, rows: Sequence[int], index: Index) -> dict[int, float]:
    """The cosine of each row's best unit, from the units' vectors kept at ingest."""
    units = index.unit_vectors([index.lexical.ids[row] for row in rows])
    best = ((row, units.get(index.lexical.ids[row])) for row in rows)
    return {row: float((vectors @ found.vector).max()) for row, vectors in best if vectors is not None and len(vectors)}


def _late(query: Query, found: Found, rows: Sequence[int], index: Index) -> dict[int, float]:
    """The late interaction of the closest rows, weighed by how rare the question's words are in this corpus."""
    tokens = TokenVectors(found.tokens.vectors[:QUESTION_TOKENS], found.tokens.spans[:QUESTION_TOKENS])
    codes = index.token_codes([index.lexical.ids[row] for row in rows])
    empty = np.zeros((0, 1), dtype=np.int8)
    scores = interact(
        tokens,
        _token_weights(query.standalone, tokens, index),
        [codes.get(index.lexical.ids[row], empty) for row in rows],
    )
    return {row: float(score) for row, score in zip(rows, scores, strict=True) if not math.isnan(score)}


def _token_weights(text: str, tokens: TokenVectors, index: Index) -> NDArray[np.float32]:
    """log(1 + e^sqrt(idf)) of the word that each token is of: a common word counts a little, a rare one more."""
    words = [(match.start(), match.end(), match.group()) for match in _WORD.finditer(text)]
    weights = np.zeros(len(tokens.spans), dtype=np.float32)
    for at, (start, end) in enumerate(tokens.spans):
        word = next((word for left, right, word in words if left <= start and end <= right), "")
        rarity = 0.0 if not word or is_common(word.lower()) else index.lexical.rarity(word)
        weights[at] = math.log1p(math.exp(math.sqrt(rarity))) if word else 0.0
    return weights
