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


def test_a_runner_up_that_ties_is_told_too() -> None:
    """Two sentences of about the same worth are both told, though together longer than a fact; a poor one is not, nor a
    second one of a text so short that whoever asks can read it all."""
    question = "Who spoke for the delegation?"
    one = (
        "Hakan Fidan, the host of the meetings of that spring in the old palace by the water, opened every session and"
        " spoke for an hour."
    )
    other = (
        "Rustem Umerov was sent as the head of eleven officials and read out, on a cold Sunday late in the month,"
        " what his side had written."
    )

    def told(rest: float) -> list[str]:
        texts = {"a": one, "b": other, "c": "It rained."}
        return quotes(
            question, [e for name, text in texts.items() for e in evidence(name, text, "Fidan", question, "", rest)]
        )

    assert [quote.split()[0] for quote in told(0.5)] == ["Hakan", "Rustem"]
    assert len(told(0.2)) == 1
    assert len(quotes(question, evidence("news", f"{one} {other}", "Fidan", question, rest=0.5))) == 1


def test_a_runner_up_that_only_repeats_is_not_told() -> None:
    """The same statement worded a little otherwise tells nothing new."""
    question = "What did Hipper say?"
    text = (
        "Hipper said on 26 March that the withdrawal of all forces would be the main condition for ending sanctions."
        " Hipper, a spokeswoman, replied on 26 March that the withdrawal of all forces was the main condition for"
        " sanctions ending."
    )
    assert len(quotes(question, evidence("news", text, "would be", question, rest=0.6))) == 1


def test_what_was_also_said_brings_what_was_said() -> None:
    """ "Also announced" follows on an announcement: both are told, the first one first."""
    question = "What did they announce in Jeddah?"
    text = (
        "They said in Jeddah that Ukraine would accept a truce of thirty days. The statement also announced that aid"
        " would be resumed."
    )
    told = quotes(question, evidence("news", text, "also announced", question, rest=0.3))
    assert [quote.split()[0] for quote in told] == ["They", "The"]


def test_what_is_counted_is_told() -> None:
    """A sentence that only counts the conditions gives way to the sentences that name them."""
    question = "What two conditions did Zartman name?"
    text = (
        "Zartman named two conditions for talks. First comes a stalemate that hurts. The second condition is a way out."
        " Critics disagree."
    )
    told = quotes(question, evidence("theory", text, "named two conditions", question))
    assert told == ["First comes a stalemate that hurts.", "The second condition is a way out."]


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
