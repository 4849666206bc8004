"""The list whose introduction asks the question; names and dates that are strange to what would answer."""

from __future__ import annotations

import dataclasses
import hashlib
import re

import pytest

from retrieval.ask.evidence import weigh
from retrieval.ask.introduced import introduced, names_whom
from retrieval.ask.retrieve import retrieve_given
from retrieval.ask.select import select
from retrieval.ask.support import strangers, support
from retrieval.ingest.split import split
from retrieval.models import OnnxEmbedder
from retrieval.types import Document, Evidence, Query, Source

TEXT = """# The harbour talks

The delegates met in Varn for three days in May 1902.

The draft of 9 May 1902 shows where the parties still differed:

- Tolls: Kem wanted a penny a barrel and Ostrel wanted none.
- Pilots: Ostrel asked for its own.
- Winter: nobody would pay for the ice.

Count Halm of Ostrel signed the protocol on 12 May 1902.
"""


@pytest.fixture
def evidence(embedder: OnnxEmbedder):  # type: ignore[no-untyped-def]
    def find(question: str) -> list[Evidence]:
        digest = hashlib.sha256(TEXT.encode()).hexdigest()[:8]
        passages = split(Document(Source("talks", "The harbour talks", "Varn Gazette"), TEXT, digest))
        query = Query(question, question)
        return weigh(query, retrieve_given(query, passages, embedder), embedder)

    return find


def test_every_item_of_the_list_that_is_asked_for(evidence) -> None:  # type: ignore[no-untyped-def]
    question = "Where did the parties still differ in the draft of 9 May 1902?"
    found = evidence(question)
    members, held = introduced(Query(question, question), found)
    assert [member.quote.split(":")[0] for member in members] == ["Tolls", "Pilots", "Winter"]
    assert held > 0.7
    assert [group[0].quote for group in select(Query(question, question), found)] == [m.quote for m in members]
    assert support(Query(question, question), found)[0] >= 0.5


@pytest.mark.parametrize(
    "question",
    [
        "Who signed the protocol?",
        "Where did the parties still differ in the draft of 9 June 1911?",
        "Where did the parties of Brugg still differ in the draft?",
        "How many barrels did Kem sell?",
    ],
)
def test_no_list_where_the_question_asks_something_else(evidence, question: str) -> None:  # type: ignore[no-untyped-def]
    assert introduced(Query(question, question), evidence(question)) == ([], 0.0)


def test_names_and_dates_that_the_passage_lacks(evidence) -> None:  # type: ignore[no-untyped-def]
    """They cut the support, and are told as missing."""
    asked, near = "When did Count Halm sign the protocol?", "When did Count Halm sign the protocol of Brugg?"
    plain, strange = evidence(asked), evidence(near)
    assert strangers(Query(asked, asked), plain[0]) == ()
    assert strangers(Query(near, near), strange[0]) == ("Brugg",)
    assert support(Query(near, near), strange)[0] < support(Query(asked, asked), plain)[0]
    assert "Brugg" in support(Query(near, near), strange)[1]
    spoken = "What did Count Halm of Ostrel and the Varn Gazette tell of the protocol?"
    assert strangers(Query(spoken, spoken), evidence(spoken)[0]) == ()  # the publisher says so, whatever it is about
    dated = "Who signed the protocol on 12 May 1911?"
    assert strangers(Query(dated, dated), evidence(dated)[0]) == ("12 May 1911",)


def test_a_list_that_names_nobody_does_not_tell_who(evidence) -> None:  # type: ignore[no-untyped-def]
    """ "Which countries" and "who" want names that the question has not, in half of the items at least."""
    items = [one for one in evidence("Where did the parties still differ?") if one.unit.kind == "item"]
    assert names_whom("Where did the parties still differ?", items)
    assert not names_whom("Which countries of Kem and Ostrel differed?", items)
    assert names_whom("Who asked for a penny?", items[:1] if "Kem" in items[0].quote else items[1:2]) is True


def test_a_speech_is_of_its_day(evidence) -> None:  # type: ignore[no-untyped-def]
    """A date of the question is not strange to a speech of that day, nor to an undated one that speaks of no day."""
    (best,) = [one for one in evidence("Who signed the protocol?") if "signed" in one.quote]

    def of(date: str, text: str = "") -> Evidence:
        passage = best.hit.passage
        source = dataclasses.replace(passage.source, date=date)
        plain = dataclasses.replace(passage, source=source, text=text or passage.text, headings=())
        return dataclasses.replace(best, hit=dataclasses.replace(best.hit, passage=plain))

    asked = "Who signed the protocol in July 1907?"
    query = Query(asked, asked)
    blank = re.sub(r"May|\d", lambda found: "x" * len(found.group()), best.hit.passage.text)
    assert strangers(query, of("1907-07-04")) == strangers(query, of("1907")) == ()
    assert strangers(query, of("1911-07-04")) == ("July 1907",)
    assert strangers(query, of("", blank)) == ()
    assert strangers(query, of("")) == ("July 1907",)
