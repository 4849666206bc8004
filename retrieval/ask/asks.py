"""What a question asks for: a person, a place, a date, a number, a reason, a list, a definition, a yes or no.

Knows English question words and the nouns that follow them. Knows nothing of passages, scores or models.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from retrieval.ask.facts import STOPWORDS, Facts, Word, content, facts

Kind = Literal["person", "place", "date", "number", "reason", "manner", "list", "definition", "yesno", "fact"]
KINDS: tuple[Kind, ...] = (
    "person",
    "place",
    "date",
    "number",
    "reason",
    "manner",
    "list",
    "definition",
    "yesno",
    "fact",
)

_WH = r"\b(?:what|which|what['’]s|whats)\b"
_ASKED = (
    r"(?:\s+(?:was|were|is|are|the|of|a|an|exact|total|main|average|other|new|current|former|first|second|last))*\s+"
)
_PERSON_NOUNS = (
    "person people man woman leader president minister chancellor king queen author writer singer actor actress player"
    " artist director founder inventor scientist general commander ambassador official officer politician spokesman"
    " spokeswoman mayor judge doctor coach composer poet painter saint pope emperor governor senator character member"
)
_PLACE_NOUNS = (
    "country city town state place region province village island continent county district river sea ocean capital"
    " location street building territory area port planet"
)
_DATE_NOUNS = "year date month day century decade time season week"
_NUMBER_NOUNS = (
    "percentage percent share proportion price cost fee number amount total age rate population distance length height"
    " size weight speed temperature margin sum fine quantity value budget salary score majority width depth duration"
    " capacity area volume deadline limit"
)
_HOW_MUCH = (
    r"\bhow\s+(?:many|much|long|old|far|tall|high|big|large|fast|often|heavy|deep|wide|close|late|early|soon|quickly"
    r"|small|frequently|expensive|thick|strong|hot|cold|low|short)\b"
)
_REASON = (
    r"\b(?:why|how come|what for|reasons?|causes?|caused|motives?|explains?|because|prompt(?:s|ed)|purpose"
    r"|grounds|rationale|justif\w+|(?:what|which \w+) (?:\w+ )?(?:led|leads|made|makes|drove|drives|stop(?:s|ped)"
    r"|prevent(?:s|ed)|forc(?:es|ed)|persuaded|convinced|allow(?:s|ed)|brought|trigger(?:s|ed)|keeps|kept))\b"
)
_LISTING = (
    r"\b(?:what|which|who|name|list|give)\s+(?:are|were|all|both|two|three|four|five|six|seven|the\s+(?:two|three|four"
    r"|five|six|seven|main|key|several|various|different))\b|^\s*(?:name|list|enumerate)\b|\bwhat (?:else )?all\b"
)
_PLURALS = (
    "factors reasons causes ways steps kinds types examples conditions options measures tactics approaches countries"
    " things elements items parts groups parties people ones demands terms names members methods benefits effects"
    " consequences risks problems goals objectives tools issues stages features points arguments obstacles sources"
    " instruments colours colors crops animals products"
)
_YESNO = (
    r"^(?:(?:and|so|but|ok|okay|well|then|hey|please|according to [^,]+,?)[,\s]+)?(?:is|are|was|were|do|does|did|has"
    r"|have|had|can|could|will|would|should|may|might|isn['’]t|aren['’]t|wasn['’]t|weren['’]t|don['’]t|doesn['’]t|didn['’]t)\b"
)
_DEFINITION = r"\b(?:what does .+ (?:mean|stand for)|meaning of|definition of|define|what is meant)\b"
_NOW = r"\b(?:now|today|currently|current|latest|recent|recently|newest|at present|so far|still|nowadays|these days)\b"
_BEHIND_NOUN = (
    r"(?:are|were|do|does|did|have|had|can|could|will|would|should|may|might|must|explain|underlie|drive|shape"
    r"|of|for|in|to|that)\b"
)
_NOT_PLURAL = re.compile(r"(?:ss|us|is|ous|'s)$")


@dataclass(frozen=True, slots=True)
class Asks:
    """What one question wants. `kinds` holds at least one kind, the likeliest first.

    `focus` is the stem of the noun asked after, "" when there is none. `wants_list` is also true of
    questions for "reasons", `wants_now` of questions about the present.
    """

    question: str
    kinds: tuple[Kind, ...]
    focus: str
    wants_list: bool
    wants_now: bool
    facts: Facts
    content: tuple[Word, ...]

    @property
    def kind(self) -> Kind:
        """The likeliest kind."""
        return self.kinds[0]


def asks(question: str) -> Asks:
    """Reads off a question what kind of answer it wants; any text gives some answer, "fact" when nothing is told."""
    text = question.strip().lower().replace("’", "'")
    found = list(dict.fromkeys(_kinds(text)))
    listing = _wants_list(text)
    if listing:
        found.append("list")
    if not found:
        found.append("fact")
    return Asks(
        question=question,
        kinds=tuple(found),
        focus=_focus(question),
        wants_list=listing,
        wants_now=bool(re.search(_NOW, text)),
        facts=facts(question),
        content=content(question),
    )


def _kinds(text: str) -> list[Kind]:
    """The kinds whose signs the question shows, in the order in which they are to be believed."""
    found: list[Kind] = []
    if re.search(_YESNO, text):
        found.append("yesno")
    for kind, pattern in _PATTERNS:
        if re.search(pattern, text):
            found.append(kind)
    if not found and re.search(r"\bhow\b", text):
        found.append("manner")
    if not found and re.search(r"^(?:what|who|what's)\s*(?:is|was|are|were)?\b", text) and len(content(text)) <= 2:
        found.append("definition")
    return found


def _nouns(nouns: str) -> str:
    return rf"{_WH}{_ASKED}(?:{'|'.join(nouns.split())})s?\b"


_PATTERNS: tuple[tuple[Kind, str], ...] = (
    ("number", _HOW_MUCH),
    ("number", _nouns(_NUMBER_NOUNS)),
    ("date", r"\b(?:when|what year|which year|how long ago|since when|what time)\b"),
    ("date", _nouns(_DATE_NOUNS)),
    ("definition", _DEFINITION),
    ("reason", _REASON),
    ("person", r"\b(?:who|whom|whose|who's)\b"),
    ("person", _nouns(_PERSON_NOUNS)),
    ("place", r"\b(?:where|whereabouts)\b"),
    ("place", _nouns(_PLACE_NOUNS)),
)


def _wants_list(text: str) -> bool:
    if re.search(_LISTING, text) or re.search(
        rf"\b(?:what|which)\s+(?:\w+\s+){{0,3}}(?:{'|'.join(_PLURALS.split())})\b", text
    ):
        return True
    after = re.search(rf"\bwhich\s+(\w+s)\b(?!\s+(?:is|was|does|has)\b)|\bwhat\s+(\w+s)\s+{_BEHIND_NOUN}", text)
    noun = (after.group(1) or after.group(2)) if after else ""
    return bool(noun and noun not in STOPWORDS and not _NOT_PLURAL.search(noun))


def _focus(question: str) -> str:
    """The stem of the noun asked after: the first word of content behind "which", "what" or "how many"."""
    asked = re.search(r"\b(?:what|which|how\s+(?:many|much)|whose|name|list)\b", question, re.I)
    if asked is None:
        return ""
    behind = content(question[asked.end() :])
    return behind[0].stem if behind else ""
