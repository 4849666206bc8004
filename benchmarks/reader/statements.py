"""Questions out of statements: a sentence of a real passage becomes a question whose answer is known.

Knows a few regular forms of English (dates, numbers, names, causes, lists). Must not know any model or any question
set. Each statement gives pairs in both roles: with its sentence, without it, and with a name or number altered either
in the question or in the passage.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from derive import Pair, sentences

MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
DATE = re.compile(
    rf"\b(?:in|on|since|until|by|from|during)\s+((?:\d{{1,2}}\s+)?(?:{MONTH}\s+)(?:\d{{1,2}}(?:,)?\s*)?(?:\d{{4}})?|\d{{4}})(?=[\s,.;)])"
)
COUNT = "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|hundreds|thousands"
NUMBER = re.compile(
    rf"\b((?:about |more than |over |nearly |some )?(?:\d[\d,.]*\d|\d|{COUNT})"
    r"(?: (?:million|billion|hundred|thousand|percent|per cent))?)(%?)\s+([a-z]+(?:\s(?:of\s)?[a-z]+)?)"
)
MONEY = re.compile(r"([$£€]\s?\d[\d,.]*\d?(?: (?:million|billion|trillion))?)")
NAME = r"(?:[A-Z][\w’'.-]+(?:\s+(?:of|the|de|von|van|al|and the)\s+(?=[A-Z])|\s+)?){1,5}"
VERB = r"(?:is|was|were|are|has|had|have|will|can|may|became|made|won|wrote|led|said|[a-z]+ed|[a-z]+s)\b"
SUBJECT = re.compile(rf"^((?:The\s+)?{NAME})\s*(?:\([^)]*\)\s*)?(?:,[^,]{{3,60}},\s*)?({VERB}.*)$")
BY = re.compile(rf"\b(by|from|to|with|for|against)\s+({NAME})(?=[\s,.;)]|$)")
PLACE = re.compile(rf"\b(?:in|at|near|to)\s+((?:the\s+)?{NAME})(?=[\s,.;)]|$)")
CAUSE = re.compile(
    r",?\s+(?:because of|because|due to|as a result of|owing to|so that|in order to|to protest|after)\s+"
    r"(.{12,160}?)(?=[.;]|$)"
)
LISTED = re.compile(
    r"\b(?:such as|including|includes?|included|consists? of|comprises?|are|were)\s+"
    r"((?:[^,.;]{2,40},\s+)+(?:and|or)\s+[^,.;]{2,40})"
)
DEFINED = re.compile(
    rf"^((?:The\s+)?{NAME})\s*(?:\([^)]*\)\s*)?\b(?:is|was|are|were)\s+((?:an?|the)\s+[^.;]{{10,120}}?)(?:,|\.|;|$)"
)
PRONOUN = re.compile(r"^(?:He|She|It|They)\b")
PROPER = re.compile(rf"{NAME}")
YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
DIGITS = re.compile(r"\b\d[\d,.]*\b")
SAME = [
    ("said", "stated"),
    ("big", "large"),
    ("began", "started"),
    ("begin", "start"),
    ("ended", "finished"),
    ("help", "assist"),
    ("helped", "supported"),
    ("about", "roughly"),
    ("died", "passed away"),
    ("film", "movie"),
    ("located", "situated"),
    ("created", "made"),
    ("built", "constructed"),
    ("founded", "established"),
    ("wrote", "authored"),
    ("received", "got"),
    ("people", "persons"),
    ("country", "nation"),
    ("important", "significant"),
    ("many", "numerous"),
    ("released", "published"),
    ("war", "conflict"),
    ("attack", "assault"),
    ("called", "named"),
    ("known as", "called"),
    ("often", "frequently"),
    ("married", "wed"),
    ("company", "firm"),
    ("children", "kids"),
    ("became", "turned into"),
    ("used", "employed"),
    ("led", "headed"),
    ("won", "gained"),
    ("moved", "relocated"),
    ("announced", "declared"),
    ("killed", "slain"),
    ("bought", "purchased"),
    ("increase", "growth"),
    ("increased", "rose"),
    ("reduced", "cut"),
    ("agreement", "deal"),
    ("talks", "negotiations"),
    ("soldiers", "troops"),
    ("need", "require"),
    ("show", "demonstrate"),
    ("main", "chief"),
    ("required", "needed"),
    ("each", "every"),
    ("the president", "the leader"),
    ("city", "town"),
    ("however", ""),
    ("also", ""),
]


@dataclass(frozen=True, slots=True)
class Made:
    """A question made of a sentence; `start`, `end` are the answer's characters in that sentence."""

    question: str
    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Form:
    """A regular form: `answer` is its group that answers, `cut` the one left out, `kept` the one kept alone."""

    kind: str
    pattern: re.Pattern[str]
    heads: tuple[str, ...]
    answer: int = 1
    cut: int = 0
    kept: int | None = None  # such a form needs the sentence's own subject, not a pronoun


FORMS = (
    Form("when", DATE, ("when", "in what year", "when did", "when was", "what date")),
    Form("number", NUMBER, ("how many {3}", "what number of {3}", "how many {3}")),
    Form("number", MONEY, ("how much", "how much money", "what sum")),
    Form("who", SUBJECT, ("who", "what", "which", "who"), kept=2),
    Form("who", BY, ("who", "{1} whom", "what"), answer=2, cut=2),
    Form("where", PLACE, ("where", "in what place", "where was", "in which")),
    Form("why", CAUSE, ("why", "why did", "what was the reason", "for what reason", "how come")),
    Form("list", LISTED, ("which", "what", "what are"), cut=1),
    Form("what", DEFINED, ("what is", "who was", "what was", "what are"), answer=2, kept=1),
)


