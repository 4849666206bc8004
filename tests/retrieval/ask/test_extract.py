"""The wording of an extractive answer."""

from __future__ import annotations

from retrieval.ask.cite import renumbered
from retrieval.ask.extract import extract
from retrieval.ask.select import FACT_WORDS, select
from retrieval.types import Citation, Draft, Query, Source, Statement
from tests.retrieval.ask.passages import SEED, document
from tests.retrieval.ask.test_select import evidence


def test_citations_are_the_documents_characters() -> None:
    """Every quote stands in the document at its offsets, and bold lies inside it."""
    question = "What factors explain Russia's refusal?"
    asked = Query(question, question)
    draft = extract(asked, select(asked, evidence("seed", SEED, "Territorial", question)))
    text = document("seed", SEED).text
    assert [citation.n for citation in draft.citations] == [1, 2, 3]
    assert [statement.citations for statement in draft.statements] == [(1,), (2,), (3,)]
    for citation in draft.citations:
        assert text[citation.start : citation.end] == citation.quote
        assert all(citation.start <= start < end <= citation.end for start, end in citation.bold)


def test_a_row_is_worded_with_its_columns() -> None:
    """Each cell says what it is; the cell that answers is bold."""
    question = "What is the likelier outcome of tightening economic sanctions?"
    asked = Query(question, question)
    draft = extract(asked, select(asked, evidence("seed", SEED, "Tightening", question)))
    answer = "Moscow faces increased financial constraints potentially prompting reassessment"
    assert [statement.text for statement in draft.statements] == [
        f"Tactical Approach: Tightening Economic Sanctions; Likelier Outcome: {answer}"
    ]
    (citation,) = draft.citations
    assert [citation.quote[a - citation.start : b - citation.start] for a, b in citation.bold] == [answer]


def test_a_long_sentence_is_cut_around_the_answer() -> None:
    """A fact takes at most about 45 words, and the answering words are among them."""
    tail = ", while the delegations from many capitals went on with their long and weary meetings" * 4
    question = "How many tonnes of grain were shipped?"
    text = f"Although the weather was poor{tail}, 33 million tonnes of grain were shipped{tail}."
    asked = Query(question, question)
    draft = extract(asked, select(asked, evidence("a", text, "33 million", question)))
    told = draft.statements[0].text
    assert "33 million tonnes of grain were shipped" in told
    assert len(told.split()) <= FACT_WORDS + 2
    assert told.startswith("…")


def test_no_answer_begins_with_a_bare_reason() -> None:
    """A clause that leans on the one before it ("because …") is not told without it."""
    tail = " while the delegations from many capitals went on with their long and weary meetings" * 3
    question = "What did Orlov say about the grain?"
    text = f"Orlov told the council of Varn{tail} that he felt terrible, because he had sold the grain{tail}."
    asked = Query(question, question)
    told = extract(asked, select(asked, evidence("a", text, "terrible", question))).statements[0].text
    assert not told.startswith("… because")


def test_a_sentence_is_not_cut_within_an_enumeration_where_a_clause_ends() -> None:
    """ "A, B and C had carried the growth … and that they are used up" keeps the verb of what it enumerates."""
    question = "What had carried the growth?"
    means = "free labour of many kinds, spare capacity, the liquid part of the fund and the capital of banks"
    text = (
        f"Orlov told the council in the town hall on 19 June that {means} had carried the growth of two years"
        " and that many of these good old means would by his own reckoning and that of the treasury be used up in quite"
        " a short time from now unless the price of oil rose again as it had done in the year before the last one."
    )
    asked = Query(question, question)
    told = extract(asked, select(asked, evidence("a", text, "free labour", question))).statements[0].text
    assert len(text.split()) > FACT_WORDS
    assert "had carried the growth of two years" in told


def test_sources_that_differ_are_named_with_their_dates() -> None:
    """The note says who says it and when."""
    question = "How many prisoners were exchanged in May?"
    one = evidence("a", "In May 390 prisoners were exchanged.", "390", question, date="2025-05-25")
    two = evidence("b", "According to Kyiv, some 307 prisoners were exchanged in the month of May.", "307", question)
    asked = Query(question, question)
    (note,) = extract(asked, select(asked, one + two)).notes
    assert "2025-05-25" in note
    assert "no date" in note


def test_now_says_how_old_the_newest_source_is() -> None:
    """An answer about the present says of when it is."""
    question = "What is the current position of Moscow?"
    asked = Query(question, question)
    found = evidence("a", "The position of Moscow is firm.", "firm", question, date="2024-03")
    assert "2024-03" in extract(asked, select(asked, found)).notes[0]


def test_nothing_selected_is_nothing_said() -> None:
    """No groups, no statements."""
    draft = extract(Query("Why?", "Why?"), [])
    assert draft.statements == ()
    assert draft.citations == ()


TAIL = ", while the delegations from many capitals went on with their long and weary meetings" * 4


def told(question: str, text: str, word: str) -> str:
    """The one statement told of a text."""
    asked = Query(question, question)
    return extract(asked, select(asked, evidence("a", text, word, question))).statements[0].text


def test_the_day_is_kept_before_the_hour() -> None:
    """ "When?" is answered with the date of a long sentence, not with the time of day alone."""
    text = f"On 8 October 2022, at 6:07 a.m., a fire broke out on the bridge{TAIL}."
    assert told("When did the fire on the bridge break out?", text, "fire").startswith("On 8 October 2022")


def test_what_is_supposed_stays_supposed() -> None:
    """A long sentence that begins with "If" is never cut to its middle, which would state what it only supposes."""
    text = f"If, as appears likely, the plane was brought down by a missile, it was a crime{TAIL}."
    assert told("What brought the plane down?", text, "missile").startswith("If")


def test_numbers_close_ranks() -> None:
    """After a statement was dropped the citations are numbered from 1 again, in the notes too."""
    source = Source("a", "A")
    citations = tuple(Citation(n, f"a@1#{n}", source, "x", 0, 1) for n in (2, 5))
    draft = Draft((Statement("x", (5, 2)), Statement("y", (5,))), citations, 0.5, (), ("Who says it: [2] A; [5] A.",))
    found = renumbered(draft)
    assert [citation.n for citation in found.citations] == [1, 2]
    assert [statement.citations for statement in found.statements] == [(2, 1), (2,)]
    assert found.notes == ("Who says it: [1] A; [2] A.",)


def test_statements_that_fit_together_are_told_whole() -> None:
    """Two sentences of 45 words in all are not cut, whichever is the longer."""
    long = "The Journal cited officials as saying that the crash was likely caused by a bomb on board or by sabotage."
    short = "Western intelligence reported that an explosion caused the crash."
    question = "What caused the crash?"
    asked = Query(question, question)
    one, other = evidence("a", long, "bomb", question)[:1], evidence("b", short, "explosion", question)[:1]
    draft = extract(asked, [one, other])
    assert [statement.text for statement in draft.statements] == [long, short]
