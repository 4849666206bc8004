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
_SIGNATURE_WORDS, _OPENING_WORDS = 12, 16
_LEANS = re.compile(
    r"\b(?:such|these|those)\s+[a-z]+|\bof (?:this|that) (?:kind|sort)\b"
    r"|\b(?:a|the) (?:second|third|other|latter|same)\b|^the [a-z]+ (?:has|had) a\b",
    re.I,
)
_SMALL = frozenset("of the and for in at on de von van der la du".split())
_PRONOUN = re.compile(
    r"^(?:[\"“‘(]?)(?:he|she|it|they|this|that|these|those|his|her|its|their|such|both|another"
    r"|the (?:former|latter))\b",
    re.I,
)


def is_candidate(unit: Unit, text: str) -> bool:
    """Whether a unit may be an answer at all: no heading, no sentence about the article, no signature, no scrap."""
    scrap = len(text) <= 2 or (unit.kind == "sentence" and _is_signature(text))
    return unit.kind != "heading" and not scrap and not is_about_article(text)


def _is_signature(text: str) -> bool:
    """Whether a line only names somebody, or a place and day: "Jane Doe, Secretary of State", "Bali, 15 November"."""
    bare = text.strip()
    if bare[-1:] in '.!?:;"”’)' or len(bare.split()) > _SIGNATURE_WORDS:
        return False
    words = re.findall(r"[^\W\d_]+", bare)
    return bool(words) and all(word[0].isupper() or word in _SMALL for word in words)


def is_about_article(text: str) -> bool:
    """Whether a sentence speaks of the page it stands on, or is a page's furniture."""
    return bool(_ABOUT.search(text))


def leans_back(text: str) -> bool:
    """Whether a sentence, read alone, leaves open what it speaks of: "such troops", "these words", "a third reason"."""
    return needs_company(text) or bool(_LEANS.search(" ".join(text.split()[:_OPENING_WORDS])))


def needs_company(text: str) -> bool:
    """Whether a sentence begins with a word that only its forerunner explains ("He", "This")."""
    return bool(_PRONOUN.match(text))