def make(sentence: str, title: str, rng: random.Random) -> list[Made]:
    """Every question that the forms give for one sentence; a pronoun at its head gives way to the title."""
    made: list[Made] = []
    topic = PRONOUN.match(sentence)
    body = re.sub(r"\s*\([^)]*\)", "", title) + sentence[topic.end() :] if topic and title else sentence
    shift = len(sentence) - len(body)
    for form in FORMS:
        for match in form.pattern.finditer(body):
            if topic and form.kept is not None:
                continue
            rest = match.group(form.kept) if form.kept else _around(body, *match.span(form.cut), rng)
            head = _head(form, match, rng)
            start, end = match.start(form.answer) + shift, match.end(form.answer) + shift
            end -= len(sentence[max(start, 0) : end]) - len(sentence[max(start, 0) : end].rstrip(" ,.;"))
            if 0 <= start < end <= len(sentence) and 3 <= len(f"{head} {rest}".split()) <= 30:
                made.append(Made(f"{head} {rest}", start, end, form.kind))
    return made


def _head(form: Form, match: re.Match[str], rng: random.Random) -> str:
    if form.pattern is NUMBER and (match.group(2) or "cent" in match.group(1)):
        return f"what percentage of {match.group(3)}"
    return rng.choice(form.heads).format(match.group(), *match.groups())


def _around(body: str, start: int, end: int, rng: random.Random) -> str:
    """The sentence less the answer, its far clauses dropped at random, sometimes its halves swapped."""
    before, after = body[:start].strip(" ,.;"), body[end:].strip(" ,.;")
    if len(before.split()) > 4 and rng.random() < 0.6:
        after = re.split(r"[,;:]\s", after)[0] if rng.random() < 0.7 else ""
    if "," in before and rng.random() < 0.6:
        before = before.rsplit(", ", 1)[-1] if len(before.rsplit(", ", 1)[-1].split()) > 3 else before
    if rng.random() < 0.25:
        before, after = after, before
    return " ".join(f"{before} {after}".split())


def roughen(question: str, rng: random.Random) -> str:
    """Other words for some, some words left out, question mark or none: nobody asks in the sentence's own words."""
    for word, other in SAME:
        if word in question and rng.random() < 0.7:
            question = re.sub(rf"\b{word}\b", other, question, count=1)
    words = question.split()
    rate = rng.choice([0.0, 0.08, 0.2])
    kept = words[:2] + [word for word in words[2:] if rng.random() > rate or word[0].isupper() or word[0].isdigit()]
    if len(kept) > 20:
        kept = kept[:20]
    return " ".join(kept).strip(" ,.;:") + rng.choice(["?", "", " ?"])


def altered(question: str, sentence: str, pool: Sequence[str], rng: random.Random) -> tuple[str, str] | None:
    """The same change to question and sentence: a year, number or name that both hold becomes another."""
    held = [m.group() for m in YEAR.finditer(question) if m.group() in sentence]
    held += [m.group() for m in DIGITS.finditer(question) if m.group() in sentence]
    held += [
        m.group().strip()
        for m in PROPER.finditer(question)
        if len(m.group().strip()) > 3 and m.group().strip() in sentence
    ]
    if not held:
        return None
    old = rng.choice(held)
    if YEAR.fullmatch(old):
        new = str(int(old) + rng.choice([-20, -7, -3, -2, -1, 1, 2, 3, 5, 11]))
    elif DIGITS.fullmatch(old):
        new = str(rng.randrange(2, 900))
    else:
        new = rng.choice(pool)
    return (question.replace(old, new), sentence.replace(old, new)) if new != old and new not in sentence else None


def pairs_of(
    text: str, title: str, pool: Sequence[str], rng: random.Random, source: str, each: int = 2
) -> Iterator[Pair]:
    """Pairs of one passage: for each of `each` statements four, two that answer and two that do not."""
    units = sentences(text)
    if len(units) < 3:
        return
    options = [
        (unit, made)
        for unit in units
        if 6 <= len(text[unit[0] : unit[1]].split()) <= 50
        for made in make(text[unit[0] : unit[1]], title, rng)
    ]
    rng.shuffle(options)
    kinds: set[str] = set()
    for (start, end), made in options:
        if made.kind in kinds or len(kinds) >= each:
            continue
        kinds.add(made.kind)
        sentence = text[start:end]
        question = roughen(made.question, rng)
        cut = (text[:start] + text[end:].lstrip(" ")).strip()
        yield Pair(question, text, True, ((start + made.start, start + made.end),), source, title, title)
        yield Pair(question, cut, False, (), source, title, title)
        change = altered(question, sentence, pool, rng)
        if change is None:
            continue
        other, changed = change
        yield Pair(other, text, False, (), source + " altered", title, title)
        answer = sentence[made.start : made.end]
        at = changed.find(answer)
        if at >= 0:
            yield Pair(
                other,
                text[:start] + changed + text[end:],
                True,
                ((start + at, start + at + len(answer)),),
                source + " altered",
                title,
                title,
            )
