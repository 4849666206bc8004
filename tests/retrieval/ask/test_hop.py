"""From the names in a question and in what was found first to the documents of those names."""

from __future__ import annotations

import numpy as np

from retrieval.ask.fuse import Signals, fuse
from retrieval.ask.hop import SOURCES, dated, follow, named
from retrieval.index.names import Names, link_passages
from retrieval.types import Source

TITLES = [
    "Lothair II",
    "Ermengarde of Tours",
    "Wrong Turn 5 (film)",
    "Mercury (planet)",
    "Mercury (element)",
    "The Of And",
    "Forecasting",
]
TEXTS = [
    "Lothair II was the son of Ermengarde of Tours.",
    "She died in 851. Her son was Lothair II.",
    "Wrong Turn 5 is a film about Mercury.",
    "A planet near the sun.",
    "A metal that is liquid.",
    "Nothing.",
    "Guessing what comes.",
]


def test_a_question_names_documents_by_their_titles() -> None:
    """With accents, case and qualifier as people write them; the genitive is no hindrance."""
    names = Names(TITLES)
    assert named(names, "When did Lothair II's mother die?") == {0: 1.0}
    assert named(names, "who directed Wrong Turn 5?") == {2: 1.0}
    assert named(names, "when did lothair ii die") == {0: 1.0}


def test_a_name_shared_by_several_is_less_sure() -> None:
    """Each of them is named, none as surely as if it were the only one."""
    found = named(Names(TITLES), "How large is Mercury?")
    assert set(found) == {3, 4}
    assert all(0 < certainty < 1 for certainty in found.values())


def test_a_day_or_month_asked_of_names_the_speeches_of_it() -> None:
    """By their own date, never a brief's; a year alone, or no date, names none; many of a month are less sure each."""
    days = {"call": "2022-04-13", "visit": "2022-04-25", "war": "2022-02-24", "undated": ""}
    sources = [Source(name, name, date=day) for name, day in days.items()]
    sources.append(Source("brief", "brief", date="2022-04-13", kind="brief"))
    documents = [source.id for source in sources]
    assert set(dated(documents, sources, "What was said on 13 April 2022?")) == {0}
    month = dated(documents, sources, "What was announced in April 2022?")
    assert set(month) == {0, 1}
    assert month[0] < dated(documents, sources, "What was said on 13 April 2022?")[0]
    assert dated(documents, sources, "What happened in 2022?") == dated(documents, sources, "Why?") == {}


def test_common_words_and_headlines_are_no_names() -> None:
    """A title of common words alone, or too long to be mentioned, is never found; nor a plain word in lower case."""
    titles = [*TITLES, "Why the war in the east of the country will not end this year"]
    names = Names(titles)
    assert named(names, "the of and why the war in the east of the country will not end this year") == {}
    assert named(names, "How good is forecasting?") == {}


def test_the_first_document_leads_to_the_one_it_names() -> None:
    """The mother's page is reached through the son's, and comes before a page that no link leads to."""
    links = link_passages(Names(TITLES), TEXTS, range(len(TITLES)))
    assert links[0] == [[1]]
    passages = {document: [document] for document in range(len(TITLES))}
    reached = follow({0: 0.8, 3: 0.1}, passages, links)
    assert reached == {1: 1.0}
    columns = {name: np.zeros(3, dtype=np.float32) for name in ("sentence", "late", "named")}
    scores = fuse(
        Signals(
            lexical=np.array([9, 0, 1], dtype=np.float32),
            dense=np.array([0.7, 0.1, 0.2], dtype=np.float32),
            linked=np.array([0, reached[1], 0], dtype=np.float32),
            **columns,
        )
    )
    assert scores[0] > scores[1] > scores[2]


def test_a_link_is_as_strong_as_its_source_is_good() -> None:
    """A document found at half the best score lends half the strength; a bad one lends nothing."""
    links = [[[2]], [[3]], [], []]
    passages = {document: [document] for document in range(4)}
    assert follow({0: 0.8, 1: 0.4}, passages, links) == {2: 1.0, 3: 0.5}
    assert follow({0: 0.0, 1: -1.0}, passages, links) == {}
    assert follow({}, passages, links) == {}


def test_only_the_best_documents_are_followed() -> None:
    """A link from far down the list reaches nothing."""
    count = SOURCES + 1
    links = [*([] for _ in range(SOURCES)), [[0]]]
    best = {document: 1.0 - document / 100 for document in range(count)}
    assert follow(best, {document: [document] for document in range(count)}, links) == {}


def test_a_passage_never_links_to_its_own_document() -> None:
    """A page that repeats its own title leads nowhere by it."""
    links = link_passages(Names(TITLES), ["Lothair II, or Lothair II again."], [0])
    assert links == [[]]
