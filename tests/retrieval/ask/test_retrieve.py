"""Retrieval over the real index of the shipped corpus: follow-ups, limits, ways of searching."""

from __future__ import annotations

import pytest

from retrieval.ask.condense import condense
from retrieval.ask.retrieve import _cited_before, retrieve
from retrieval.engine import Engine
from retrieval.types import Query, Turn


def test_what_the_last_answer_cited_stays_a_candidate(engine: Engine) -> None:
    """The passages of the last answer that cited any; ids of a superseded text are passed over."""
    ids = engine.index.lexical.ids
    turns = (
        Turn("user", "What do polls say?"),
        Turn("assistant", "66 per cent were for talks.", (ids[7], "gone@12345678#0-9", ids[3])),
        Turn("user", "Thanks."),
        Turn("assistant", "The sources do not answer this."),
    )
    assert _cited_before(condense("And in Kyiv?", turns), engine.index) == [7, 3]
    assert _cited_before(condense("And in Kyiv?", ()), engine.index) == []


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
def test_ranks_tell_which_way_of_searching_found_a_hit(engine: Engine, mode: str) -> None:
    hits = retrieve(Query("oil price cap", "oil price cap"), engine.index, engine.embedder, 10, mode)
    assert hits[0].passage.source.id == "sanctions-and-the-oil-price-cap"
    if mode == "dense":
        assert [hit.rank_dense for hit in hits] == list(range(1, 11))
    if mode == "lexical":
        assert [hit.rank_lexical for hit in hits] == list(range(1, len(hits) + 1))
        assert all(hit.score_lexical > 0 for hit in hits)


def test_two_searches_give_the_same(engine: Engine) -> None:
    query = Query("security guarantees", "security guarantees")
    one, two = (retrieve(query, engine.index, engine.embedder, 50) for _ in range(2))
    assert [(hit.passage.id, hit.score) for hit in one] == [(hit.passage.id, hit.score) for hit in two]
