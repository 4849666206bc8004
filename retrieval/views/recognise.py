"""Which units of a passage name a factor (why an actor does or refuses) or a tactic (what one may do about it).

Structure first: an item or row under a lead-in, columns or heading that promise factors or tactics. Then language: a
sentence that gives a reason for a refusal, or says what a step is expected to bring. Knows units and words; nothing of
any particular corpus, of vectors or of how findings are shown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from retrieval.ask.names import canonical, names
from retrieval.types import Passage, Unit
from retrieval.views.cues import BARGAIN, FACTOR, OUTRIGHT, REFUSAL, TACTIC, enough, weigh
from retrieval.views.outcomes import row_outcome, sentence_outcome
from retrieval.views.stance import Says, says, spoken_by
from retrieval.views.statecraft import is_particular, names_aim, names_step

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
_WHY = re.compile(
    r"^why\b|\bas a reason to refuse|\bblames?\b|\bobjections?\b|\bbears on\b|\bholds? to it|\bdemand\b|\bterms of\b",
    re.IGNORECASE,
)
_WHAT_TO_DO = re.compile(
    r"\b(?:tactics?|levers?|lessons?|as a threat|as an offer|as something to offer|what (?:others|one|mediators?"
    r"|a mediator|the theory|follows|it suggests)|use (?:for|in|as)|meant to work|recommends?)\b",
    re.IGNORECASE,
)
_HEADED = 0.75  # what a heading that promises a kind adds to its cues
_PATTERN = 1.5  # what a whole pattern adds to the cues, and one more for each
_AT_LARGE = 1.0  # what a sentence about no particular conflict needs more
_ABOUT_ITSELF = re.compile(
    r"\b(?:this|the) (?:article|brief|paper|report|page) (?:explores?|examines?|outlines?)\b", re.I
)
_HEAD_WORDS, _DATE_WORDS = 11, 4
_SAID = re.compile(
    r"[^;:.,]{3,60}?(?:, [^;:.,]{3,60},)? (?:said|stated|told [^;:.,]{3,50}?|argued|warned|declared|announced|reported"
    r"|explained)(?: (?:on|in|at|to) [^;:.,]{3,60}?)* that "
)


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

    @property
    def says(self) -> Says:
        """Whether the source asserts it, denies it, or reports it as another's word."""
        return says(self.words)

    @property
    def speaker(self) -> str:
        """Who says it: whom the unit names as saying it, else "" where the source speaks for itself."""
        return spoken_by(self.words)


def recognise(passage: Passage) -> list[Finding]:
    """The factors and tactics that a passage's units name, in their order."""
    heading = passage.headings[-1] if passage.headings else ""
    found = []
    for unit in passage.units:
        if unit.kind == "heading":
            continue
        words = passage.slice(unit.start, unit.end)
        introduces = unit.kind == "sentence" and words.rstrip().endswith(
            (":", "?")
        )  # what it announces is found itself
        if introduces or _ABOUT_ITSELF.search(words):
            continue
        kind = _by_structure(unit, heading) or _by_language(words, heading)
        if kind:
            found.append(_finding(kind, passage, unit, words))
    return found


def _by_structure(unit: Unit, heading: str) -> Kind | None:
    """What the lead-in, the columns or, for an item, the nearest heading promise."""
    if unit.kind not in ("item", "row") or not unit.lead_in:
        return None
    promised = unit.lead_in
    if unit.kind == "row":
        first = promised.split("|")[0] if "|" in promised else ""
        if _TACTICS.search(first) or re.search(r"\btactic|\bmeasure or threat", promised, re.IGNORECASE):
            return "tactic"
        return "factor" if _FACTORS.search(first) else None
    if _TACTICS.search(promised) or (_TACTICS.search(heading) and not _FACTORS.search(promised)):
        return "tactic"
    if _FACTORS.search(promised) or re.match(r"why\b", heading, re.IGNORECASE):
        return "factor"
    return None


def _by_language(words: str, heading: str) -> Kind | None:
    """What the words say outright, or less clearly under a heading that promises it; the stronger of the two kinds."""
    why, what = bool(_WHY.search(heading)), bool(_WHAT_TO_DO.search(heading))
    aims, steps = names_aim(words), names_step(words)
    if not (why or what or aims or steps or BARGAIN.search(words)):
        return None
    factor = weigh(words, FACTOR) + _HEADED * why + (_PATTERN + aims) * bool(aims)
    tactic = weigh(words, TACTIC) + _HEADED * what + (_PATTERN + steps) * bool(steps)
    if max(factor, tactic) < enough(words) + _AT_LARGE * (not is_particular(words)):
        return None
    return "tactic" if tactic > factor and not re.search(OUTRIGHT, words, re.IGNORECASE) else "factor"


def _finding(kind: Kind, passage: Passage, unit: Unit, words: str) -> Finding:
    cells = [cell.strip() for cell in words.strip().strip("|").split("|")] if unit.kind == "row" else []
    head = _row_head(cells) if cells else _head(words)
    outcome = row_outcome(unit.lead_in, cells) if cells else sentence_outcome(words)
    actors = [canonical(name) for name in names(f"{words} ")] or [canonical(name) for name in names(unit.lead_in)]
    spoken = list(dict.fromkeys(names(words) or names(unit.lead_in)))
    target = next((name for name in spoken[1:] if canonical(name) != actors[0]), "") if actors else ""
    stance = "refuses" if REFUSAL.search(f"{unit.lead_in} {words}") else ""
    return Finding(kind, head, outcome, spoken[0] if spoken else "", target, stance, passage, unit)


def _row_head(cells: Sequence[str]) -> str:
    """The first cell, or the first after a date or a number."""
    named = [cell for cell in cells if cell and not (cell[0].isdigit() and len(cell.split()) <= _DATE_WORDS)]
    if not named or named[0] == cells[0]:
        return cells[0]
    return named[0] if cells[0].isdigit() else f"{named[0]}, {cells[0]}"


def _head(words: str) -> str:
    """What stands before a colon where that is a name, else the first words, after "X said on 3 May that"."""
    text = re.sub(r"\s+", " ", words).strip()
    said = _SAID.match(text)
    text = text[said.end() :] if said and len(text[said.end() :].split()) >= _DATE_WORDS else text
    before, colon, _ = text.partition(":")
    if colon and len(before.split()) <= _HEAD_WORDS:
        return before
    short = text.split()
    return text.rstrip(".;") if len(short) <= _HEAD_WORDS else " ".join(short[:_HEAD_WORDS]) + " …"
