"""What a conversation has been about: the names in its turns, the likeliest first, for pronouns to point at.

Knows how names are written and the nouns that tell a body or a place from a person; knows nothing of meaning. Used by
`condense` alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from retrieval.types import Role

Kind = Literal["person", "thing", "described", "unknown"]

_PART = r"(?:[A-ZÀ-ÞА-ЯЄІЇҐ][\w’'&-]*\.?|[A-Z](?:\.[A-Z])+\.?|\d+(?:st|nd|rd|th)?(?=\s[A-ZА-Я]))"
_PARTICLE = r"(?:von der|van der|van den|von|van|de la|de|del|della|al|bin|ben)"
_NAME = re.compile(
    rf"(?:\b{_PARTICLE}\s+)?{_PART}(?:(?:\s+(?:of|the|and|de|von|van|del|la|for|on|in|von der)){{1,2}}\s+{_PART}"
    rf"|\s+{_PART})*"
)
_GOES_ON = (
    r"(?:that|which|who|of|in|for|between|on|at|with|to|by|from|was|were|is|are|did|does|has|had|have|take|took|come|came"
    r"|end|ended|begin|began|start|started|fail|failed|mean|say|said|propose|proposed)"
)
_DESCRIBED = re.compile(
    rf"\bthe (?:[a-z-]+ ){{0,2}}[a-z-]+(?= {_GOES_ON}\b)|\bthe (?:[a-z-]+ ){{0,2}}[a-z-]+(?=\s*[?.,;]|$)"
)
_WHO = re.compile(r"\W*who(?:['’]?s| is| was) (?P<who>(?!the |an? )[a-z][a-z'’-]+(?: [a-z][a-z'’-]+){1,2})\W*$")
_VAGUE = re.compile(
    r"\b(?:same|other|first|second|third|last|ones?|next|following|way|time|year|day|people|reasons?)\b"
)
_NOT_NAMES = frozenset(
    """a an and are as at be but by can could did do does for from had has have he her his how i if in into is it its me
    my no not of on or our she should so some such than that the their them then there these they this those through to
    too was we were what when where which while who whom whose why will with would you your yes yet after before during
    although however since until also because despite many most much more other others another tell please ok okay well
    thanks sorry oh wow hi hello let give name list describe explain compare unfortunately according first second third
    january february march april may june july august september october november december monday tuesday wednesday
    thursday friday saturday sunday besides were any all both each i'm i'd i've don't didn't it's that's what's who's
    are aren't is isn't was wasn't can't im mr mrs ms dr two three four five six seven eight nine ten here now about
    still once instead today yesterday both either neither only even just like under over between among within one
    source sources article brief passage""".split()
)
_THINGS = frozenset(
    """party council ministry union university college school army navy force forces group company agreement agreements
    treaty war series album song house court bank committee commission association federation nations states kingdom
    republic empire organization organisation band league club team church act law protocol memorandum accord accords
    summit assembly conference congress parliament duma senate government kremlin station plant bridge sea river island
    islands city region oblast district county province province street park museum stadium center centre department
    agency bureau institute foundation corps battalion brigade division operation plan package initiative program
    programme project fund prize award cup tour festival times post journal news press magazine hospital airport line
    road square tower building mountains lake ocean east west north south records studios pictures network""".split()
)
_PLACES = frozenset(
    """russia ukraine belarus poland germany france britain england scotland ireland wales spain italy turkey türkiye
    china japan india iran israel korea america usa us u.s eu nato un uk europe asia africa moscow kyiv kiev london
    paris berlin washington brussels istanbul minsk geneva vienna beijing crimea donbas donbass donetsk luhansk kherson
    zaporizhzhia mariupol kharkiv odesa bakhmut kursk soviet ussr canada mexico brazil australia california texas york
    chicago hollywood g7 osce icc imf""".split()
)
_HONORIFICS = frozenset(
    """president prime minister chancellor secretary general mr mrs ms dr sir lord lady king queen prince princess pope
    senator governor captain colonel major professor ambassador tsar emperor saint""".split()
)
_DECAY = 0.9  # what a name's weight keeps for each turn that has passed since
_ASKED, _ANSWERED = 1.0, 0.3  # a name in a question weighs more than one in an answer, which holds many
_FIRST = 0.5  # what the first name of a turn weighs more: it is mostly the subject


@dataclass(frozen=True, slots=True)
class Referent:
    """A name a pronoun may point at. `weight` is comparable within one conversation."""

    name: str
    kind: Kind
    weight: float


def referents(turns: Sequence[tuple[Role, str]]) -> list[Referent]:
    """The names of earlier turns (oldest first), the likeliest to be meant first.

    A short form joins the long one ("Putin", "Vladimir Putin"); a name counts for each turn it is in, less with age.
    """
    weights: dict[str, float] = {}
    for age, (role, text) in enumerate(reversed(turns)):
        weight = (_ASKED if role == "user" else _ANSWERED) * _DECAY**age
        asked = [found["who"].title()] if role == "user" and (found := _WHO.match(text)) else []
        for at, name in enumerate(dict.fromkeys([*asked, *names_in(text)])):
            full = _join(name, weights)
            weights[full] = weights.get(full, 0.0) + weight * (1 + _FIRST * (at == 0))
    ranked = sorted(weights.items(), key=lambda item: -item[1])
    return [Referent(name, kind_of(name), weight) for name, weight in ranked]


def latest(role: Role, turns: Sequence[tuple[Role, str]]) -> str:
    """The last thing that somebody of this role said, "" where there is none."""
    return next((text for said_by, text in reversed(turns) if said_by == role), "")


def names_in(text: str) -> list[str]:
    """The names in a text as written, in order, without the words that only open a sentence."""
    found = []
    for part in (part for match in _NAME.finditer(text) for part in re.split(r"\s+and\s+", match.group())):
        name = _without_common_ends(part)
        if name and (len(name) > 1 or name.isdigit()) and any(character.isalpha() for character in name):
            found.append(name)
    return found


def kind_of(name: str) -> Kind:
    """A person where it reads like first and last name or has an honorific, a thing by its nouns, else unknown."""
    words = [word.strip(".’'").lower() for word in name.split()]
    if any(word in _THINGS or word in _PLACES for word in words) or any(character.isdigit() for character in name):
        return "thing"
    if words[0] in _HONORIFICS:
        return "person"
    if name.isupper() or words[0] == "the" or any(word in ("of", "and", "for", "on", "in") for word in words):
        return "thing"
    return "person" if 2 <= len(words) <= 4 else "unknown"


def _without_common_ends(name: str) -> str:
    words = name.split()
    while words and words[0].strip(".,").lower() in _NOT_NAMES and words[0] != "I":
        words = words[1:]
    while words and words[-1].strip(".,").lower() in _NOT_NAMES:
        words = words[:-1]
    joined = " ".join(words)
    joined = re.sub(r"['’]s?$", "", joined)
    return joined if joined.endswith("Jr.") or re.search(r"\.\w\.$", joined) else joined.rstrip(".")


def _join(name: str, known: dict[str, float]) -> str:
    """The known name that this one is short for or that is short for this one, kept under its longer form."""
    words = set(name.lower().split())
    for other in list(known):
        others = set(other.lower().split())
        if words <= others:
            return other
        if others < words and kind_of(name) != "thing":
            known[name] = known.pop(other)
            return name
    return name


def described_in(text: str) -> str:
    """What a question describes in small letters, "the reparations loan": what "it" means where no name can be it."""
    found = _DESCRIBED.search(text)
    return found.group() if found and not _VAGUE.search(found.group()) else ""


def full_name(name: str, known: Sequence[Referent]) -> str:
    """The longer form of a person's name where the conversation has used one, else the name itself."""
    words = set(name.lower().split())
    for referent in known:
        if referent.kind == "person" and words < set(referent.name.lower().split()):
            return referent.name
    return name
