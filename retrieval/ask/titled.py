"""What something is that a text is called by ("What is the Budapest Memorandum?"): told by that text's own beginning.

Knows questions and titles; must not know scores or how passages are found.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from retrieval.ask.features import stems_of
from retrieval.types import Evidence, Query, Source

_WHAT_IS = re.compile(
    r"^(?:(?:so|and|ok|please)[, ]+)?(?:(?:what|who)(?:['’]s|s| is| are| was| were)(?: meant by)?"
    r"|explain|define|describe|tell me about)\s+(?:(?:the|an?)\s+)?(?P<name>[^?,;:]+?)\W*$",
    re.IGNORECASE,
)
_HEADS = (
    re.compile(r"\s*(?:[:,(–—]|\bof (?:\d{1,2} \w+ )?\d{4}\b).*$"),
    re.compile(r"\s*(?:[:,(–—]|\b(?:and|for|in|on|between|from)\b).*$"),
)
_LONGEST = 5


def titled(query: Query, sources: Sequence[Source]) -> Query | None:
    """The question asked of the one text whose title, up to a colon, comma or year, is what it asks after.

    None where the question is of another form, is limited to some sources already, or names no title or several.
    """
    wanted = _asked_after(query)
    if not wanted or query.sources:
        return None
    meant = [one for one in sources if any(frozenset(stems_of(head.sub("", one.title))) == wanted for head in _HEADS)]
    return dataclasses.replace(query, sources=(meant[0].id,)) if len(meant) == 1 else None


def opening(query: Query, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The first sentence of the text that has the words of what is asked after, in its first passage half of them at
    least; [] where none has."""
    wanted = _asked_after(query)
    told = sorted((one for one in evidence if wanted and one.unit.kind == "sentence"), key=lambda one: one.unit.start)
    first = [one for one in told if one.hit.passage.start == told[0].hit.passage.start]
    for units, share in ((first, 1.0), (first, 0.5), (told, 1.0)):
        if telling := [one for one in units if len(wanted.intersection(stems_of(one.quote))) >= share * len(wanted)]:
            return telling[:1]
    return []


def _asked_after(query: Query) -> frozenset[str]:
    found = _WHAT_IS.match(query.standalone.strip())
    return frozenset(stems_of(found["name"])) if found and len(found["name"].split()) <= _LONGEST else frozenset()
