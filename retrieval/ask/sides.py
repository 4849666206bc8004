"""A comparison as one question for each side ("How do A and B differ on Z?": what A says on Z, what B says on Z).

Knows how English sets two things side by side. Must not know how units are weighed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from retrieval.ask.facts import content
from retrieval.ask.names import canonical
from retrieval.ask.preamble import points_back, without_preamble
from retrieval.types import Evidence

_NEAR, _BESIDE = 10, 0.1
"""How far down a unit that names its side may be, and how good beside the best."""

_ASK = r"(?:who|whom|what|which|when|where|why|how)"
_DOES = r"(?:did|do|does|is|are|was|were|has|have|had|will|would|can|could)"
_DIFFER = re.compile(
    r"^(?P<lead>.*?\b)?(?:how|where|in what (?:way|respect)|on what|what)\s+(?P<does>do|does|did|have|has)\s+"
    r"(?P<a>.+?)\s+and\s+(?P<b>.+?)\s+(?:differ|disagree|diverge|part ways|compare)\b(?:\s+with each other)?"
    r"(?:\s+(?:on|over|about|as to|regarding|when it comes to|in)\s+(?P<topic>.+?))?\W*$",
    re.I,
)
_APART = re.compile(
    r"^(?P<lead>.*?\b)?(?:what\s+(?:sets|marks|tells|distinguishes|separates|divides)\s+(?P<a>.+?)"
    r"\s+(?:off from|apart from|from)"
    r"\s+(?P<b>.+?)|what(?:\s+is|\s+was|'s)\s+the\s+difference\s+between\s+(?P<c>.+?)\s+and\s+(?P<d>.+?))"
    r"(?:\s+(?:on|over|about)\s+(?P<topic>.+?))?\W*$",
    re.I,
)
_HANDS = re.compile(
    r"^(?P<head>.*?)(?P<a>\b(?:[A-Z][\w.'’-]*\s?)+),? on (?:the )?one (?:hand|side),? and "
    r"(?P<b>.+?) on the other(?: hand| side)?\b"
    r"(?P<tail>.*)$"
)
_TWICE = re.compile(
    rf"^(?P<lead>.*?\b)??(?P<asks>{_ASK}(?:\s+\w+)?\s+{_DOES})\s+(?P<a>(?:\S+\s+){{0,2}}\S+?),?\s+and\s+(?P=asks)\s+"
    r"(?P<b>\S+(?-i:\s+[A-Z]\S*)*)\s+(?P<rest>\w.*?)\W*$",
    re.I,
)
_TWO = re.compile(rf"^(?P<lead>.*?[:.,]\s+)?(?P<one>{_ASK}\b.+?),?\s+and\s+(?P<other>{_ASK}\b.+?)\W*$", re.I)
_EITHER = re.compile(
    rf"^(?P<does>{_DOES})\s+(?P<a>(?:the\s+)?(?:\w+\s)?\w+)\s+or\s+(?P<b>(?:the\s+)?\w+)\s+(?P<rest>.+?)\W*$", re.I
)
_WHICH = re.compile(
    r"^(?:who|which (?:one|of (?:the )?(?:two|them)|side))\s+(?P<rest>.+?),\s+"
    r"(?P<a>(?:the\s+)?[\w ]+) or (?P<b>(?:the\s+)?[\w ]+)\W*$",
    re.I,
)
_NOUN = rf"(?P<asks>how many|how much|which|what)\s+(?!{_DOES}\b)"


def sides(question: str) -> tuple[str, str] | None:
    """Two questions, one for each side that `question` compares; None where it compares nothing that can be told."""
    question = without_preamble(question.strip())
    for reading in (_twice, _differing, _apart, _hands, _either, _two):
        found = reading(question)
        if found and all(len(one.split()) > 2 for one in found) and found[0].lower() != found[1].lower():
            return f"{_capital(found[0])}?", f"{_capital(found[1])}?"
    return None


def marks(parts: tuple[str, str]) -> tuple[frozenset[str], frozenset[str]]:
    """For each of the two questions the words that the other has not, in their one form: what tells its side."""
    one, other = (frozenset(canonical(word.text) for word in content(part)) for part in parts)
    return one - other, other - one


def both(found: Sequence[Sequence[Evidence]], told: Sequence[frozenset[str]]) -> tuple[Evidence, ...]:
    """The best unit of each side that names it, in the order of the sides; one where it is the best of both."""
    best = [next(_naming(units, own), units[0]) for units, own in zip(found, told, strict=True)]
    return tuple({one.place: one for one in best}.values())


def _naming(units: Sequence[Evidence], told: frozenset[str]) -> Iterator[Evidence]:
    """Those of the best units that have a word of a side; "Russian-Ukrainian" names none."""
    for one in units[:_NEAR]:
        words = {canonical(word.text) for word in content(re.sub(r"\w+[-–]\w+", " ", one.quote))}
        if one.score >= _BESIDE * units[0].score and words & told:
            yield one


def _twice(question: str) -> tuple[str, str] | None:
    """ "what did A and what did B say about Z": the predicate stands once, at the end."""
    if not (found := _TWICE.match(question)):
        return None
    lead, asks, one, rest = found["lead"] or "", found["asks"], found["a"], found["rest"]
    one = re.sub(rf"\s{re.escape(rest.split()[0])}$", "", one)  # "what did A say and what did B say about Z"
    return f"{lead}{asks} {one} {rest}", f"{lead}{asks} {found['b']} {rest}"


def _differing(question: str) -> tuple[str, str] | None:
    if not (found := _DIFFER.match(question)):
        return None
    one, other = _both(found["a"], found["b"])
    lead, topic = found["lead"] or "", found["topic"]
    if topic:
        return f"{lead}what {found['does']} {one} say on {topic}", f"{lead}what {found['does']} {other} say on {topic}"
    return f"{lead}what is {one}", f"{lead}what is {other}"


def _apart(question: str) -> tuple[str, str] | None:
    if not (found := _APART.match(question)):
        return None
    one, other = _both(found["a"] or found["c"], found["b"] or found["d"])
    topic = f" on {found['topic']}" if found["topic"] else ""
    return f"{found['lead'] or ''}what is {one}{topic}", f"{found['lead'] or ''}what is {other}{topic}"


def _hands(question: str) -> tuple[str, str] | None:
    if not (found := _HANDS.match(question)):
        return None
    head = re.split(r"[.!?]\s+", found["head"])[-1]
    return f"{head}{found['a'].strip()}{found['tail']}", f"{head}{found['b'].strip()}{found['tail']}"


def _either(question: str) -> tuple[str, str] | None:
    """ "Did A or B want the larger army"; "who offered the larger loan, A or B"."""
    if found := _EITHER.match(question):
        return f"{found['does']} {found['a']} {found['rest']}", f"{found['does']} {found['b']} {found['rest']}"
    if found := _WHICH.match(question):
        return f"{found['a']} {found['rest']}", f"{found['b']} {found['rest']}"
    return None


def _two(question: str) -> tuple[str, str] | None:
    """ "which level did A keep, and which did B choose"; "what did A think of it, and what B": what is left out of the
    second is taken from the first."""
    if not (found := _TWO.match(question)):
        return None
    lead, one, other = found["lead"] or "", found["one"], found["other"]
    if len(other.split()) == 1 or points_back(other) or re.search(r"\b(?:each|both|all|some) of them\b", other):
        return None
    noun = re.match(rf"{_NOUN}(?P<noun>\w+(?:\s+\w+)?)\s+{_DOES}\b", one, re.I)
    bare = re.match(rf"(?P<asks>how many|how much|which|what)\s+(?={_DOES}\b)", other, re.I)
    if noun and bare and noun["asks"].lower() == bare["asks"].lower():
        other = f"{bare['asks']} {noun['noun']} {other[bare.end() :]}"
    elif half := re.match(r"(\w+\s\w+)\s(the\s\w+)$", one, re.I):
        first, second = _both(half[2], other.split(None, 1)[1])
        one, other = f"{half[1]} {first}", f"{half[1]} {second}"
    elif not re.search(rf"\b{_DOES}\b", other, re.I):
        instead = other.split(None, 1)[1]
        if not re.match(r"[A-Z]|(?:the|in|for|under|at|by)\s", instead):
            return None
        other = _completed(one, instead)
    return f"{lead}{one}", f"{lead}{other}"


def _completed(one: str, instead: str) -> str:
    """The first question with `instead` in its place: behind its last "in" or "for", or as its subject."""
    if place := re.match(r"(?:in|for|under|at|by)\s", instead, re.I):
        found = re.search(rf"\b{place.group().strip()}\s[^,]+$", one, re.I)
        return f"{one[: found.start()] if found else one + ' '}{instead}"
    return re.sub(
        rf"^(\w+(?:\s\w+)?\s{_DOES}\s)((?:[A-Z]\S*\s)+|\S+\s)", lambda found: f"{found[1]}{instead} ", one, count=1
    )


def _both(one: str, other: str) -> tuple[str, str]:
    """Both sides with the noun that stands with the second alone: "the Russian and Ukrainian counts of X"."""
    article = re.match(r"(?:the|a|an)\s+", one, re.I)
    name = one[article.end() :] if article else one
    rest = re.sub(r"^(?:the|a|an)\s+", "", other, flags=re.I).split(None, 1)
    if re.search(r"['’]s?$", name) and (owned := re.search(r"['’]s?\s+(.+)$", other)):
        return f"{one} {owned[1]}", other
    if article and len(name.split()) == 1 and len(rest) == 2 and rest[1].split()[0].islower():
        return f"{one} {rest[1]}", other if re.match(r"(?:the|a|an)\s", other, re.I) else f"{article.group()}{other}"
    return one, other


def _capital(text: str) -> str:
    text = text.strip().rstrip("?!. ")
    return text[:1].upper() + text[1:]
