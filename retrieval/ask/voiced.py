"""Questions for what somebody says, who says something, whether a position has changed, and whether sources disagree.

Knows the words of such questions, and how statements in the order of time are told apart. Must not know how statements
are found: it is given them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from retrieval.ask.facts import content, stem

Voiced = Literal["said", "changed", "who", "disagree"]
Kind = Literal["factor", "tactic"] | Voiced
VOICED = ("said", "changed", "who", "disagree")

_VIEW = (
    r"(?:position|stance|view|views|opinion|attitude|policy|approach|demands?|terms|conditions|line|rhetoric|tone|mind"
    r"|thinking|statements?|goals?|aims?|expectations?)"
)
_TURNED = r"(?:chang\w+|shift\w*|evolv\w+|differ\w*|develop\w*|soften\w*|harden\w*|moved)"
_CHANGED = re.compile(
    rf"^(?:has|have|had|did|how (?:has|have|did)|in what way has|is there)\b.*\b{_VIEW}\b.*\b{_TURNED}\b"
    rf"|^(?:has|have|did|how (?:has|have|did))\b.*\b{_TURNED}\b.*\b{_VIEW}\b|\b{_VIEW}\b.*\bover time\b",
    re.IGNORECASE,
)
_SAID = re.compile(
    r"^(?:what|how) (?:has|have|did|does|do) .+ (?:said|say|says|stated|state|argued?|thinks?|thought|written"
    r"|demand(?:ed)?|want(?:ed)?|propose[ds]?|promised?)\b(?: (?:about|on|of|regarding|concerning|over|for)\b.+)?"
    r"|^what (?:are|were|is|was) \S.*['’]s? (?:demands?|conditions?|terms|proposals?|aims?|goals?)"
    r" (?:about|on|of|for|to)\b.+",
    re.IGNORECASE,
)
_WHO = re.compile(
    r"^(?:who|which (?:\w+ ){0,2}(?:countries|states|governments|leaders|people|sources|actors|scholars"
    r"|authors|sides?)) (?:\w+ )?(?:says?|claims?|argues?|believes?|thinks?|holds?|denies|deny|doubts?"
    r"|supports?|opposes?|wants?|demands?"
    r"|calls? for|recommends?|disagrees?)\b",
    re.IGNORECASE,
)
_DISAGREE = re.compile(
    r"\b(?:sources?|authors|experts|they|accounts|scholars)\b.*\b(?:dis)?agree\b|\bdisagreements?\b|\bdisagree\b"
    r"|\bis (?:it|there) (?:disputed|contested|a dispute)\b|\bdifferent accounts\b",
    re.IGNORECASE,
)
_ACCEPTS = re.compile(
    r"\b(?:accept\w*|agreed?|agrees|welcom\w+|ready (?:to|for)|willing|support(?:s|ed)?"
    r"|in favour of|approv\w+|offer(?:s|ed)?)\b",
    re.IGNORECASE,
)
_REFUSES = re.compile(
    r"\b(?:refus\w+|reject\w+|oppos(?:es?|ed|ing)|declin\w+|unwilling|not (?:ready|willing|accept\w*|agree\w*)"
    r"|ruled out|unacceptable|never|only (?:when|if|after)|unless|den(?:y|ies|ied))\b",
    re.IGNORECASE,
)
_CONDITIONS = re.compile(
    r"\b(?:but|only|unless|before|conditions?|provided|if|should lead|had to lead|first)\b", re.IGNORECASE
)
_ASKS_DEMANDS = re.compile(r"\b(?:demands?|demanded|conditions?|terms|aims?|goals?|wants?|wanted)\b", re.IGNORECASE)
_DEMANDS = re.compile(
    r"\b(?:demand\w*|conditions?|terms|requir\w+|insist\w*|must|had to|should|ask(?:s|ed)? for|call(?:s|ed)? for|aims?"
    r"|goals?|wants?|wanted|as soon as|until|only (?:if|when|after)|recogni[sz]e[sd]?)\b",
    re.IGNORECASE,
)
_AGAINST = re.compile(r"^\S+(?: \w+){0,3}? (?:den(?:y|ies)|doubts?|opposes?|disagrees?)\b", re.IGNORECASE)
_FRAME = frozenset(
    stem(one)
    for one in """
    position stance view views opinion attitude policy approach demand demands terms condition conditions line
    rhetoric tone mind thinking statement statements goal aim expectation changed change changes changing shifted
    shift evolved evolve differ differed developed softened hardened moved over time since year years says said
    say claim claims argue argues argued believe believes think thinks hold holds state stated states source
    sources author authors expert experts account accounts scholar scholars agree disagree disagrees disagreement
    disputed contested different which countries country leaders leader people governments government actors sides
    side about regarding concerning written thought want wants wanted propose proposed proposes promised recommend
    recommends idea view according question far there been
    """.split()
)
_RUN = re.compile(r"\b[A-Z][\w.’'-]*(?: (?:of )?[A-Z][\w.’'-]*)*")


def runs_of(question: str) -> tuple[str, ...]:
    """The names of a question, each with all its parts and without "'s"; its first word is none where more follow."""
    first, _, rest = question.partition(" ")
    runs = [re.sub(r"['’]s?$", "", run) for run in _RUN.findall(rest)]
    return tuple(dict.fromkeys(runs if rest else [*runs, first]))


def actor_of(question: str) -> str:
    """The first name of a question, or ""."""
    return next(iter(runs_of(question)), "")


def topic_of(question: str, actor: str) -> tuple[str, ...]:
    """The words that say what is spoken of, without the actor's name and the frame of the question."""
    own = set(re.findall(r"[\w’'-]+", actor))
    return tuple(
        word.text
        for word in content(question)
        if word.stem not in _FRAME and not any(word.text.startswith(part) for part in own)
    )


