"""Which units of a passage name a factor (why an actor does or refuses) or a tactic (what one may do about it).

Structure first: an item or row under a lead-in, columns or heading that promise factors or tactics. Then language: a
sentence that gives a reason for a refusal, or says what a step is expected to bring. Knows units and words; nothing of
any particular corpus, of vectors or of how findings are shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from retrieval.ask.names import canonical, names
from retrieval.types import Passage, Unit

Kind = Literal["factor", "tactic"]

_FACTORS = re.compile(
    r"\b(?:factors?|reasons?|causes?|motives?|drivers?|grounds|obstacles?|objections?|why|effects? on .{0,40}choices"
    r"|explain\w*|underpin\w*)\b",
    re.IGNORECASE,
)
_TACTICS = re.compile(
    r"\b(?:tactic\w*|approach(?:es)?|strateg(?:y|ies)|levers?|instruments? of|lines of action|lessons? for|tools?"
    r"|recommendations?|what (?:others|one|outsiders|governments|a mediator) (?:may|can|could|might) (?:do|take)"
    r"|options? (?:for|open)|uses were|ways to|steps (?:that )?(?:others|governments) )\b",
    re.IGNORECASE,
)
_OUTCOME = re.compile(r"\b(?:likel\w+ outcome|outcome|effect|result|expect\w*|impact|what it brings)\b", re.IGNORECASE)
_REFUSAL = re.compile(
    r"\b(?:refus\w+|reject\w+|resist\w*|oppos\w+|object\w*|declin\w+|unwilling\w*|reluctan\w+|insist\w*"
    r"|against a (?:long )?(?:ceasefire|truce)|will not|would not (?:agree|accept|stop)"
    r"|hard(?:er)? (?:for \w+ )?to (?:accept|give|present)"
    r"|conditions? (?:for|of)|demand\w*|price of)\b",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"\b(?:because|since (?!\d)|so that|for fear|in order to|would risk|given that|as long as|due to|on the ground that"
    r"|which makes|therefore|the reason|one (?:more )?reason|a (?:further |second )?(?:reason|factor|motive))\b",
    re.IGNORECASE,
)
_NAMED_FACTOR = re.compile(
    r"\b(?:is|was|are|remains?|as) (?:a|an|the|one|another|one of \w+) (?:\w+ )?(?:factor|reason|motive|obstacle)s?\b",
    re.IGNORECASE,
)
_NAMED_TACTIC = re.compile(
    r"\b(?:(?:one|a|another|second|first|third|the) (?:\w+ )?tactic\b|tactic (?:is|that)|expected outcome|is meant to"
    r"|are meant to|expecting \w+)",
    re.IGNORECASE,
)
_ABOUT_ITSELF = re.compile(
    r"\b(?:this|the) (?:article|brief|paper|report|page) (?:explores?|examines?|outlines?)\b", re.I
)
_EXPECTED = re.compile(
    r"(?:(?:the |its |their )?(?:likelier |expected )?outcome(?: is|:)?|expecting|in the expectation of"
    r"|(?:is|are) (?:meant|expected) to)\s+(?P<outcome>[^;.]{8,200})",
    re.IGNORECASE,
)
_HEAD_WORDS = 9


@dataclass(frozen=True, slots=True)
class Finding:
    """A unit that names a factor or a tactic. `head` is its short name, `outcome` what is expected of a tactic.

    `actor` is who does, refuses or is advised, `target` whom it is about; "" where the unit names nobody.
    `stance` is "refuses", "accepts" or "" as the unit reports it.
    """

    kind: Kind
    head: str
    outcome: str
    actor: str
    target: str
    stance: str
    passage: Passage
    unit: Unit

    @property
    def words(self) -> str:
        """The unit's own characters."""
        return self.passage.slice(self.unit.start, self.unit.end)


def recognise(passage: Passage) -> list[Finding]:
    """The factors and tactics that a passage's units name, in their order."""
    found = []
    for unit in passage.units:
        if unit.kind == "heading":
            continue
        words = passage.slice(unit.start, unit.end)
        kind = _by_structure(unit, passage.headings) or (_by_language(words) if unit.kind != "row" else None)
        introduces = unit.kind == "sentence" and words.rstrip().endswith(":")  # what it announces is found itself
        if kind and not introduces and not _ABOUT_ITSELF.search(words):
            found.append(_finding(kind, passage, unit, words))
    return found


def _by_structure(unit: Unit, headings: tuple[str, ...]) -> Kind | None:
    """What the lead-in, the columns or, for an item, the nearest heading promise."""
    if unit.kind not in ("item", "row") or not unit.lead_in:
        return None
    heading = headings[-1] if headings else ""
    promised = unit.lead_in
    if unit.kind == "row":
        first = promised.split("|")[0] if "|" in promised else ""
        if _TACTICS.search(first) or re.search(r"\btactic", promised, re.IGNORECASE):
            return "tactic"
        return "factor" if _FACTORS.search(first) else None
    if _TACTICS.search(promised) or (_TACTICS.search(heading) and not _FACTORS.search(promised)):
        return "tactic"
    if _FACTORS.search(promised) or re.match(r"why\b", heading, re.IGNORECASE):
        return "factor"
    return None


def _by_language(words: str) -> Kind | None:
    """What a sentence says outright: a named tactic or factor, or a refusal with its reason."""
    if _NAMED_TACTIC.search(words):
        return "tactic"
    if _NAMED_FACTOR.search(words):
        return "factor"
    return "factor" if _REFUSAL.search(words) and _REASON.search(words) else None


def _finding(kind: Kind, passage: Passage, unit: Unit, words: str) -> Finding:
    cells = [cell.strip() for cell in words.strip().strip("|").split("|")] if unit.kind == "row" else []
    head = cells[0] if cells else _head(words)
    outcome = _row_outcome(unit, cells) if cells else _sentence_outcome(words)
    actors = [canonical(name) for name in names(f"{words} ")] or [canonical(name) for name in names(unit.lead_in)]
    spoken = list(dict.fromkeys(names(words) or names(unit.lead_in)))
    target = next((name for name in spoken[1:] if canonical(name) != actors[0]), "") if actors else ""
    stance = "refuses" if _REFUSAL.search(f"{unit.lead_in} {words}") else ""
    return Finding(kind, head, outcome, spoken[0] if spoken else "", target, stance, passage, unit)


def _head(words: str) -> str:
    """What stands before a colon where that is a name, else the first words."""
    text = re.sub(r"\s+", " ", words).strip()
    before, colon, _ = text.partition(":")
    if colon and len(before.split()) <= _HEAD_WORDS:
        return before
    short = text.split()
    return text.rstrip(".;") if len(short) <= _HEAD_WORDS else " ".join(short[:_HEAD_WORDS]) + " …"


def _row_outcome(unit: Unit, cells: list[str]) -> str:
    columns = [column.strip() for column in unit.lead_in.strip().strip("|").split("|")]
    for column, cell in zip(columns[1:], cells[1:], strict=False):
        if _OUTCOME.search(column):
            return cell
    return ""


def _sentence_outcome(words: str) -> str:
    match = _EXPECTED.search(words)
    return re.sub(r"\s+", " ", match["outcome"]).strip(" ,") if match else ""
