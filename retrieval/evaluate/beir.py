"""A folder in BEIR's layout: read, searched, scored through ir_measures, with a standard TREC run file.

    corpus.jsonl        {"_id", "title", "text"}
    queries.jsonl       {"_id", "text", "history": [{"role" or "speaker", "text"}]}    history may be absent
    qrels/SPLIT.tsv     query-id, corpus-id, score, with tabs

The figures are those that ir_measures gives for the run file as written, so anybody can check them with that file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrieval.errors import UsageError
from retrieval.evaluate import aggregates, stats
from retrieval.evaluate.summary import Figure
from retrieval.types import Hit, Role, Turn

MEASURES = ("nDCG@10", "nDCG@5", "R@2", "R@5", "R@10", "R@100", "RR@10", "AP@100")
DEPTH = 100  # documents in the run file for each query
NAME = "parley"
ROLES: Mapping[str, Role] = {"user": "user", "human": "user", "assistant": "assistant", "agent": "assistant"}


@dataclass(frozen=True, slots=True)
class BeirDocument:
    """A line of the corpus."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class BeirQuery:
    """A line of the queries."""

    id: str
    text: str
    history: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class BeirFolder:
    """The queries and judgements of one split; the corpus is read when it is needed. `judged[query][document]`."""

    path: Path
    split: str
    queries: tuple[BeirQuery, ...]
    judged: Mapping[str, Mapping[str, int]]

    def documents(self) -> Iterator[BeirDocument]:
        """The corpus, line by line.

        Raises:
            UsageError: a line is not of the form.
        """
        for form in _forms(self.path / "corpus.jsonl"):
            yield BeirDocument(form["_id"], str(form.get("title") or ""), str(form.get("text") or ""))

    def corpus_hash(self) -> str:
        """16 hex digits of the corpus file's sha256."""
        with (self.path / "corpus.jsonl").open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:16]


Search = Callable[[BeirQuery], Sequence[Hit]]


def read_beir(path: Path, split: str = "") -> BeirFolder:
    """Reads a folder; without `split`, "test" if it is there, else the only one.

    Raises:
        UsageError: something is missing or not of the form; the message names the file and the line.
    """
    for name in ("corpus.jsonl", "queries.jsonl", "qrels"):
        if not (path / name).exists():
            raise UsageError(
                f"{path} is no BEIR folder: {name} is not there; it needs corpus.jsonl, queries.jsonl, qrels/"
            )
    there = sorted(file.stem for file in (path / "qrels").glob("*.tsv"))
    chosen = split or ("test" if "test" in there or len(there) != 1 else there[0])
    if chosen not in there:
        raise UsageError(
            f"{path} has no split {chosen!r}; there are {', '.join(there) or 'none'}: name one with --split"
        )
    queries = tuple(
        BeirQuery(form["_id"], str(form.get("text") or ""), _history(form, path))
        for form in _forms(path / "queries.jsonl")
    )
    return BeirFolder(path, chosen, queries, _read_qrels(path / "qrels" / f"{chosen}.tsv"))


def rank_documents(hits: Iterable[Hit]) -> list[tuple[str, float]]:
    """Documents with their best passage's score, best first, ties by id."""
    best: dict[str, float] = {}
    for hit in hits:
        best[hit.passage.source.id] = max(hit.score, best.get(hit.passage.source.id, float("-inf")))
    return sorted(best.items(), key=lambda pair: (-pair[1], pair[0]))[:DEPTH]


def write_run_file(
    path: Path, queries: Sequence[BeirQuery], search: Search, progress: Callable[[int, int], None], jobs: int = 1
) -> None:
    """Searches every query, judged or not, and writes a TREC run file: query Q0 document rank score name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    pool = ThreadPoolExecutor(jobs, thread_name_prefix="query")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as file:
            for done, (query, hits) in enumerate(zip(queries, pool.map(search, queries), strict=True)):
                progress(done, len(queries))
                for rank, (document, score) in enumerate(rank_documents(hits), start=1):
                    file.write(f"{query.id} Q0 {document} {rank} {score:.6f} {NAME}\n")
    finally:
        pool.shutdown(cancel_futures=True)  # an interrupt waits for the queries in hand and no others
    part.replace(path)
    progress(len(queries), len(queries))


def score_run_file(path: Path, judged: Mapping[str, Mapping[str, int]]) -> list[Figure]:
    """Each measure over the judged queries, with its bootstrap interval; a query that is not in the file scores 0."""
    import ir_measures
    import numpy as np

    qrels = [ir_measures.Qrel(q, d, grade) for q, documents in judged.items() for d, grade in documents.items()]
    measures = [ir_measures.parse_measure(name) for name in MEASURES]
    values: dict[str, dict[str, float]] = {name: dict.fromkeys(judged, 0.0) for name in MEASURES}
    names = dict(zip(measures, MEASURES, strict=True))
    for metric in ir_measures.iter_calc(measures, qrels, list(ir_measures.read_trec_run(str(path)))):
        values[names[metric.measure]][metric.query_id] = float(metric.value)
    figures = []
    for name, by_query in values.items():
        column = np.array(list(by_query.values()), dtype=np.float64)[:, None]
        low, high = stats.bootstrap(column, aggregates.mean)
        figures.append(Figure(name, "retrieval", float(column.mean()), low, high, len(by_query), False))
    return figures


def _forms(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON-lines file, each with an "_id" that can stand in a run file."""
    seen: set[str] = set()
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                form = json.loads(line)
            except ValueError as error:
                raise UsageError(f"{path}, line {number}: not JSON ({error})") from error
            identity = str(form.get("_id", "")) if isinstance(form, dict) else ""
            if not identity or any(character.isspace() for character in identity):
                raise UsageError(
                    f'{path}, line {number}: "_id" is missing or has white space, which a run file cannot hold'
                )
            if identity in seen:
                raise UsageError(f'{path}, line {number}: the "_id" {identity!r} is there twice')
            seen.add(identity)
            yield form | {"_id": identity}


def _history(form: Mapping[str, Any], path: Path) -> tuple[Turn, ...]:
    turns = []
    for turn in form.get("history") or []:
        speaker = str(turn.get("role", turn.get("speaker"))) if isinstance(turn, dict) else ""
        if speaker not in ROLES or not isinstance(turn.get("text"), str):
            raise UsageError(
                f"{path / 'queries.jsonl'}, query {form['_id']}: a turn of history needs a text and a role "
                f"(or speaker) that is one of {', '.join(ROLES)}"
            )
        turns.append(Turn(ROLES[speaker], turn["text"]))
    return tuple(turns)


def _read_qrels(path: Path) -> dict[str, dict[str, int]]:
    judged: dict[str, dict[str, int]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").split("\n"), start=1):
        cells = line.rstrip("\r").split("\t")
        if not line.strip() or (number == 1 and cells[-1].strip() == "score"):
            continue
        try:
            query, document, grade = cells
            judged.setdefault(query, {})[document] = int(float(grade))
        except ValueError as error:
            raise UsageError(
                f"{path}, line {number}: query-id, corpus-id and score are needed, with tabs between"
            ) from error
    if not judged:
        raise UsageError(f"{path} has no judgements; name another split with --split")
    return judged
