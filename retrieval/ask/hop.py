"""The second hop: from the names and days in a question, and the names in what was found first, to their documents.

"When did Lothair II's mother die?" names one document and needs another, whose title only the first one holds.
Knows names and the scores it is given; nothing of files or vectors.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from retrieval.ask.dates import dates, spoken_on
from retrieval.index.lexical import Links
from retrieval.index.names import Names
from retrieval.types import Source

_DATED = 2.0  # what a day asked of counts beside a name asked of: few documents share it
SOURCES = 5  # documents found first whose names are followed


def named(names: Names, question: str) -> dict[int, float]:
    """Documents whose title the question holds, with how sure that is: 1, or less where several share the name."""
    found: dict[int, float] = {}
    for mention in names.find(question):
        for document in mention.documents:
            found[document] = max(found.get(document, 0.0), _certainty(mention.documents))
    return found


def dated(documents: Sequence[str], sources: Sequence[Source], question: str) -> dict[int, float]:
    """Documents spoken or written on a day or in a month asked of, as sure as a name that as many documents share.

    `documents` holds the source ids of the documents by number.
    """
    asked = [date for date in dates(question) if date.month]
    if not asked:
        return {}
    days = {source.id: spoken_on(source) for source in sources}
    found = [at for at, one in enumerate(documents) if any(d.within(day) for d in asked for day in days.get(one, ()))]
    return dict.fromkeys(found, _DATED * _certainty(found))


def follow(best: Mapping[int, float], passages: Mapping[int, Sequence[int]], links: Links) -> dict[int, float]:
    """Documents that the first ones found lead to, with a strength in 0..1.

    Args:
        best: the fused score of each document found first; the `SOURCES` best are followed.
        passages: each document's passages, as places in `links`.
        links: what `link_passages` made.

    Returns:
        The strength of each document reached: the share of the best score that its source has, less where several
        documents share the name. Documents that are sources themselves may be among them.
    """
    sources = sorted(best, key=lambda document: (-best[document], document))[:SOURCES]
    if not sources or best[sources[0]] <= 0:
        return {}
    reached: dict[int, float] = {}
    for source in sources:
        share = max(0.0, best[source] / best[sources[0]])
        for passage in passages.get(source, ()):
            for documents in links[passage]:
                for document in documents:
                    reached[document] = max(reached.get(document, 0.0), share * _certainty(documents))
    return reached


def _certainty(documents: Sequence[int]) -> float:
    """That a mention means this one of the documents with the name: less, but not much less, with each other one."""
    return 1.0 / math.sqrt(max(len(documents), 1))
