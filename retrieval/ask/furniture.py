"""Which units can answer nothing by themselves: headings, sentences about the article, a page's furniture, "He ...".

Knows English signs of such sentences; knows nothing of questions.
"""

from __future__ import annotations

import re

from retrieval.types import Unit

_ABOUT = re.compile(
    r"\b(?:this|the (?:present|following)) (?:article|report|paper|brief|briefing|page|post|essay|chapter|section|study"
    r"|guide|review)\b[^.]{0,60}\b(?:explor|examin|discuss|describ|evaluat|outlin|cover|consider|present|summari|assess"
    r"|look|review|explain|provid)"
    r"|\b(?:in this (?:article|post|guide|report|section)|we (?:explore|examine|outline))\b"
    r"|\b(?:click here|subscribe|sign up|cookies?|all rights reserved|read more|share this)\b",
    re.I,
)
_PRONOUN = re.compile(
    r"^(?:[\"“‘(]?)(?:he|she|it|they|this|that|these|those|his|her|its|their|such|both|another"
    r"|the (?:former|latter))\b",
    re.I,
)


def is_candidate(unit: Unit, text: str) -> bool:
    """Whether a unit may be an answer at all: no heading, no question, no sentence about the article, no scrap."""
    return unit.kind != "heading" and len(text) > 2 and not is_about_article(text)


def is_about_article(text: str) -> bool:
    """Whether a sentence speaks of the page it stands on, or is a page's furniture."""
    return bool(_ABOUT.search(text))


def needs_company(text: str) -> bool:
    """Whether a sentence begins with a word that only its forerunner explains ("He", "This")."""
    return bool(_PRONOUN.match(text))
