"""Questions with passages in one form, for fitting and measuring evidence: reading, NoMIRACL, and sets over a corpus.

Passages of the sets over a corpus are retrieved by a mix of BM25 and dense scores; each answerable question is seen
with the passage that answers it and with that passage taken away. The written questions are asked of two corpora of
all their passages: what answers half of them is taken out of (or not put into) the one, and of the others the other.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import Stemmer

from retrieval.ingest.split import sentences
from retrieval.models import OnnxEmbedder

sys.path.append(str(Path(__file__).parent / "reader"))

import written
from derive import share

RETRIEVED = 8
WRITTEN = Path(__file__).parent / "reader" / "written"
ASKED, ASKED_HELD = 0.13, 0.8  # share of the written questions that is asked: of those fitted on, of those kept

Text = tuple[str, str, str]  # id, title, text


@dataclass(frozen=True, slots=True)
class Example:
    """A question and the texts it is asked of. `group` is what must not be split between fitting and measuring."""

    set: str
    id: str
    group: str
    role: str
    question: str
    texts: tuple[Text, ...]
    answers: tuple[str, ...]
    answerable: bool
    gold: str = ""
    sentences: tuple[str, ...] = ()


def untouched(example: Example) -> bool:
    """Whether an example is kept for measuring only: a quarter of most sets, half of NoMIRACL."""
    return share(example.group) < {"nomiracl_en": 0.5, "written": written.HELD_OUT}.get(example.set, 0.25)


def lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def reading(folder: Path, even: bool) -> Iterator[Example]:
    """The reading pairs: every question in both roles.

    Taking answers out and putting inserts in changes how long a passage is, and length alone then tells the roles apart
    (AUROC .74). With `even`, every removal is paid by another question's insert and every insert by a removal.
    """
    for path in sorted(folder.glob("*.jsonl")):
        for number, passage in enumerate(lines(path)):
            name = f"{path.stem}{number}"
            inserts = [q["insert"] for q in passage["questions"] if not q["answers"]]
            for at, asked in enumerate(passage["questions"]):
                chance = random.Random(f"{name}.{at}")
                for role, text, answers in _roles(passage["text"], asked, inserts, chance, even):
                    yield Example(
                        "reading_even" if even else "reading", f"{name}.{at}{role}", name, role, asked["q"],
                        ((name, passage["title"], text),), tuple(answers), bool(answers), name if answers else "",
                    )  # fmt: skip


def _roles(
    text: str, asked: dict[str, Any], inserts: list[dict[str, str]], chance: random.Random, even: bool
) -> Iterator[tuple[str, str, list[str]]]:
    others = chance.sample(
        [i for i in inserts if i is not asked.get("insert")], len(inserts) - bool(asked.get("insert"))
    )
    keep = not even or chance.random() < 0.5
    answers = asked["answers"]
    if answers:
        yield "a", text if keep else _swap(text, answers, others, inserts, chance), answers
        spans = sentences(text)
        dropped = [at for at, (a, b) in enumerate(spans) if any(answer in text[a:b] for answer in answers)]
        less = _cut(text, spans, dropped)
        fitting = [i for i in others if not any(answer in i["sentence"] for answer in answers)]
        for insert in fitting[: len(dropped) if even else 0]:
            less = _put(less, insert)
        yield "b", less, []
    else:
        yield "c", text if keep else _swap(text, [], others, inserts, chance), []
        own = asked["insert"]
        more = _put(text, own)
        yield "d", _cut_any(more, [own["answer"], own["sentence"]], inserts, chance) if even else more, [own["answer"]]


def _swap(
    text: str, answers: list[str], others: list[dict[str, str]], inserts: list[dict[str, str]], chance: random.Random
) -> str:
    return _cut_any(_put(text, others[0]), answers, inserts, chance) if others else text


def _cut_any(text: str, answers: list[str], inserts: list[dict[str, str]], chance: random.Random) -> str:
    """The text less one sentence that holds none of the answers and is no insert."""
    spans = sentences(text)
    barred = [*answers, *(insert["sentence"] for insert in inserts)]
    free = [at for at, (a, b) in enumerate(spans) if not any(one in text[a:b] or text[a:b] in one for one in barred)]
    return _cut(text, spans, [chance.choice(free)]) if free else text


def _cut(text: str, spans: list[tuple[int, int]], dropped: list[int]) -> str:
    for at in sorted(dropped, reverse=True):
        start, end = spans[at]
        text = text[:start] + text[end:].lstrip(" ")
    return text


def _put(text: str, insert: dict[str, str]) -> str:
    at = text.find(insert["after"])
    end = at + len(insert["after"])
    return text if at < 0 else f"{text[:end]} {insert['sentence']}{text[end:]}"


def nomiracl(folder: Path) -> Iterator[Example]:
    """Ten given passages a question; which of them answers is not told, only whether one does."""
    corpus = _corpus(folder)
    for asked in lines(folder / "queries.jsonl"):
        texts = tuple(corpus[name] for name in asked["context_ids"])
        yield Example(
            folder.name, asked["_id"], asked["_id"].split("#")[0], "", asked["text"], texts, (), asked["answerable"]
        )


def over_corpus(folder: Path, embedder: OnnxEmbedder) -> Iterator[Example]:
    """A set over its corpus: each question with its passage among those retrieved, and with it taken away."""
    corpus = _corpus(folder)
    gold = {q: d for q, d, score in (row.split("\t") for row in _qrels(folder)) if int(score) > 0}
    for asked, found in _retrieved(corpus, lines(folder / "queries.jsonl"), embedder):
        name, own = asked["_id"], gold.get(asked["_id"], "")
        group = corpus[own][1] if own and folder.name == "xquad_en" else name
        answers = tuple(a for a in asked["answers"] if a)
        told = tuple(s for group_ in asked.get("sel", []) for s in group_)
        if asked.get("answerable", True):
            top = tuple(corpus[one] for one in found[:RETRIEVED])
            yield Example(
                folder.name, f"{name}+", group, "+", asked["text"], top, answers, own in found[:RETRIEVED], own, told
            )
        rest = tuple(corpus[one] for one in found if one != own)[:RETRIEVED]
        yield Example(folder.name, f"{name}-", group, "-", asked["text"], rest, (), False)


def over_written(passages: Path, embedder: OnnxEmbedder) -> Iterator[Example]:
    """A part of the questions written on `passages` (reader/passages.py), over a corpus of them, in both roles."""
    blocks = written.blocks(passages, WRITTEN)
    asked = [(block, at) for block in blocks for at in range(len(block.asked))]
    for side in (0, 1):
        corpus, told = {}, {}
        for block in blocks:
            units, answered = _side(block, side)
            told[block.name] = answered
            corpus[block.name] = (block.name, block.frame, written.joined(list(units.values())))
        part = {True: ASKED_HELD, False: ASKED}
        chosen = [(block, at) for block, at in asked if share(f"{block.name}.{at}") < part[block.held_out]]
        queries = [{"_id": f"{b.name}.{at}", "text": b.asked[at].question, "block": b, "at": at} for b, at in chosen]
        for query, found in _retrieved(corpus, queries, embedder):
            block, at = query["block"], query["at"]
            texts, there = tuple(corpus[one] for one in found[:RETRIEVED]), told[block.name][at]
            answers = block.asked[at].spans if there else ()
            yield Example(
                "written", f"{block.name}.{at}{'-+'[there]}", block.name, "-+"[there], block.asked[at].question, texts,
                answers, there and block.name in found[:RETRIEVED], block.name if there else "",
            )  # fmt: skip


def _side(block: written.Block, side: int) -> tuple[dict[int, str], list[bool]]:
    """A passage's units in one of the two corpora, and of each question whether they answer it."""
    chosen = [one for at, one in enumerate(block.asked) if at % 2 == side]
    units = block.units
    for one in chosen:
        units = written.put(units, one.places[0], one.insert) if one.insert else units
    dropped = {place for one in chosen if not one.insert for place in one.places}
    if len(dropped) < len(block.units) - 1:
        units = {number: unit for number, unit in units.items() if number not in dropped}
    text = "\n".join(units.values())
    there = [
        any(span in units.get(place, "") for span in one.spans for place in one.places)
        if not one.insert
        else one.insert in text
        for one in block.asked
    ]
    return units, there


