"""The second hop: from the names in a question, and in the passages found first, to the documents of those names.

"When did Lothair II's mother die?" names one document and needs another, whose title only the first one holds.
Knows names and the scores it is given; nothing of files or vectors.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from retrieval.index.lexical import Links
from retrieval.index.names import Names

SOURCES = 5  # documents found first whose names are followed


def named(names: Names, question: str) -> dict[int, float]:
    """Documents whose title the question holds, with how sure that is: 1, or less where several share the name."""
    found: dict[int, float] = {}
    for mention in names.find(question):
        for document in mention.documents:
            found[document] = max(found.get(document, 0.0), _certainty(mention.documents))
    return found


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
    return 1.0 / math.sqrt(len(documents))
