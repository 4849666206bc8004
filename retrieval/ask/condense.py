"""A follow-up made to stand alone, by rules, and what is searched for so that the conversation counts.

Rules: an ordinal points into the last answer, "what about X?" asks the last question of X, a pronoun points at the
likeliest name, a question of few words is about the subject. What rules cannot tell, the search makes good: the
turn before is searched for too, with less weight. Knows turns; must not know the index or vectors.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.ask.facts import content
from retrieval.ask.pointed import date_days, name_things
from retrieval.ask.referents import Kind, Referent, described_in, full_name, kind_of, latest, names_in, referents
from retrieval.index.lexical import fold, is_common
from retrieval.ingest.sentences import sentences
from retrieval.types import Query, Role, Turn

_FEW = 3  # content words: a question of no more than these, and no name, is about what the talk was about
_SHORT = 8  # words after "what about": more of them are a question of their own
_SETTLED = 1.5  # weight from which a name is what the talk is about: asked about first in a turn, or in several
_NEW_TOPIC = re.compile(
    r"^\s*(?:(?:ok(?:ay)?|now|well|so|thanks?(?: you)?|anyway)[,.! ]+)*"
    r"(?:new (?:topic|question|subject)|(?:a |on a )?(?:different|another|unrelated) (?:topic|question|subject|note)"
    r"|change of (?:topic|subject)|(?:changing|let's change) the (?:topic|subject)|something else)\s*[:.,;–—-]+\s*",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|so|well|then|and|but)\W+)*"
    r"(?:(?:what|how) about|and(?: what about)?(?= \S)|same for)\s+(?P<rest>.+?)"
    r"(?:\s+(?:then|too|though))?\s*\??\s*$",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"^\W*(?:and\s+|but\s+|so\s+)?(?P<word>why|when|where|how|who|since when)"
    r"(?: (?:so|exactly|is that|was that|not))?\W*$",
    re.IGNORECASE,
)
_ORDINALS = {
    **dict.fromkeys(("first", "1st", "former"), 0),
    **dict.fromkeys(("second", "2nd"), 1),
    **dict.fromkeys(("third", "3rd"), 2),
    **dict.fromkeys(("fourth", "4th"), 3),
    **dict.fromkeys(("fifth", "5th"), 4),
    **dict.fromkeys(("last", "latter", "final"), -1),
}
_ORDINAL = re.compile(
    rf"\bthe (?P<which>{'|'.join(_ORDINALS)})(?: (?:one|point|item|reason|factor|option|tactic|part|thing|condition))?"
    r"(?=\s*(?:[?.,!]|$|mean|about|in\b|is\b|was\b|were\b|work|say|happen|affect))",
    re.IGNORECASE,
)
_COUNTED = re.compile(rf"\bthe (?P<which>{'|'.join(_ORDINALS)})\b", re.IGNORECASE)
_ITEM = re.compile(r"^\s*(?:[-*•]|\(?\d{1,2}[.)])\s+(.+)$", re.MULTILINE)
_MARKER = re.compile(r"\s*\[\d+\]")
_PRONOUN = re.compile(
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
_AUXILIARY = re.compile(
    r"^(?:is|are|was|were|did|do|does|has|have|had|can|could|will|would|should|may|might)\b", re.IGNORECASE
)
_QUESTION_WORD = re.compile(
    r"^(?:what|which|who|whom|when|where|why|how(?: (?:many|much|long|often|far))?)\b", re.IGNORECASE
)
_ASKS = re.compile(r"\b(?:who|whom|whose|what|which|when|where|why|how)\b|\?", re.IGNORECASE)
_PREPOSITION = re.compile(
    r"^(?:in|on|at|by|for|from|with|without|after|before|during|since|against|under|to|of|about)\b", re.IGNORECASE
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
    r"\b(?:if|when|because|while|although|since|after|before|once)\b.*\b\w{4,}.*,", re.IGNORECASE
)
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


@dataclass(frozen=True, slots=True)
class Search:
    """A text to search for, and the weights of its vector and of its BM25 scores beside the question's 1."""

    text: str
    dense: float
    lexical: float


