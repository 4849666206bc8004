"""Which words of a text could answer a question of some kind: numbers with units, dates, names, reasons, places.

Knows spelling and the signs that English sets before a reason or a place. Knows nothing of scores or models.
"""

from __future__ import annotations

import re

from retrieval.ask.asks import Kind
from retrieval.ask.facts import STOPWORDS, stem

Span = tuple[int, int]

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?"
)
_DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_YEAR = r"(?:1[0-9]{3}|20[0-9]{2})"
_DATE = re.compile(
    rf"\b\d{{1,2}}(?:st|nd|rd|th)?(?:\s+of)?\s+{_MONTH}(?:,?\s+{_YEAR})?|\b{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:\s*,\s*{_YEAR}|\b)"
    rf"|\b{_MONTH}(?:\s*,)?\s+{_YEAR}|\b{_YEAR}[-–]\d{{2}}-\d{{2}}\b|\b(?:in|since|of|by|until|from|after|before|during)\s+{_MONTH}"
    rf"|\b(?:early|mid|late|spring|summer|autumn|winter|fall)[\s-]+(?:of\s+)?(?:the\s+)?{_YEAR}s?|\b{_YEAR}(?:s\b|\s*[-–]\s*\d{{2,4}}|(?![\d,.]\d))"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)\s+century|\b{_DAY}\b|\b\d{{1,2}}:\d{{2}}(?:\s*[ap]\.?m\.?)?|\b\d{{1,2}}\s*[ap]\.?m\b"
    r"|\b(?:noon|midnight|dawn|dusk|sunset|sunrise|yesterday|tomorrow|tonight|today)\b"
    r"|\b(?:last|next|this|every|each)\s+(?:week|month|year|spring|summer|autumn|winter|morning|night|evening)\b"
    r"|\b(?:\d+|an?|two|three|four|five|six|seven|eight|nine|ten|several|few)\s+(?:minutes?|hours?|days?|weeks?|months?|years?|decades?|centuries)\s+(?:ago|later|earlier|before|after)\b"
    r"|\b(?:spring|summer|autumn|winter)\b",
)
_SPELT = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen"
    r"|nineteen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:-\w+)?|hundred|thousand|dozen|half|third|quarter|twice|both|none)"
)
_NUMBER = re.compile(
    rf"[$€£₽]?(?<![\w.])\d[\d,]*(?:\.\d+)?(?:\s*[-–]\s*\d[\d,]*(?:\.\d+)?)?"
    r"(?:\s*(?:%|°\s?[CF]?|(?:percent|per cent|thousand|million|billion|trillion)\b))?(?:\s+[a-z]+)?"
    rf"|\b(?:{_SPELT})(?:[\s-]+(?:and\s+)?(?:a\s+)?{_SPELT})*\b(?:\s+(?:per cent|[a-z]+))?",
    re.I,
)
_PART = r"(?:[A-Z][\w’'&.-]*\w|[A-Z])"
_NAME = re.compile(rf"{_PART}(?:(?:\s+(?:of|the|de|du|von|van|der|al|bin|and|for|&)){{0,2}}\s+{_PART})*")
_REASON = re.compile(
    r"\b(?:because(?: of)?|since|as a result of|due to|owing to|thanks to|on account of|so that|so as to|in order to"
    r"|in case|lest|for fear of|after|by\s+\w+ing"
    r"|to\s+(?:avoid|prevent|protect|keep|make|allow"
    r"|save|help|stop|ensure|reduce|show|give|let)|in protest|caused by|led (?:to|by)|driven by|prompted by|blam\w+"
    r"|attribut\w+"
    r"|the (?:main |chief |real )?(?:reasons?|causes?|purpose)\b[^.]{0,40}?\b(?:is|was|were|are)"
    r"|explain\w*|stem\w* from|arose from|results? (?:from|of)|therefore|so|for|as|reinforc\w+|underpin\w*"
    r"|outweigh\w*)\b[^.;\n|]*",
    re.I,
)
_PLACE = re.compile(
    rf"\b(?i:in|at|near|on|to|from|into|outside|inside|under|beneath|above|behind|beside|between|across|through|along|towards?|off|within|around|by)\s+(?:the\s+|an?\s+|its\s+|his\s+|her\s+|their\s+)?{_NAME.pattern}"
    r"|\b(?:in|at|near|on|into|outside|inside|under|beneath|above|behind|beside|between|across|through|along|within|from|to)\s+(?:the|an?|its|his|her|their|our|every|each)\s+[a-z][\w-]*(?:\s+[\w-]+)?",
)
_MANNER = re.compile(r"\b(?:by|through|with|using|via|from)\s+[^.;,\n|]+", re.I)
_MEANING = re.compile(r"\b(?:is|was|are|were|means?|refers? to|denotes?|stands? for|called|known as)\b[^.;\n|]+", re.I)
_COMMON = frozenset(
    {"the", "a", "an", "i", "it", "he", "she", "we", "they", "this", "that", "there", "mr", "mrs", "ms", "dr"}
)


def offers(kind: Kind, text: str, known: frozenset[str] = frozenset()) -> list[Span]:
    """Spans of the text that could answer a question of this kind, less those that only repeat stems in `known`."""
    return [span for span in _candidates(kind, text) if _adds(text[span[0] : span[1]], known)]


def _candidates(kind: Kind, text: str) -> list[Span]:
    if kind in ("person", "place"):
        found = [] if kind == "person" else [m.span() for m in _PLACE.finditer(text)]
        return found + [span for span in names(text) if kind == "person" or not found]
    pattern = _PATTERNS.get(kind)
    return [m.span() for m in pattern.finditer(text)] if pattern else []


_PATTERNS: dict[Kind, re.Pattern[str]] = {
    "date": _DATE,
    "number": _NUMBER,
    "reason": _REASON,
    "manner": _MANNER,
    "definition": _MEANING,
}


def names(text: str) -> list[Span]:
    """Runs of words written as names, less a plain word that only opens a sentence."""
    found: list[Span] = []
    for match in _NAME.finditer(text):
        start, end = match.span()
        first = re.match(r"\w+", match.group())
        if first and first.group().lower() in _COMMON | STOPWORDS:
            behind = re.search(r"[A-Z]", match.group()[first.end() :])
            if behind is None:
                continue
            start += first.end() + behind.start()
        opens = not text[:start].strip() or text[:start].rstrip()[-1] in ".!?:;\n|•-–—"
        if opens and " " not in text[start:end]:
            continue
        found.append((start, end))
    return found


def _adds(text: str, known: frozenset[str]) -> bool:
    """Whether a span holds anything that the question does not hold already."""
    fresh = [word for word in re.findall(r"\w+", text) if word.lower() not in STOPWORDS and stem(word) not in known]
    return bool(fresh)
