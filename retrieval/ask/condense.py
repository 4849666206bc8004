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
from retrieval.ask.names import actors
from retrieval.ask.pointed import date_days, name_things
from retrieval.ask.pronouns import PRONOUN, replace_pronouns
from retrieval.ask.referents import Referent, described_in, full_name, kind_of, latest, names_in, referents
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
_MYSELF = re.compile(r"\b(?:do|can|could|should|would|am) I\b|\bmy\b", re.IGNORECASE)


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
    if about and asked and not whole and len(about["rest"].split()) <= _SHORT and not PRONOUN.search(about["rest"]):
        return _transfer(about["rest"], asked)
    said = set(re.findall(r"\w+", fold(question)))
    known = [referent for referent in referents(turns) if not said >= set(re.findall(r"\w+", fold(referent.name)))]
    if (described := described_in(asked)) and not any(kind_of(name) == "thing" for name in names_in(asked)):
        known.append(Referent(described, "described", 0.0))
    spelt_out = _spell_out(question, known)
    replaced = name_things(replace_pronouns(spelt_out, known), turns)
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
    known = list(reversed(names_in(stem_))) if named else []
    alike = [name for name in known if kind_of(name) == kind_of(named[0])]
    lands = [name for name in alike if kind_of(name) == "thing" and actors(rest) and actors(name)]  # "and China?"
    other = [name for name in known if "unknown" in (kind_of(name), kind_of(named[0]))]
    for name in [*lands, *alike, *other][:1]:
        at = stem_.rfind(name)
        before = re.sub(r"\bthe $", "", stem_[:at], flags=re.IGNORECASE)
        return f"{before}{rest}{stem_[at + len(name) :]}?"
    shorter = re.sub(r"\s+(about|on|for|with|to|of|against|by)\s+\S.*$", rf" \1 {rest}", stem_, flags=re.IGNORECASE)
    return f"{shorter}?" if shorter != stem_ else f"{stem_}, as regards {rest}?"


def _spell_out(question: str, known: Sequence[Referent]) -> str:
    """Persons by their full names."""
    for name in names_in(question):
        at = question.find(name)
        question = f"{question[:at]}{full_name(name, known)}{question[at + len(name) :]}"
    return question


def _add_subject(question: str, known: Sequence[Referent]) -> str:
    """A question of few words and no name gets the likeliest name put behind."""
    words = [word for word in re.findall(r"\w+", fold(question)) if not is_common(word)]
    if (
        not asks_something(question)
        or names_in(question)
        or _MYSELF.search(question)
        or len(words) > _FEW
        or known[0].weight < _SETTLED
    ):
        return question
    body = question.rstrip().rstrip("?.! ")
    mark = question.rstrip()[len(body) :].strip() or "?"
    return f"{body} ({known[0].name}){mark}"
