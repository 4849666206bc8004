"""Recall@k, MRR and nDCG@k of the passages retrieved, by gold quotes, computed by ir_measures.

What is relevant is a gold quote, not a passage: a passage that covers a quote nobody above it covered stands in the
ranking for that quote. One that covers several takes as many places; one that covers none, or only quotes already
found, is not relevant. So splitting the documents anew changes no gold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from retrieval.evaluate.gold import Occurrences, golds_of_passage

DEPTHS = (1, 5, 10)
NAMES = (*(f"Recall@{k}" for k in DEPTHS), "RR@10", "nDCG@10")


def retrieval_scores(
    gold: Sequence[Sequence[Occurrences]], rows: Sequence[Mapping[str, Any]]
) -> dict[str, list[float]]:
    """For each metric its value for each row, in order; a row with nothing retrieved scores 0.

    `gold[i]` are the gold quotes of `rows[i]`, at least one.
    """
    import ir_measures
    from ir_measures import RR, Qrel, R, nDCG

    qrels = [Qrel(str(i), f"gold {n}", 1) for i, quotes in enumerate(gold) for n in range(len(quotes))]
    scores: dict[str, list[float]] = {name: [0.0] * len(rows) for name in NAMES}
    wanted = {
        k: ({R @ 1000: f"Recall@{k}"} | ({RR @ k: "RR@10", nDCG @ k: "nDCG@10"} if k == 10 else {})) for k in DEPTHS
    }
    for depth, measures in wanted.items():
        run = [place for i, row in enumerate(rows) for place in _places(str(i), gold[i], row, depth)]
        for metric in ir_measures.iter_calc(list(measures), qrels, run):
            scores[measures[metric.measure]][int(metric.query_id)] = float(metric.value)
    return scores


def _places(query: str, gold: Sequence[Occurrences], row: Mapping[str, Any], depth: int) -> list[Any]:
    """The ranking of the first `depth` passages, gold quotes in place of the passages that found them."""
    from ir_measures import ScoredDoc

    found: set[int] = set()
    names: list[str] = []
    for hit in row.get("retrieved", [])[:depth]:
        fresh = [n for n in golds_of_passage(gold, str(hit["passage"])) if n not in found]
        found.update(fresh)
        names += [f"gold {n}" for n in fresh] or [f"passage {len(names)}"]
    return [ScoredDoc(query, name, float(-place)) for place, name in enumerate(names)]
