"""Units weighed as answers by the real model, over small texts."""

from __future__ import annotations

import dataclasses
from itertools import pairwise

import numpy as np
import pytest

from retrieval.ask.evidence import weigh, weights
from retrieval.ask.trees import Trees, matrix
from retrieval.ask.wordtable import word_table
from retrieval.index.units import unit_vectors
from retrieval.ingest.split import context
from retrieval.models import OnnxEmbedder
from retrieval.types import Passage, Query, Turn
from tests.retrieval.ask.passages import SEED, hits, passages

BAKERY = (
    "The ovens went cold at four on Monday morning. Mr Haim said the company owed its suppliers 6.2 million marks. "
    "He blamed a lease signed in 2017 for the central bakery at Ormsey. All 530 staff were sent home. "
    "This article explores what the suppliers are owed."
)


def query(text: str) -> Query:
    return Query(text, text)


def test_the_answering_sentence_comes_first(embedder: OnnxEmbedder) -> None:
    """The sentence that answers is weighed above its neighbours."""
    found = weigh(query("How much did the company owe its suppliers?"), hits(passages("news", BAKERY)), embedder)
    assert found[0].quote == "Mr Haim said the company owed its suppliers 6.2 million marks."
    assert [found[0].hit.passage.slice(*span) for span in found[0].spans] == ["6.2 million marks"]
    assert all(left.score >= right.score for left, right in pairwise(found))
    assert all(0 <= one.score <= 1 for one in found)


def test_headings_and_sentences_about_the_article_are_no_evidence(embedder: OnnxEmbedder) -> None:
    """Neither a heading nor "This article explores ..." can ever answer."""
    found = weigh(query("What does this article explore?"), hits(passages("a", SEED), passages("b", BAKERY)), embedder)
    assert found
    assert all(one.unit.kind != "heading" for one in found)
    assert not any(one.quote.startswith("This article") for one in found)


def test_stored_vectors_give_the_same_evidence(embedder: OnnxEmbedder) -> None:
    """Vectors from the index change nothing but the time."""
    given = passages("a", SEED) + passages("b", BAKERY)
    _, tokens = embedder.embed_tokens([context(passage) for passage in given])
    stored = {p.id: unit_vectors(p, context(p), t).astype(np.float32) for p, t in zip(given, tokens, strict=True)}

    def vectors(passage: Passage) -> np.ndarray | None:
        return stored.get(passage.id)

    asked = query("What is the likelier outcome of tightening economic sanctions?")
    made = weigh(asked, hits(given), embedder)
    read = weigh(asked, hits(given), embedder, vectors=vectors)
    assert [one.unit for one in made] == [one.unit for one in read]
    assert [one.score for one in made] == pytest.approx([one.score for one in read], abs=0.02)


def test_a_row_that_is_named_comes_first(embedder: OnnxEmbedder) -> None:
    """A question in the words of a row's first cell finds that row, among other sources too."""
    asked = query("What is the likelier outcome of tightening economic sanctions?")
    found = weigh(asked, hits(passages("b", BAKERY), passages("a", SEED)), embedder)
    assert found[0].quote.startswith("Tightening Economic Sanctions")


def test_the_newer_source_counts_more_for_now(embedder: OnnxEmbedder) -> None:
    """Of two sources that say it alike, the newer one leads when the question asks for now."""
    old = passages("a-old", "The price cap stands at 60 dollars a barrel.", "2022-12-05")
    new = passages("b-new", "The price cap stands at 47 dollars a barrel.", "2025-09-03")
    found = weigh(query("At what level does the price cap stand now?"), hits(old, new), embedder)
    assert found[0].hit.passage.source.id == "b-new"


def test_a_year_that_is_nowhere_near_counts_against(embedder: OnnxEmbedder) -> None:
    """A sentence about another year is weaker evidence than the same about the year asked for."""
    given = hits(passages("a", "OVD-Info counted 19,478 detentions in Russia in 2022."))
    asked, other = (query(f"How many detentions did OVD-Info count in {year}?") for year in (2022, 2031))
    assert weigh(asked, given, embedder)[0].score > weigh(other, given, embedder)[0].score


def test_a_sentence_of_another_day_counts_less(embedder: OnnxEmbedder) -> None:
    """Of two sentences that say it alike, the one dated as asked comes first, be it dated by its source."""
    text = "Cardinal Zuppi visited Kyiv on 5 June 2023. Bishop Gallagher visited Kyiv on 9 May 2025."
    for year, who in (("2023", "Cardinal"), ("2025", "Bishop")):
        found = weigh(query(f"Who visited Kyiv in {year}?"), hits(passages("a", text)), embedder)
        assert found[0].quote.startswith(who)
    spoken = query("What was announced in April 2022?")
    one = passages("a", "Today more helicopters were announced.", "2022-04-13")
    other = passages("b", "Today more helicopters were announced.", "2023-09-01")
    assert weigh(spoken, hits(other, one), embedder)[0].hit.passage.source.id == "a"


def test_a_follow_up_stays_with_the_table_of_the_last_answer(embedder: OnnxEmbedder) -> None:
    """A row that the follow-up names gains where the last answer was told from its table."""
    told = (Turn("assistant", "Diminished hostilities; groundwork laid for ceasefire discussions."),)
    asked = Query("What about economic sanctions?", "What is the likelier outcome of economic sanctions?", told)
    with_history = weigh(asked, hits(passages("a", SEED)), embedder)
    alone = weigh(query(asked.standalone), hits(passages("a", SEED)), embedder)
    row = "Tightening Economic Sanctions"
    scores = [next(one.score for one in found if one.quote.startswith(row)) for found in (with_history, alone)]
    assert scores[0] > scores[1]


def test_an_interviewers_words_are_no_evidence(embedder: OnnxEmbedder) -> None:
    """What the interviewer says is left out, unless the question names the interviewer."""
    text = "TAPPER: Putin is irrational, I am told. Do you agree? THE PRESIDENT: Putin is a rational man."
    (passage,) = passages("a", text)
    passage = dataclasses.replace(passage, source=dataclasses.replace(passage.source, publisher="Joe Biden"))
    for question, count in (("Is Putin rational?", 1), ("What did Tapper say of Putin?", 3)):
        assert len(weigh(query(question), hits((passage,)), embedder)) == count


def test_no_hits_no_evidence(embedder: OnnxEmbedder) -> None:
    """Nothing found is nothing weighed."""
    assert weigh(query("Why?"), [], embedder) == []


def test_odd_questions_are_weighed_too(embedder: OnnxEmbedder) -> None:
    """A question of stop words, of another language or of signs gives evidence, not an error."""
    for text in ("what is it", "Почему Россия отказывается?", "???", "a" * 3000):
        assert weigh(query(text), hits(passages("a", SEED)), embedder)


def test_trees_add_up() -> None:
    """The log-odds are the value of every tree's root plus the contributions of the features."""
    trees: Trees = weights().rank
    rows = [dict.fromkeys(trees.names, 0.3), dict.fromkeys(trees.names, -1.0)]
    cases = matrix(rows, trees.names)
    for case, odds in zip(cases, trees.log_odds(cases), strict=True):
        roots = trees.base + trees.value[:, 0].sum()
        assert roots + sum(trees.contributions(case).values()) == pytest.approx(odds)


def test_near_words_are_near() -> None:
    """The table knows synonyms, and that the same stem is nearest of all."""
    near = word_table().nearness(["truce"], ["truce", "armistic", "lizard"])[0]
    assert near[0] == 1.0
    assert near[1] > 0.3
    assert near[2] == 0.0
