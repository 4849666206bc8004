"""What each part of the ranking is worth and costs: each taken out in turn, over BEIR folders, one setting for all.

    python benchmarks/ablation.py FOLDER... [--split S] [--index DIR] [--part first|rest|all] [--most N]

A folder holds corpus.jsonl, queries.jsonl and qrels/SPLIT.tsv; a query may carry `history`. Indexes are made once
below DIR (default: where `parley eval beir` keeps them). Prints, for each folder, nDCG@10 and R@5 of the plain mix of
BM25 and cosine and of the whole, then what the whole loses without each part, and the milliseconds of processor time
that the part takes for one question (set OMP_NUM_THREADS=1 where other work is going on). `--part first` takes the
first 60 % of the queries, on which settings were chosen, `rest` the others.
"""

from __future__ import annotations

import argparse
import dataclasses
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import ir_measures
from ir_measures import R, nDCG

from retrieval.ask.condense import condense
from retrieval.ask.fuse import STANDARD, FuseSettings
from retrieval.ask.retrieve import retrieve
from retrieval.engine import Engine, open_engine
from retrieval.evaluate.beir import BeirFolder, BeirQuery, rank_documents, read_beir
from retrieval.evaluate.beir_index import PASSAGES, ensure_index, index_folder
from retrieval.settings import load_settings
from retrieval.types import Query

PLAIN = FuseSettings(0.5, 0.0, 0.5, 0.0, 0.0, 0.0, 0.0)
CHOSEN_ON = 0.6  # share of the queries, from the first, on which the settings were chosen
NDCG, RECALL = nDCG @ 10, R @ 5

Prepare = Callable[[BeirQuery], Query]


def follow_up(query: BeirQuery) -> Query:
    """The question with its history, as `parley eval beir` asks it."""
    return condense(query.text, query.history)


def last_turn(query: BeirQuery) -> Query:
    """The question alone, as if nothing had been said before."""
    return Query(query.text, query.text)


def stand_alone(query: BeirQuery) -> Query:
    """The question made to stand alone, without the turn before being searched for too."""
    return dataclasses.replace(follow_up(query), history=())


def parts(has_history: bool) -> dict[str, tuple[FuseSettings, Prepare]]:
    """What is measured, by name: the plain mix, the whole, and the whole without each part."""

    def without(**weights: float) -> tuple[FuseSettings, Prepare]:
        return dataclasses.replace(STANDARD, **weights), follow_up

    measured: dict[str, tuple[FuseSettings, Prepare]] = {
        "plain mix": (PLAIN, last_turn),
        "all parts": (STANDARD, follow_up),
        "- logarithm of BM25": without(lexical=STANDARD.lexical + STANDARD.lexical_log, lexical_log=0.0),
        "- words (BM25)": without(lexical=0.0, lexical_log=0.0),
        "- passage vector": without(dense=0.0),
        "- best sentence": without(sentence=0.0),
        "- late interaction": without(late=0.0),
        "- named documents": without(named=0.0),
        "- second hop": without(linked=0.0),
        "- ceiling of the second hop": without(ceiling=1.5),
    }
    if has_history:
        measured["- the turn before"] = (STANDARD, stand_alone)
        measured["- history altogether"] = (STANDARD, last_turn)
    return measured


def chosen(folder: BeirFolder, part: str, most: int) -> list[BeirQuery]:
    """The judged queries of a part, in the order of the file, thinned evenly to `most`."""
    judged = [query for query in folder.queries if query.id in folder.judged]
    border = int(CHOSEN_ON * len(judged))
    queries = {"first": judged[:border], "rest": judged[border:], "all": judged}[part]
    step = max(1, -(-len(queries) // most)) if most else 1
    return queries[::step]


def measure(
    engine: Engine,
    queries: Sequence[BeirQuery],
    judged: Mapping[str, Mapping[str, int]],
    settings: FuseSettings,
    prepare: Prepare,
) -> tuple[float, float, float]:
    """nDCG@10, R@5 and the median milliseconds of processor time for one question."""
    run, seconds = [], []
    for query in queries:
        started = time.process_time()
        hits = retrieve(prepare(query), engine.index, engine.embedder, PASSAGES, weights=settings)
        seconds.append(time.process_time() - started)
        run += [ir_measures.ScoredDoc(query.id, document, score) for document, score in rank_documents(hits)]
    wanted = {query.id for query in queries}
    qrels = [
        ir_measures.Qrel(query, document, grade)
        for query, documents in judged.items()
        if query in wanted
        for document, grade in documents.items()
    ]
    found = ir_measures.calc_aggregate([NDCG, RECALL], qrels, run)
    return float(found[NDCG]), float(found[RECALL]), 1000 * statistics.median(seconds)


def ablate(path: Path, arguments: argparse.Namespace) -> None:
    """Prints the table of one folder."""
    folder, settings = read_beir(path, arguments.split), load_settings()
    engine = open_engine(
        dataclasses.replace(settings, threads=1),
        index_folder(arguments.index or settings.home / "beir", folder, settings),
    )
    ensure_index(engine, folder, lambda stage, done, of: None)
    queries = chosen(folder, arguments.part, arguments.most)
    print(f"\n{path.name}: {len(queries)} queries ({arguments.part})\n")
    print(f"{'':30s}  nDCG@10     R@5      ms")
    whole = (0.0, 0.0, 0.0)
    measure(engine, queries[:5], folder.judged, STANDARD, follow_up)  # what is read once is read now
    for name, (weights, prepare) in parts(any(query.history for query in queries)).items():
        figures = measure(engine, queries, folder.judged, weights, prepare)
        if name.startswith("- "):
            ndcg, recall, took = (own - of_all for own, of_all in zip(figures, whole, strict=True))
            print(f"{name:30s}  {ndcg:+7.4f} {recall:+7.4f} {took:+7.1f}", flush=True)
        else:
            whole = figures
            print(f"{name:30s}  {figures[0]:7.4f} {figures[1]:7.4f} {figures[2]:7.1f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    parser.add_argument("--split", default="")
    parser.add_argument("--index", type=Path)
    parser.add_argument("--part", choices=("first", "rest", "all"), default="all")
    parser.add_argument("--most", type=int, default=0, metavar="N", help="at most N queries of each folder")
    arguments = parser.parse_args()
    for path in arguments.folders:
        ablate(path, arguments)


if __name__ == "__main__":
    main()
