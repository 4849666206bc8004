"""Pronouns of a follow-up replaced by what they mean, and those left alone whose noun is in the question itself.

Knows English and the names of a conversation. Used by `condense` alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from retrieval.ask.names import actors
from retrieval.ask.referents import Kind, Referent, names_in

PRONOUN = re.compile(
    r"\b(?P<word>he|him|his|she|her|hers|they|them|their|theirs|it|its)\b(?!['’]s?\s+(?:true|possible|like))",
    re.IGNORECASE,
)
_THERE = re.compile(r"\b(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bwere )(?<!\bbe )there(?=\s*(?:[?.,!]|$))", re.IGNORECASE)
_IDLE_IT = re.compile(
    r"\bit(?='s| is| was| be| would| will| were)\s*\S*\s+"
    r"(?:true|possible|likely|that|to|clear|important|rain|time|worth|better)\b"
    r"|\b(?:is|was|does|would) it "
    r"(?:true|possible|likely|mean|make sense|clear|important|worth|better|safe|legal|necessary)\b",
    re.IGNORECASE,
)
_POSSESSIVE = frozenset(("his", "their", "its"))
_OBJECTS = frozenset(("him", "her", "them"))
_SAYS_IT = re.compile(
    r"\w\W+(?:say|said|says|do|did|does|done|mean|think|know|believe|deny|about|of|to|with|for|against|by|after|on) $",
    re.IGNORECASE,
)
_INVERTED = re.compile(
    r"(?:^|[,;]|\b(?:when|where|why|how|what|who|and|but|so|long|often|much|far))\s*(?:did|does|do) $", re.IGNORECASE
)
_VERB = re.compile(r" [a-z]+\s*\S", re.IGNORECASE)
_NOT_PERSONS = frozenset(("it", "its", "they", "them", "their"))
_CLAUSE_BEFORE = re.compile(
    r"\b(?:if|when|because|while|although|since|after|before|once)\b.*\b\w{4,}.*,"
    r"|\b(?:the|an?|two|both|all|these|those|\w+['’]s)\s(?:[\w'’-]+\s)+?"
    r"(?:if|while|because|although|unless|so that)\b[^,]*$",
    re.IGNORECASE,
)
_OF_THEM = re.compile(r"\b(?:each|both|all|some|most|many|none|one) of $", re.IGNORECASE)
_GROUPS = {
    **dict.fromkeys(("he", "him", "his", "she", "her", "hers"), "person"),
    **dict.fromkeys(("they", "them", "their", "theirs"), "several"),
    **dict.fromkeys(("it", "its"), "thing"),
}
_KINDS: dict[str, tuple[Kind, ...]] = {
    "person": ("person", "unknown"),
    "several": ("thing", "unknown", "person"),
    "thing": ("thing", "unknown"),
}


def replace_pronouns(question: str, known: Sequence[Referent]) -> str:
    """Pronouns replaced by the likeliest names they can mean, two kinds of pronoun never by the same name."""
    idle = [match.span() for match in _IDLE_IT.finditer(question)]
    own = [*names_in(question), *actors(question)]
    given: dict[str, str] = {}

    def replace(match: re.Match[str]) -> str:
        word = match["word"].lower()
        before, after = question[: match.start()], question[match.end() :]
        owns = word in _POSSESSIVE or (word == "her" and re.match(r"\s+[a-z]", after) is not None)
        says = _SAYS_IT.search(before) and not (_INVERTED.search(before) and _VERB.match(after))
        if any(start <= match.start() < end for start, end in idle) or (word == "it" and says):
            return match.group()
        if word == "them" and _OF_THEM.search(before):
            return match.group()
        if any(name in before for name in own) and (owns or word not in _OBJECTS):
            return match.group()  # "Did Putin say he …": the name is there
        if word in _NOT_PERSONS and _CLAUSE_BEFORE.search(before):
            return match.group()  # "If I borrow money, is it …": what it means is there
        group = _GROUPS[word]
        taken = {name for other, name in given.items() if other != group} | set(own)
        meant = given.get(group) or _meant(group, [referent for referent in known if referent.name not in taken])
        if not meant:
            return match.group()
        given[group] = meant
        return f"{meant}’s" if owns else meant

    replaced = PRONOUN.sub(replace, question)
    place = next((referent.name for referent in known if referent.kind == "thing"), "")
    return _THERE.sub(f"in {place}", replaced) if place and not own else replaced


def _meant(group: str, known: Sequence[Referent]) -> str:
    """The likeliest name that a pronoun of the group can mean, "" where there is none."""
    kinds = _KINDS[group]
    if group == "thing" and (described := [one.name for one in known if one.kind == "described"]):
        return described[0]
    return next((referent.name for referent in known if referent.kind in kinds), "")