def proposition_of(question: str) -> str:
    """What a question supposes to be said: "sanctions work" of "Who says that sanctions work?"."""
    bare = _WHO.sub("", question.rstrip(" ?"))
    bare = re.sub(r"^.*?\b(?:dis)?agree(?:ments?)?\b(?: (?:about|on|over))?(?: whether)?", "", bare)
    return re.sub(r"^\s*(?:that|whether|for|with|about|on)\b", "", bare).strip()


def voiced(question: str) -> Voiced | None:
    """Which of these a question is; None where it is about one day or anything else."""
    if re.search(r"\b\d", question):
        return None
    for kind, pattern in (("changed", _CHANGED), ("disagree", _DISAGREE), ("who", _WHO), ("said", _SAID)):
        if pattern.search(question):
            return kind  # type: ignore[return-value]
    return None


def leaning(text: str) -> str:
    """How a statement's words lean: "refuses", "accepts", "accepts with conditions", or ""."""
    if _ACCEPTS.search(text) and _CONDITIONS.search(text):
        return "accepts with conditions"
    if _REFUSES.search(text):
        return "refuses"
    return "accepts" if _ACCEPTS.search(text) else ""


def differing(quotes: Sequence[str]) -> str:
    """How statements, numbered from 1 in the order given, lean where they do not all lean one way; "" where they do.

    Only words of acceptance, refusal and condition are compared; what else has changed is not seen.
    """
    leanings = [leaning(quote) for quote in quotes]
    if len({one for one in leanings if one}) < 2:
        return ""
    return ", ".join(f"[{n}] {one}" for n, one in enumerate(leanings, 1) if one)


def asks_against(question: str) -> bool:
    """Whether it asks who denies or opposes something."""
    return bool(_AGAINST.search(question))


def asks_demands(question: str) -> bool:
    """Whether it asks for somebody's demands, conditions, terms or aims, and not for any word of theirs."""
    return bool(_ASKS_DEMANDS.search(question))


def demands(text: str) -> bool:
    """Whether a statement has the words of one who demands."""
    return bool(_DEMANDS.search(text))
