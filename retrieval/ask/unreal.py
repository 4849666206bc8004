"""Whether a text tells as done what a claim does, or only as wished, planned or possible: "applied to join" is not
"joined", "may sign" not "signed".

Knows English infinitives and modals. Knows nothing of passages or scores.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from retrieval.ask.facts import Word, words

_MODALS = frozenset("may might could would should can will shall must cannot".split())
_DONE = frozenset(  # what is done, if this governs the infinitive
    """manage managed begin began begun continue continued start started had has have used help helped proceed proceeded
    came come went go enough dare dared happen happened ordered forced made order""".split()
)
_BETWEEN = frozenset("be have been not also never soon only then still".split())
_DEED = re.compile(r"[a-z]{3,}ed$", re.I)
_REACH = 3


def undone(claim: str, text: str) -> tuple[str, ...]:
    """The deeds that a claim states as done ("joined") and a text has only as wished, planned or possible; none of
    those that the text has in another place as well."""
    own, told = words(claim), words(text)
    found = []
    for at, word in enumerate(own):
        if word.is_content and _DEED.match(word.text) and not _supposed(own, at):
            places = [there for there, other in enumerate(told) if other.stem == word.stem]
            if places and all(_supposed(told, there) for there in places):
                found.append(word.text)
    return tuple(dict.fromkeys(found))


def _supposed(told: Sequence[Word], at: int) -> bool:
    """Whether a word stands behind "to" or a modal, hardly anything between, and is not governed by what is done."""
    before = [word.text.lower() for word in told[max(0, at - _REACH) : at]]
    while before and before[-1] in _BETWEEN:
        before.pop()
    if not before:
        return False
    if before[-1] in _MODALS:
        return True
    return before[-1] == "to" and (len(before) < 2 or before[-2] not in _DONE)