ASKED_BEFORE = (0.3, 0.3)  # dense and lexical weight of the question before
ANSWERED_BEFORE = (0.3, 0.6)  # and of its answer: it names what the talk is about more fully
_REFUSAL = re.compile(
    r"^\W*(?:i(?:'m| am)? (?:sorry|do(?:n't| not) (?:have|know)|cannot|can't|am not able)|sorry\b|the sources do not)",
    re.IGNORECASE,
)


def condense(question: str, history: Sequence[Turn]) -> Query:
    """The question as it is searched for, readable without the history.

    A question that says it is on a new topic keeps no history. Never raises: what no rule fits stays as it was asked.
    """
    if opened := _NEW_TOPIC.match(question):
        return Query(question, question[opened.end() :].strip() or question, ())
    turns: list[tuple[Role, str]] = []
    for turn in history:
        text = _stand_alone(turn.text, turns) if turn.role == "user" else _MARKER.sub("", turn.text)
        turns.append((turn.role, text))
    return Query(question, _stand_alone(question, turns), tuple(history))


def searches(query: Query) -> list[Search]:
    """What to search for: the stand-alone question, then the turn before it with less weight.

    The vector to search with is the weighted sum of theirs; BM25 scores are added after each is divided by its best
    score and multiplied by the question's.
    """
    found = [Search(query.standalone, 1.0, 1.0)]
    asked = next((turn.text for turn in reversed(query.history) if turn.role == "user"), "")
    answered = next((turn.text for turn in reversed(query.history) if turn.role == "assistant"), "")
    if asked.strip():
        found.append(Search(asked, *ASKED_BEFORE))
    if answered.strip() and not _REFUSAL.match(answered):
        found.append(Search(_MARKER.sub("", answered), *ANSWERED_BEFORE))
    return found


def asks_something(question: str) -> bool:
    """Whether there is anything in it to look for: a word of content or of asking ("thanks!" has neither)."""
    return bool(content(question) or _ASKS.search(question))


def _stand_alone(question: str, turns: Sequence[tuple[Role, str]]) -> str:
    """The question with what it leaves out put in from the turns before, oldest first."""
    asked = latest("user", turns)
    if not turns or not question.strip():
        return question
    question = date_days(question, turns)
    if _ORDINAL.search(question):
        return _point(question, turns)
    if (bare := _BARE.match(question)) and asked:
        return _ask_again(bare["word"], asked)
    about = _ABOUT.match(question)
    whole = about and (_QUESTION_WORD.match(about["rest"]) or _AUXILIARY.match(about["rest"]))
    if about and asked and not whole and len(about["rest"].split()) <= _SHORT and not _PRONOUN.search(about["rest"]):
        return _transfer(about["rest"], asked)
    said = set(re.findall(r"\w+", fold(question)))
    known = [referent for referent in referents(turns) if not said >= set(re.findall(r"\w+", fold(referent.name)))]
    if (described := described_in(asked)) and not any(kind_of(name) == "thing" for name in names_in(asked)):
        known.append(Referent(described, "described", 0.0))
    spelt_out = _spell_out(question, known)
    replaced = name_things(_replace_pronouns(spelt_out, known), turns)
    if replaced != question or not known:
        return replaced
    return _add_subject(question, known)


def _point(question: str, turns: Sequence[tuple[Role, str]]) -> str:
    """ "the third one" replaced by the item of the last answer that it points at."""
    match = _ORDINAL.search(question)
    answered = latest("assistant", turns)
    if not match or not answered:
        return question
    items = _ITEM.findall(answered) or [answered[start:end] for start, end in sentences(answered)]
    place = _ORDINALS[match["which"].lower()]
    if len(items) < 2 or place >= len(items):
        return _count_on(match["which"], question, turns)
    item = " ".join(_MARKER.sub("", items[place]).split()).rstrip(".;,")
    if _ABOUT.match(question):
        return f"What about this: {item}?"
    return f"{question[: match.start()]}“{item}”{question[match.end() :]}"


