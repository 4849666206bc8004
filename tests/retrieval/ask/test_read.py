"""The evidence ranked anew by a reader: with a reader of the test's own, whose words decide, and with the real one."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from retrieval.ask.evidence import weigh
from retrieval.ask.read import PASSAGES, UNREAD, read, with_scores
from retrieval.ask.support import support
from retrieval.models import OnnxEmbedder, Reader, Reading
from retrieval.reader import OnnxReader
from retrieval.types import Passage, Query
from tests.retrieval.ask.passages import SEED, hits, passages

TOWN = (
    "The mayor of Ormsey opened the bridge on 3 May 2019. The council of Ormsey had asked for the bridge in 2011. "
    "The engineer Ida Lund designed the bridge at Ormsey. The bridge at Ormsey closed in 2021 after a flood."
)


class Wordy:
    """A reader whose log-odds of a text are those of one word being in it: content decides, and nothing is random."""

    def __init__(self, word: str) -> None:
        self.word, self.seen = word, []

    def read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        """6 where the word is, -6 where it is not."""
        self.seen.append([passage.id for passage in passages])
        odds = [tuple(self._odds(p.slice(u.start, u.end)) for u in p.units) for p in passages]
        spans = [tuple((u.start, u.start + 5) for u in p.units) for p in passages]
        return [Reading(max(units), units, bold) for units, bold in zip(odds, spans, strict=True)]

    def _odds(self, text: str) -> float:
        return 6.0 if self.word in text else -6.0


@pytest.fixture(scope="module", params=["wordy", "real"])
def reader(request: pytest.FixtureRequest) -> Reader:
    return Wordy("designed") if request.param == "wordy" else OnnxReader(1)


def asked(text: str) -> Query:
    return Query(text, text)


def test_the_unit_that_is_read_as_the_answer_comes_first(embedder: OnnxEmbedder, reader: Reader) -> None:
    """What answers leads, with the reader's log-odds among its features; the order of scores is kept."""
    query = asked("Who designed the bridge at Ormsey?")
    found = read(query, weigh(query, hits(passages("a", TOWN)), embedder), reader)
    assert "Ida Lund" in found[0].quote
    assert found[0].features["reader unit"] == max(one.features["reader unit"] for one in found)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_nothing_is_lost_or_made_up(embedder: OnnxEmbedder, reader: Reader) -> None:
    """The same units come back, each once, in 0..1."""
    query = asked("Who designed the bridge at Ormsey?")
    before = weigh(query, hits(passages("a", TOWN), passages("b", SEED)), embedder)
    after = read(query, before, reader)
    places = [sorted((one.hit.passage.id, one.unit.start) for one in found) for found in (before, after)]
    assert places[0] == places[1]
    assert all(0 <= one.score <= 1 for one in after)


def test_only_the_best_passages_are_read(embedder: OnnxEmbedder) -> None:
    """Passages beyond the bound are not read, and count as read and found wanting."""
    names = [f"p{n}" for n in range(PASSAGES + 2)]
    given = hits(*(passages(name, f"{TOWN} This is text {name}.") for name in names))
    query, reader = asked("Who designed the bridge at Ormsey?"), Wordy("designed")
    found = read(query, weigh(query, given, embedder), reader)
    (seen,) = reader.seen
    assert len(seen) == PASSAGES
    assert all((one.hit.passage.id in seen) == (one.features["reader"] > UNREAD) for one in found)
    marked = with_scores(given, found)
    assert [hit.passage.id for hit in marked] == [hit.passage.id for hit in given]
    assert {hit.passage.id for hit in marked if hit.score_reader is not None} == set(seen)


def test_support_follows_the_reader(embedder: OnnxEmbedder) -> None:
    """The same evidence is supported more where the reader finds the answer than where it does not."""
    query = asked("Who designed the bridge at Ormsey?")
    weighed = weigh(query, hits(passages("a", TOWN)), embedder)
    yes, no = (support(query, read(query, weighed, Wordy(word)))[0] for word in ("designed", "xylophone"))
    assert yes > no
