"""Whether a sentence denies what a text says, or says what it denies: negations and the words they govern, opposites.

Knows English, Russian and Ukrainian words of negation and some opposites. Knows nothing of meaning beyond them: what it
cannot see, the entailment score has to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from retrieval.ask.facts import STOPWORDS, stem, words

_PLAIN = re.compile(
    r"(?:not|no|never|none|nor|neither|nobody|nothing|cannot|without|hardly|nowhere|\w+n['’]t|не|ни|нет|нельзя|без|ні"
    r"|немає|никогда|ніколи|nicht|kein\w*|jamais)$",
    re.I,
)
_IN_WORD = re.compile(
    r"(?:refus\w+|reject\w*|den(?:y|ies|ied|ial|ying)|declin(?:e|ed|es|ing)|fail\w*|lack\w*|absen\w+|oppos\w+|unable"
    r"|unwilling\w*|impossible|unlikely|prevent\w*|prohibit\w*|forb(?:id|ids|ade|idden)|exclud\w+|against|stop(?:s|ped)?"
    r"|avoid\w*|reluctan\w+|resist\w*|blocked|blocking|halt\w*|отказ\w+|отверг\w+"
    r"|відмов\w+|відкид\w+|невозможн\w+|неможлив\w+)$",
    re.I,
)
_CLAUSE_END = re.compile(r"[,;:.!?—–()“”\"]|\b(?:but|while|although|though|whereas|unless|yet|и|но|а|але)\b", re.I)
_REACH = 5  # words of content that a negation governs at the most
_OPPOSITES = [
    pair.split("/")
    for pair in (
        "increase/decrease increase/reduce rise/fall accept/reject accept/refuse support/oppose agree/refuse"
        " agree/disagree win/lose gain/lose strengthen/weaken allow/forbid allow/prohibit permit/prohibit ease/tighten"
        " lift/impose"
        " include/exclude begin/end start/stop advance/retreat success/failure succeed/fail possible/impossible"
        " likely/unlikely willing/unwilling able/unable high/low maximum/minimum before/after north/south east/west"
        " import/export legal/illegal confirm/deny friend/enemy more/less most/least all/none always/never"
        " temporary/permanent conditional/unconditional voluntary/forced public/secret hinder/help reluctance/readiness"
        " inflexible/flexible incremental/immediate rose/fell rose/dropped grew/shrank"
        " grew/fell won/lost began/ended raise/lower raise/cut widen/narrow gained/lost up/down"
        " open/closed block/unblock join/leave arrive/depart enter/leave"
        " buy/sell"
        " first/last largest/smallest highest/lowest longest/shortest oldest/newest earliest/latest majority/minority"
        " expand/shrink attack/defend ally/adversary victory/defeat optimistic/pessimistic present/absent"
    ).split()
]


@dataclass(frozen=True, slots=True)
class Polarity:
    """Stems of a text: `denied` directly governed by a negation, `heads` the first so governed, `doubtful` near one."""

    stems: frozenset[str]
    denied: frozenset[str]
    heads: frozenset[str]
    doubtful: frozenset[str]
    plain_negations: int
    negations: int


@lru_cache(maxsize=4096)
def polarity(text: str) -> Polarity:
    """Reads off which words of a text are denied; two negations over one word undo each other."""
    stems: set[str] = set()
    denied: set[str] = set()
    heads: set[str] = set()
    doubtful: set[str] = set()
    plain = total = 0
    for clause in _CLAUSE_END.split(text):
        counts: dict[str, int] = {}
        reach = negations = 0
        head = False
        content: list[str] = []
        for word in words(clause):
            if _PLAIN.match(word.text) or _IN_WORD.match(word.text):
                plain += bool(_PLAIN.match(word.text))
                total += 1
                negations, reach, head = negations + 1 if reach else 1, _REACH, True
                if _IN_WORD.match(word.text):
                    content.append(word.stem)
                continue
            if not word.is_content:
                continue
            content.append(word.stem)
            if reach:
                counts[word.stem] = negations
                if head and negations % 2:
                    heads.add(word.stem)
                head, reach = False, reach - 1
        stems.update(content)
        denied.update(name for name, count in counts.items() if count % 2)
        if negations:
            doubtful.update(content)
    sets = [frozenset(found) for found in (stems, denied, heads, doubtful)]
    return Polarity(sets[0], sets[1], sets[2], sets[3], plain, total)


def contradiction(sentence: str, context: str) -> str:
    """What the sentence turns round, in words (it says “agree”, which its sources deny), or ""."""
    own, theirs = polarity(sentence), polarity(context)
    if own.plain_negations and not theirs.negations:
        return "it denies what its sources do not deny"
    if len((own.stems & theirs.stems) - STOPWORDS) >= 2:
        turned = (own.heads & theirs.stems) - theirs.doubtful
        if turned:
            return f"it denies “{_written(sentence, turned)}”, which its sources do not"
        turned = (theirs.heads & own.stems) - own.doubtful - _also_said(context, theirs.heads)
        if turned:
            return f"it says “{_written(sentence, turned)}”, which its sources deny"
    return _opposite(own, theirs)


def _written(sentence: str, found: frozenset[str]) -> str:
    """The first of the stems found, as the sentence writes it."""
    return next((word.text for word in words(sentence) if word.stem in found), "")


def _also_said(context: str, heads: frozenset[str]) -> frozenset[str]:
    """Of the denied words, those that the text also says without denying them."""
    free: set[str] = set()
    for clause in _CLAUSE_END.split(context):
        found = polarity(clause)
        free |= heads & (found.stems - found.doubtful)
    return frozenset(free)


def _opposite(own: Polarity, theirs: Polarity) -> str:
    if own.negations or theirs.negations:
        return ""  # "did not accept" and "rejected" agree: leave it to the entailment score
    for left, right in _OPPOSITES:
        for said, other in ((left, right), (right, left)):
            one, two = stem(said), stem(other)
            if one in own.stems and one not in theirs.stems and two in theirs.stems and two not in own.stems:
                return f"it says “{said}” where its sources say “{other}”"
    return ""
