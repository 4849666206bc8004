"""Which evidence becomes the answer."""

from __future__ import annotations

from retrieval.ask.asks import asks
from retrieval.ask.select import FACT_WORDS, select
from retrieval.ask.spans import answering_spans
from retrieval.types import Evidence, Hit, Query
from tests.retrieval.ask.passages import SEED, passages


def evidence(name: str, text: str, best: str, question: str, date: str = "", rest: float = 0.1) -> list[Evidence]:
    """The units of a text as evidence: the one that holds `best` scores 0.9, the others `rest`."""
    found = []
    for passage in passages(name, text, date):
        for unit in passage.units:
            quote = passage.slice(unit.start, unit.end)
            if unit.kind != "heading":
                score = 0.9 if best in quote else rest
                spans = answering_spans(asks(question), passage, unit)
                found.append(
                    Evidence(Hit(passage, 1.0), unit, score, spans, {"unit covers": 0.9 if best in quote else 0.0})
                )
    return sorted(found, key=lambda one: -one.score)


def quotes(question: str, found: list[Evidence]) -> list[str]:
    return [group[0].quote for group in select(Query(question, question), found)]


def test_a_list_question_gets_every_item_and_nothing_else() -> None:
    """All three items, in order, whichever of them or of the introduction scored best."""
    question = "What factors explain Russia's refusal?"
    for best in ("Territorial Advantages", "Several core factors"):
        told = quotes(question, evidence("seed", SEED, best, question))
        assert [quote.split(":")[0] for quote in told] == [
            "Geopolitical Objectives",
            "Territorial Advantages",
            "Domestic Political Climate",
        ]


def test_a_why_question_gets_the_list_that_promises_reasons() -> None:
    """A list introduced by "factors" answers why."""
    question = "Why does Russia refuse a ceasefire?"
    assert len(quotes(question, evidence("seed", SEED, "Geopolitical Objectives", question))) == 3


def test_a_question_about_one_row_gets_that_row() -> None:
    """The row whose first cell the question names, and no other."""
    question = "What is the likelier outcome of tightening economic sanctions?"
    told = quotes(question, evidence("seed", SEED, "Tightening Economic Sanctions", question))
    assert len(told) == 1
    assert "Moscow faces increased financial constraints" in told[0]


def test_who_he_is_comes_along() -> None:
    """A sentence that begins with "He" is preceded by the sentence that names him, within a fact's words."""
    text = "Rutger Haim runs the bakery. He blamed a lease signed in 2017."
    told = quotes("What did Haim blame?", evidence("news", text, "He blamed", "What did Haim blame?"))
    assert told == ["Rutger Haim runs the bakery.", "He blamed a lease signed in 2017."]
    assert sum(len(quote.split()) for quote in told) <= FACT_WORDS


def test_the_same_words_of_two_sources_are_one_statement() -> None:
    """Duplicates join: one group, both sources."""
    question = "When was the memorandum signed?"
    one = evidence("a", "The memorandum was signed in Budapest in 1994.", "Budapest", question)
    two = evidence("b", "The memorandum was signed in Budapest in 1994. It rained.", "Budapest", question)
    groups = select(Query(question, question), one + two)
    assert [[member.hit.passage.source.id for member in group] for group in groups] == [["a", "b"]]


def test_sources_that_differ_are_both_given() -> None:
    """Two sources with two numbers for the same thing: both are in the answer."""
    question = "How many prisoners were exchanged in May?"
    one = evidence("a", "In May 390 prisoners were exchanged.", "390", question)
    two = evidence("b", "According to Kyiv, some 307 prisoners were exchanged in the month of May.", "307", question)
    assert len(quotes(question, one + two)) == 2


def test_an_introduction_alone_is_no_answer() -> None:
    """A sentence that ends with a colon says nothing by itself."""
    text = "Key elements include: \n\nThe talks failed in March."
    assert quotes("What failed?", evidence("a", text, "Key elements", "What failed?")) == ["The talks failed in March."]


def test_nothing_from_nothing() -> None:
    """No evidence, no groups."""
    assert select(Query("Why?", "Why?"), []) == []
