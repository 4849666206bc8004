"""How the signals of candidates become one score."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.ask.fuse import FuseSettings, Signals, between_ends, fuse, lowest_where_unknown, share_of_best

NAN = float("nan")


def signals(**columns: list[float]) -> Signals:
    """Signals of as many candidates as the columns given have rows; the others are 0, or unknown."""
    count = len(next(iter(columns.values())))
    blank: dict[str, list[float]] = dict.fromkeys(("lexical", "dense", "named", "linked"), [0.0] * count)
    blank |= dict.fromkeys(("sentence", "late"), [NAN] * count)
    return Signals(**{name: np.array(values, dtype=np.float32) for name, values in (blank | columns).items()})


def order(found: Signals) -> list[int]:
    return [int(row) for row in np.argsort(-fuse(found), kind="stable")]


@pytest.mark.parametrize("name", ["lexical", "dense", "sentence", "late", "named"])
def test_each_signal_alone_orders_the_candidates(name: str) -> None:
    """Higher is better in every one of them."""
    assert order(signals(**{name: [0.1, 0.9, 0.5]})) == [1, 2, 0]


@pytest.mark.parametrize("name", ["lexical", "dense", "sentence", "late", "named"])
def test_a_weight_of_nothing_takes_a_signal_out(name: str) -> None:
    """With its weight at 0 the scores are the same whatever the signal says; BM25 has two weights."""
    weights = {name: 0.0, "lexical_log": 0.0} if name == "lexical" else {name: 0.0}
    assert np.ptp(fuse(signals(**{name: [0.1, 0.9, 0.5]}), replace(FuseSettings(), **weights))) == 0


def test_two_signals_that_agree_beat_one_that_is_alone() -> None:
    """A candidate good by words and by meaning comes before one that only words or only meaning find."""
    assert order(signals(lexical=[9.0, 8.0, 0.0], dense=[0.1, 0.7, 0.75]))[0] == 1


def test_what_was_not_read_token_by_token_counts_as_the_least_that_was() -> None:
    """An unknown is neither rewarded nor set below the worst known."""
    known = fuse(signals(late=[0.8, 0.4, 0.4]))
    assert np.allclose(fuse(signals(late=[0.8, 0.4, NAN])), known)
    assert np.all(fuse(signals(late=[NAN, NAN])) == 0)


def test_a_linked_document_rises_but_never_over_the_ceiling() -> None:
    """A second hop brings its document near the best, below the one that leads there."""
    found = signals(lexical=[9.0, 5.0, 0.0, 0.0], dense=[0.8, 0.6, 0.1, 0.1], linked=[0.0, 0.0, 1.0, 0.0])
    scores = fuse(found)
    assert order(found) == [0, 2, 1, 3]
    assert scores[2] <= FuseSettings().ceiling * scores[0]


def test_linked_documents_keep_their_own_order() -> None:
    """Two documents linked alike stay in the order in which they fit the question."""
    assert order(signals(lexical=[9.0, 0.0, 0.0], dense=[0.9, 0.2, 0.3], linked=[0.0, 1.0, 1.0])) == [0, 2, 1]


def test_a_candidate_over_the_ceiling_is_not_pulled_down_by_a_link() -> None:
    """Being linked never costs anything."""
    plain = signals(lexical=[9.0, 8.9], dense=[0.8, 0.8])
    linked = signals(lexical=[9.0, 8.9], dense=[0.8, 0.8], linked=[0.0, 0.5])
    assert np.array_equal(fuse(plain), fuse(linked))


def test_no_candidates_give_no_scores() -> None:
    """An empty index is no error."""
    assert fuse(signals(lexical=[])).shape == (0,)


def test_scales() -> None:
    """Words scale by their best, cosines between their ends; a flat signal says nothing."""
    row = np.array([0.0, 1.0, 4.0], dtype=np.float32)
    assert share_of_best(row).tolist() == [0.0, 0.25, 1.0]
    assert between_ends(row + 3).tolist() == [0.0, 0.25, 1.0]
    assert between_ends(np.full(3, 0.7, dtype=np.float32)).tolist() == [0.0, 0.0, 0.0]
    assert lowest_where_unknown(np.array([NAN, 0.5, 0.2], dtype=np.float32)).tolist() == pytest.approx([0.2, 0.5, 0.2])


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(*[st.floats(0, 30, width=32), *[st.floats(-1, 1, width=32)] * 3, *[st.floats(0, 1, width=32)] * 2]),
        min_size=1,
        max_size=12,
    ),
    st.randoms(use_true_random=False),
)
def test_scores_are_finite_and_do_not_depend_on_the_order_of_candidates(
    rows: list[tuple[float, ...]], random: object
) -> None:
    """Any signals give a finite score each; the same candidates in another order get the same scores."""
    names = ("lexical", "dense", "sentence", "late", "named", "linked")
    table = np.array(rows, dtype=np.float32)
    places = list(range(len(rows)))
    random.shuffle(places)  # type: ignore[attr-defined]
    scores = fuse(Signals(**dict(zip(names, table.T, strict=True))))
    again = fuse(Signals(**dict(zip(names, table[places].T, strict=True))))
    assert np.isfinite(scores).all()
    assert np.allclose(scores[places], again, atol=1e-5)
