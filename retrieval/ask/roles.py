"""Whether a sentence exchanges who does what: the actor of a verb or a figure, the two sides of a comparison.

Knows names, stems and their order in a text; must not know passages or models.
"""

from __future__ import annotations

import re

from retrieval.ask.dates import dates
from retrieval.ask.facts import Word, content
from retrieval.ask.names import canonical, names

_THAN = re.compile(r"\bthan\b", re.IGNORECASE)
_FROM_TO = re.compile(r"\bfrom (?:the )?(?P<one>[A-Z][\w’'-]+).{0,20}? to (?:the )?(?P<other>[A-Z][\w’'-]+)")
_BY = re.compile(r"\bby\s+(?:\w+\s+){0,3}$", re.IGNORECASE)


def exchanged(sentence: str, text: str) -> str:
    """What the sentence turns round beside the text, in words (it says “Ukraine” of “proposed”), or ""."""
    return _compared_otherwise(sentence, text) or _turned_round(sentence, text) or _said_of_another(sentence, text)


def _compared_otherwise(sentence: str, text: str) -> str:
    """Both compare with "than" and the same words stand on other sides of it."""
    here, there = _THAN.search(sentence), _THAN.search(text)
    if not here or not there:
        return ""
    before, after = _sides(sentence, here.start()), _sides(text, there.start())
    if before[0] & after[1] and before[1] & after[0]:
        return "it exchanges the two sides of a comparison"
    return ""


def _turned_round(sentence: str, text: str) -> str:
    """Something goes from one to the other in the sentence, and the other way in the text."""
    here, there = _FROM_TO.search(sentence), _FROM_TO.search(text)
    if not here or not there:
        return ""
    ours, theirs = ([canonical(match[side]) for side in ("one", "other")] for match in (here, there))
    return "it exchanges from whom and to whom" if ours == theirs[::-1] and ours != theirs else ""


def _sides(text: str, at: int) -> tuple[frozenset[str], frozenset[str]]:
    near = [word for word in content(text) if abs(word.start - at) < 60]
    left = frozenset(word.stem for word in near if word.start < at)
    return left, frozenset(word.stem for word in near if word.start >= at) - left


def _said_of_another(sentence: str, text: str) -> str:
    """The name that opens the sentence comes, in the text, only after the verb or figure that the sentence gives it.

    "Ukraine proposed 85,000" beside "Russia proposed 85,000, Ukraine 250,000". A name after "by" may be the
    actor of a passive and is left alone.
    """
    said = content(sentence)
    shared = [word for word in said if not word.text[:1].isupper()]
    opens_with_date = any(date.start <= said[0].start < date.end for date in dates(sentence)) if said else False
    led_in = bool(said) and sentence[: said[0].start].strip(' “"').lower() not in ("", "the", "a", "an")
    if not shared or opens_with_date or led_in or not said[0].text[:1].isupper():
        return ""
    actor = canonical(said[0].text)
    action = shared[0]
    acted = next((word for word in content(text) if word.stem == action.stem), None)
    if acted is None:
        return ""
    places = [word for word in content(text) if canonical(word.text) == actor]
    if not places or any(word.start < acted.start for word in places):
        return ""
    if any(_BY.search(text[: word.start]) for word in places):
        return ""
    if not _names_before(text, acted):
        return ""
    return f"it says of “{said[0].text}” what its sources say of another"


def _names_before(text: str, word: Word) -> bool:
    return bool(names(text[: word.start]))
