"""Whose a thing is: "the Russian constitution" is not answered by a sentence on the Ukrainian one.

Knows the countries of this subject by their adjectives. Must not know scores.
"""

from __future__ import annotations

import re
from functools import lru_cache

from retrieval.ask.facts import stem
from retrieval.ask.names import actors, canonical

_OWNED = re.compile(
    r"\b(?P<whose>[A-Za-z]+(?:ian|ean|an|ish|ese|ench|utch|reek|wiss|['’]s))\s(?=(?P<things>(?:[A-Z][a-z]+\s)?[A-Za-z]{3,})\b)"
)
_BODIES = frozenset(("eu", "un", "nato", "europe", "west", "africa"))  # two words, or many countries


def exchanged(question: str, text: str) -> tuple[str, ...]:
    """What the question asks of one country and the text tells only of others ("Russian constitution")."""
    asked = _owned(question)
    if not asked:
        return ()
    told = _owned(text)
    found: list[str] = []
    for thing, owners in asked.items():
        others = told.get(thing, {})
        if others and not set(owners) & set(others) and not _bare(text, thing, others):
            found += owners.values()
    return tuple(found)


@lru_cache(maxsize=4096)
def _owned(text: str) -> dict[str, dict[str, str]]:
    """By stem each thing that a country's adjective or possessive stands before: whose it is, and how it is written."""
    own, found = set(actors(text)), dict[str, dict[str, str]]()
    for match in _OWNED.finditer(text) if own else ():
        who = canonical(match["whose"])
        if match["whose"] in own and who not in _BODIES:
            for thing in match["things"].split():
                if thing not in own:
                    found.setdefault(stem(thing.lower()), {})[who] = f"{match['whose']} {thing}"
    return found


def _bare(text: str, thing: str, owners: dict[str, str]) -> bool:
    """Whether the thing also stands somewhere without an owner: whose it is there, nobody can tell."""
    times = sum(stem(word.lower()) == thing for word in re.findall(r"[A-Za-z]+", text))
    return times > len(owners)
