"""What a tactic is expected to bring, in the source's own words, and of which kind that is.

Knows language about conflicts and bargains; nothing of passages, of vectors or of how outcomes are shown.
"""

from __future__ import annotations

import re

_COLUMN = re.compile(
    r"\b(?:likel\w+ outcome|outcome|effect|result|expect\w*|impact|what it brings|what followed|response"
    r"|reaction|answer"
    r"|came of it|consequence)\b",
    re.IGNORECASE,
)
_OPENINGS = (
    r"outcome(?: to expect)?(?: (?:of|from|on)\b[^:;.]{0,90}?)?(?:,[^:;.]{2,60},)? (?:is|was)",
    r"outcome:",
    r"(?:is|are|was|were) (?:meant|expected|intended|designed) to",
    r"expecting|in the (?:expectation|hope) (?:of|that)",
    r"so that|so as to|in order to|with (?:the aim|a view) (?:of|to)|with the goal of|aim(?:s|ed|ing) (?:at|to)",
    r"\b(?:that|which) (?=(?-i:will|would|could|may) )",
    r"(?=would (?:limit|cut|bring|raise|press|force|make|prevent|push|reduce|leave|give|end|hold))",
    r"\b(?=to (?:bring|press|push|force|compel|persuade|induce|deter|prevent|raise|degrade|deny|facilitate"
    r"|de ?- ?escalate"
    r"|end|stop|hold|undermine|limit)\b)",
    r"\b(?=until (?:there|Russia|it|he|they|a )\b)",
)
_EXPECTED = tuple(re.compile(rf"(?:{opening})\s*(?P<outcome>[^;.]{{8,220}})", re.IGNORECASE) for opening in _OPENINGS)

NONE, OTHER = "No change", "Something else"
KINDS: dict[str, str] = {
    NONE: (
        r"\bno (?:ceasefire|agreement|change|such|truce|troops|concession)|\bkept its\b|\bnot accepted\b|\bmodest\b"
        r"|\bharden|\bnever\b"
    ),
    "Less fighting": (
        r"cease ?- ?fire|hostilit|fighting|truce|incident|withdraw|escalat|deter|attack|violen|armistice|aggression"
        r"|\bends? .{0,20}war|stop|secur|protect|restraint"
    ),
    "Talks or a settlement": (
        r"\btalk|negotiat|dialogue|\btable\b|agreement|settle|discussion|peace|solution|sign\b|meeting|reconcil|\btext\b"
    ),
    "Pressure or cost": (
        r"pressure|constrain|income|receipts|revenue|\bcosts?\b|capacity|payment|pays?\b|isolat|dearer|degrad|den[yi]"
        r"|front\b|undermin|account|harder|access"
    ),
    "Trust or knowledge": (
        r"trust|knowledge|verif|dispute|monitor|channel|promise|convince|reach|check|consult|reaction|transparen|signal"
    ),
    "A concession": r"relief|lift|concession|complian|attractive|reassess|consent|way out|clear|step",
}
"""Kinds of outcome, the most telling first, and the words by which each is known."""


def row_outcome(columns: str, cells: list[str]) -> str:
    """The cell under a column that promises an outcome; "" where no column does."""
    names = [column.strip() for column in columns.strip().strip("|").split("|")]
    for name, cell in zip(names[1:], cells[1:], strict=False):
        if _COLUMN.search(name):
            return cell
    return ""


def sentence_outcome(words: str) -> str:
    """The words of a sentence that say what is expected; "" where none do."""
    for pattern in _EXPECTED:
        if match := pattern.search(words):
            return re.sub(r"\s+", " ", match["outcome"]).strip(" ,")
    return ""


def kinds_of(outcome: str) -> list[str]:
    """Of which kinds an outcome is; a single other kind where no word tells."""
    found = [kind for kind, words in KINDS.items() if re.search(words, outcome, re.IGNORECASE)]
    return found[:2] or [OTHER]