def _count_on(which: str, question: str, turns: Sequence[tuple[Role, str]]) -> str:
    """The question before asked of the next in the row: "the second one?" after "When was the first treaty signed?"."""
    asked = latest("user", turns)
    counted = [match for match in _COUNTED.finditer(asked) if match["which"].lower() != which.lower()]
    if not counted or not _ABOUT.match(question):
        return question
    start, end = counted[0].span("which")
    return f"{asked[:start]}{which}{asked[end:]}"


def _ask_again(word: str, asked: str) -> str:
    """ "Why?" after "Did Russia refuse?" is "Why did Russia refuse?"."""
    word = word[0].upper() + word[1:].lower()
    rest = asked.strip()
    if not _AUXILIARY.match(rest):
        without = _QUESTION_WORD.sub("", rest, count=1).strip()
        if not _AUXILIARY.match(without):
            return f"{word}: {rest}"
        rest = without
    return f"{word} {rest[0].lower()}{rest[1:]}"


def _transfer(rest: str, asked: str) -> str:
    """The question before asked of something else: its last name, or its last words, give way to `rest`."""
    rest = rest.strip()
    stem_ = asked.strip().rstrip("?").rstrip()
    if _PREPOSITION.match(rest):
        first = rest.split()[0]
        swapped = re.sub(
            rf"\s+{first}\s+(?:(?!\s(?:in|on|at|by|for|from|with|to|of|about)\s).)+$", "", stem_, flags=re.IGNORECASE
        )
        return f"{swapped} {rest}?"
    named = names_in(rest)
    alike = [name for name in reversed(names_in(stem_)) if named and kind_of(name) == kind_of(named[0])]
    other = [name for name in reversed(names_in(stem_)) if named and "unknown" in (kind_of(name), kind_of(named[0]))]
    for name in [*alike, *other][:1]:
        at = stem_.rfind(name)
        return f"{stem_[:at]}{rest}{stem_[at + len(name) :]}?"
    shorter = re.sub(r"\s+(about|on|for|with|to|of|against|by)\s+\S.*$", rf" \1 {rest}", stem_, flags=re.IGNORECASE)
    return f"{shorter}?" if shorter != stem_ else f"{stem_}, as regards {rest}?"


def _replace_pronouns(question: str, known: Sequence[Referent]) -> str:
    """Pronouns replaced by the likeliest names they can mean, two kinds of pronoun never by the same name."""
    idle = [match.span() for match in _IDLE_IT.finditer(question)]
    own = names_in(question)
    given: dict[str, str] = {}

    def replace(match: re.Match[str]) -> str:
        word = match["word"].lower()
        before, after = question[: match.start()], question[match.end() :]
        owns = word in _POSSESSIVE or (word == "her" and re.match(r"\s+[a-z]", after) is not None)
        says = _SAYS_IT.search(before) and not (_INVERTED.search(before) and _VERB.match(after))
        if any(start <= match.start() < end for start, end in idle) or (word == "it" and says):
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

    replaced = _PRONOUN.sub(replace, question)
    place = next((referent.name for referent in known if referent.kind == "thing"), "")
    return _THERE.sub(f"in {place}", replaced) if place else replaced


def _spell_out(question: str, known: Sequence[Referent]) -> str:
    """Persons by their full names."""
    for name in names_in(question):
        at = question.find(name)
        question = f"{question[:at]}{full_name(name, known)}{question[at + len(name) :]}"
    return question


def _meant(group: str, known: Sequence[Referent]) -> str:
    """The likeliest name that a pronoun of the group can mean, "" where there is none."""
    kinds = _KINDS[group]
    if group == "thing" and (described := [one.name for one in known if one.kind == "described"]):
        return described[0]
    return next((referent.name for referent in known if referent.kind in kinds), "")


def _add_subject(question: str, known: Sequence[Referent]) -> str:
    """A question of few words and no name gets the likeliest name put behind."""
    words = [word for word in re.findall(r"\w+", fold(question)) if not is_common(word)]
    if not asks_something(question) or names_in(question) or len(words) > _FEW or known[0].weight < _SETTLED:
        return question
    body = question.rstrip().rstrip("?.! ")
    mark = question.rstrip()[len(body) :].strip() or "?"
    return f"{body} ({known[0].name}){mark}"
