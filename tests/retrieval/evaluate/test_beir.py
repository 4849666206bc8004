"""BEIR folders: read or refused by line, ranked by document, scored exactly as ir_measures scores the run file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ir_measures
import numpy as np
import pytest

from retrieval.engine import Engine
from retrieval.errors import UsageError
from retrieval.evaluate.beir import (
    MEASURES,
    BeirQuery,
    rank_documents,
    read_beir,
    score_run_file,
    write_run_file,
)
from retrieval.evaluate.beir_index import ensure_index, index_folder, search_with
from retrieval.settings import Settings
from retrieval.types import Hit, Passage, Source
from tests.fakes import WordEmbedder

CORPUS = [
    {"_id": "d1", "title": "Canal", "text": "The canal opened in 1911 and carries barges of grain to the port."},
    {"_id": "d2", "title": "Tower", "text": "The tower is forty metres tall. Its bells ring at noon."},
    {"_id": "d3", "title": "Market", "text": "The market sells apples and honey from the hills."},
    {"_id": "d4", "title": "An empty page about lighthouses", "text": ""},
]
QUERIES = [
    {"_id": "q1", "text": "When did the canal open?"},
    {"_id": "q2", "text": "bells at noon"},
    {"_id": "q3", "text": "not judged: honey"},
    {"_id": "q5", "text": "lighthouses"},
]
QRELS = [("q1", "d1", 2), ("q1", "d3", 0), ("q2", "d2", 1), ("q4", "d1", 1), ("q5", "d4", 1)]


def write_beir(path: Path, queries: Sequence[dict[str, Any]] = QUERIES, qrels: Sequence[Any] = QRELS) -> Path:
    (path / "qrels").mkdir(parents=True)
    for name, forms in (("corpus", CORPUS), ("queries", queries)):
        (path / f"{name}.jsonl").write_text("".join(json.dumps(form) + "\n" for form in forms), encoding="utf-8")
    lines = ["query-id\tcorpus-id\tscore", *("\t".join(map(str, row)) for row in qrels)]
    (path / "qrels" / "dev.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def hit(document: str, score: float, start: int = 0) -> Hit:
    return Hit(Passage(Source(document, document), "00000000", start, start + 1, "x"), score)


def test_a_document_has_its_best_passages_score() -> None:
    hits = [hit("b", 0.9), hit("a", 0.4), hit("a", 0.95, 7), hit("c", 0.4), hit("b", 0.1, 3), hit("aa", 0.4)]
    assert rank_documents(hits) == [("a", 0.95), ("b", 0.9), ("aa", 0.4), ("c", 0.4)]


def test_indexes_searches_and_scores_a_folder(tmp_path: Path) -> None:
    folder = read_beir(write_beir(tmp_path / "beir"))
    assert folder.split == "dev"
    settings = Settings(home=tmp_path)
    where = index_folder(tmp_path / "cache", folder, settings)
    engine = Engine(settings, WordEmbedder(), where)
    assert ensure_index(engine, folder, lambda *_: None)
    moves: list[tuple[int, int]] = []
    write_run_file(tmp_path / "out" / "run", folder.queries, search_with(engine, "hybrid"), lambda *m: moves.append(m))
    assert moves[-1] == (4, 4)
    lines = [line.split() for line in (tmp_path / "out" / "run").read_text().splitlines()]
    first = {line[0]: line[2] for line in lines if line[3] == "1"}
    assert first == {"q1": "d1", "q2": "d2", "q3": "d3", "q5": "d4"}  # also a query that is not judged
    assert all(line[1] == "Q0" and len(line) == 6 for line in lines)
    assert len({(line[0], line[2]) for line in lines}) == len(lines)
    figures = {figure.name: figure for figure in score_run_file(tmp_path / "out" / "run", folder.judged)}
    assert figures["nDCG@10"].value == 3 / 4  # q4 was never asked and scores 0
    assert figures["nDCG@10"].cases == 4


def test_an_index_is_made_once_for_a_corpus(tmp_path: Path) -> None:
    folder, settings = read_beir(write_beir(tmp_path / "beir")), Settings(home=tmp_path)
    where = index_folder(tmp_path / "cache", folder, settings)
    embedder = WordEmbedder()
    assert ensure_index(Engine(settings, embedder, where), folder, lambda *_: None)
    count = len(embedder.embedded)
    assert not ensure_index(Engine(settings, embedder, where), folder, lambda *_: None)
    assert len(embedder.embedded) == count
    with (tmp_path / "beir" / "corpus.jsonl").open("a") as file:
        file.write(json.dumps({"_id": "d5", "text": "More."}) + "\n")
    assert index_folder(tmp_path / "cache", folder, settings) != where


def test_a_follow_up_is_searched_for_as_a_question_that_stands_alone(tmp_path: Path) -> None:
    turns = [{"speaker": "user", "text": "When did the canal open?"}, {"speaker": "agent", "text": "In 1911."}]
    query = {"_id": "q1", "text": "And what about the tower?", "history": turns}
    folder = read_beir(write_beir(tmp_path / "beir", [query]))
    assert [turn.role for turn in folder.queries[0].history] == ["user", "assistant"]
    engine = Engine(Settings(home=tmp_path), WordEmbedder(), tmp_path / "index")
    ensure_index(engine, folder, lambda *_: None)
    search = search_with(engine, "lexical")
    assert {name for name, _ in rank_documents(search(BeirQuery("x", query["text"])))} == {"d2"}
    assert {name for name, _ in rank_documents(search(folder.queries[0]))} == {"d1", "d2"}


def test_figures_equal_ir_measures_on_the_run_file(tmp_path: Path) -> None:
    generator = np.random.default_rng(9)
    judged: dict[str, dict[str, int]] = {}
    qrels, hits = [], {}
    for number in range(60):
        documents = [f"d{n}" for n in generator.permutation(300)[:150]]
        scores = np.round(generator.random(150), 2)  # with ties
        hits[f"q{number}"] = [hit(name, float(score)) for name, score in zip(documents, scores, strict=True)]
        judged[f"q{number}"] = {f"d{n}": int(generator.integers(0, 3)) for n in generator.permutation(300)[:12]}
        qrels += [ir_measures.Qrel(f"q{number}", name, grade) for name, grade in judged[f"q{number}"].items()]
    asked = [BeirQuery(f"q{number}", "") for number in range(55)]  # five judged queries are never asked
    write_run_file(tmp_path / "run", asked, lambda query: hits[query.id], lambda *_: None)
    measures = [ir_measures.parse_measure(name) for name in MEASURES]
    theirs = ir_measures.calc_aggregate(measures, qrels, ir_measures.read_trec_run(str(tmp_path / "run")))
    figures = score_run_file(tmp_path / "run", judged)
    assert [figure.name for figure in figures] == list(MEASURES)
    for figure in figures:
        assert figure.value == pytest.approx(theirs[ir_measures.parse_measure(figure.name)], abs=1e-12)
        assert figure.low <= figure.value <= figure.high
    assert 0 < figures[0].value < 1


def test_empty_run_scores_zero(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("")
    assert {figure.value for figure in score_run_file(tmp_path / "run", {"q": {"d": 1}})} == {0.0}


MISTAKES = [
    ("corpus.jsonl", '{"_id": "a b", "text": "x"}\n', "line 1: .* white space"),
    ("corpus.jsonl", '{"_id": "a", "text": "x"}\n{"_id": "a"}\n', "line 2: .* twice"),
    ("queries.jsonl", "{\n", "line 1: not JSON"),
    ("queries.jsonl", '{"text": "x"}\n', 'line 1: "_id" is missing'),
    ("queries.jsonl", '{"_id": "q", "text": "x", "history": [{"text": "y"}]}\n', "a turn of history needs"),
    ("qrels/dev.tsv", "query-id\tcorpus-id\tscore\nq1 d1 1\n", "line 2: query-id"),
    ("qrels/dev.tsv", "query-id\tcorpus-id\tscore\n", "no judgements"),
]


@pytest.mark.parametrize(("name", "content", "words"), MISTAKES)
def test_mistakes_are_named_by_file_and_line(tmp_path: Path, name: str, content: str, words: str) -> None:
    path = write_beir(tmp_path / "beir")
    (path / name).write_text(content)
    with pytest.raises(UsageError, match=words) as caught:
        list(read_beir(path).documents())
    assert name.rpartition("/")[2] in str(caught.value)


def test_splits_and_missing_parts(tmp_path: Path) -> None:
    path = write_beir(tmp_path / "beir")
    with pytest.raises(UsageError, match="no split 'test'; there are dev"):
        read_beir(path, "test")
    (path / "qrels" / "test.tsv").write_text("q1\td1\t1\n")  # without a header
    assert read_beir(path).split == "test"
    assert read_beir(path).judged == {"q1": {"d1": 1}}
    with pytest.raises(UsageError, match=r"no BEIR folder: corpus\.jsonl"):
        read_beir(tmp_path)
