"""How far the evidence answers, and what is missing, by the real models over small texts."""

from __future__ import annotations

from retrieval.ask.evidence import weigh
from retrieval.ask.support import THRESHOLDS, explain, least, missing, support
from retrieval.models import OnnxEmbedder
from retrieval.types import Query
from tests.retrieval.ask.passages import SEED, hits, passages


def test_support_is_higher_where_the_text_answers(embedder: OnnxEmbedder) -> None:
    """The question that the text answers has more support than near misses and strangers."""
    found = hits(passages("seed", SEED))
    values = []
    for text in (
        "What is the likelier outcome of tightening economic sanctions?",
        "What was the outcome of tightening economic sanctions in 2029?",
        "How many eggs does the sand-collared skink lay?",
    ):
        asked = Query(text, text)
        values.append(support(asked, weigh(asked, found, embedder))[0])
    assert all(0 <= value <= 1 for value in values)
    assert values[0] > values[1]
    assert values[0] > values[2]


def test_what_is_missing_is_named(embedder: OnnxEmbedder) -> None:
    """The year, the name and the rare word that no passage holds, as the question writes them."""
    text = "How many soldiers had Norrland lost in Bakhmut by 2029?"
    asked = Query(text, text)
    lost = missing(asked, weigh(asked, hits(passages("seed", SEED)), embedder))
    assert lost[0] == "2029"
    assert {"Norrland", "Bakhmut"} <= set(lost)


def test_nothing_is_missing_where_all_is_said(embedder: OnnxEmbedder) -> None:
    """A question in the text's own words lacks nothing."""
    text = "What does tightening economic sanctions lead to?"
    asked = Query(text, text)
    assert missing(asked, weigh(asked, hits(passages("seed", SEED)), embedder)) == ()


def test_no_evidence_has_no_support() -> None:
    """Nothing found supports nothing."""
    assert support(Query("Why?", "Why?"), []) == (0.0, ())
    assert explain([]) == {}


def test_the_trace_says_which_features_counted(embedder: OnnxEmbedder) -> None:
    """Contributions come by the name of their feature, the strongest first."""
    asked = Query("Why does Russia refuse?", "Why does Russia refuse?")
    told = explain(weigh(asked, hits(passages("seed", SEED)), embedder))
    sizes = [abs(value) for value in told.values()]
    assert sizes
    assert sizes == sorted(sizes, reverse=True)
    assert all(name.startswith(("best: ", "any: ")) or name in ("score", "lead") for name in told)


def test_the_cautious_answer_less() -> None:
    """Thresholds are ordered."""
    assert THRESHOLDS["never"] == 0.0 < THRESHOLDS["balanced"] < THRESHOLDS["cautious"] < 1.0


def test_a_single_short_text_that_was_chosen_needs_less(embedder: OnnxEmbedder) -> None:
    """One short text has a threshold of its own, and so have several texts that come with the question."""
    asked = Query("Why does Russia refuse?", "Why does Russia refuse?")
    one = weigh(asked, hits(passages("seed", SEED)), embedder)
    two = weigh(asked, hits(passages("seed", SEED), passages("other", SEED.replace("Moscow", "Kyiv"))), embedder)
    assert len({found.hit.passage.source.id for found in two}) == 2
    assert least("balanced", one) < least("balanced", two) == THRESHOLDS["balanced"]
    assert least("balanced", one) == least("balanced", one, given=True)
    assert THRESHOLDS["balanced"] < least("balanced", two, given=True) < 1
    assert [least(setting, one) for setting in ("cautious", "never")] == [THRESHOLDS["cautious"], 0.0]