def _corpus(folder: Path) -> dict[str, Text]:
    return {
        one["_id"]: (one["_id"], one.get("title", "").replace("_", " "), one["text"])
        for one in lines(folder / "corpus.jsonl")
    }


def _qrels(folder: Path) -> list[str]:
    return (folder / "qrels" / "dev.tsv").read_text(encoding="utf-8").splitlines()[1:]


def _retrieved(
    corpus: dict[str, Text], queries: list[dict[str, Any]], embedder: OnnxEmbedder
) -> Iterator[tuple[dict[str, Any], list[str]]]:
    names = list(corpus)
    texts = [f"{title}. {text}" for _, title, text in corpus.values()]
    stemmer = Stemmer.Stemmer("english")
    words = bm25s.BM25()
    words.index(bm25s.tokenize(texts, stopwords="en", stemmer=stemmer, show_progress=False), show_progress=False)
    vectors = embedder.embed(texts)
    for asked, vector in zip(queries, embedder.embed([one["text"] for one in queries]), strict=True):
        terms = bm25s.tokenize(asked["text"], stopwords="en", stemmer=stemmer, show_progress=False, return_ids=False)[0]
        lexical = words.get_scores(terms) if terms else np.zeros(len(names))
        mixed = 0.6 * _scaled(vectors @ vector) + 0.4 * _scaled(lexical)
        yield asked, [names[at] for at in np.argsort(-mixed)[: RETRIEVED + 2]]


def _scaled(scores: np.ndarray) -> np.ndarray:
    return (scores - scores.min()) / max(float(scores.max() - scores.min()), 1e-9)
