"""The figures by which a unit is judged as evidence for a question: coverage, meaning, kind of answer, conflicts.

Knows questions (asks), words (facts, wordtable), kinds of answers (offers) and vectors that it is given. Knows no
weights (evidence) and never reads a file or runs a model. Every feature is 0 where it does not apply.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from retrieval.ask.asks import KINDS, Asks
from retrieval.ask.dates import in_words
from retrieval.ask.facts import Facts, bigrams, content, facts, together
from retrieval.ask.furniture import is_about_article, needs_company
from retrieval.ask.offers import Span, offers
from retrieval.ask.wordtable import WordTable
from retrieval.types import Passage, Unit

_FUTURE = re.compile(
    r"\b(?:will|would|shall|plans?|planned|intends?|hopes?|expect\w*|propos\w+|may|might|could|due to|going to)\b", re.I
)
_PAST_QUESTION = re.compile(r"\b(?:did|was|were|had|has|have|happened|became|got)\b", re.I)
_QUALIFIERS = frozenset(
    "first last only most least best worst next previous second third final latest earliest newest oldest half twice"
    " before after during until since without except outside other another more less fewer than both all every each"
    " original originally again new former".split()
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question with what is compared: its stems of content, their rarities (`weights` sum to 1) and its vector."""

    asked: Asks
    stems: tuple[str, ...]
    rarity: NDArray[np.float32]
    weights: NDArray[np.float32]
    vector: NDArray[np.float32]
    qualifiers: frozenset[str]


def question(asked: Asks, vector: NDArray[np.float32], table: WordTable) -> Question:
    """Prepares a question for `measure`; a question without content has one empty stem that nothing matches."""
    stems = tuple(dict.fromkeys(word.stem for word in asked.content)) or ("",)
    rarity = table.rarity(stems)
    weights = rarity / max(float(rarity.sum()), 1e-6)
    said = {word.text.lower() for word in asked.facts.words}
    return Question(asked, stems, rarity, weights, vector, frozenset(said & _QUALIFIERS))


@dataclass(frozen=True, slots=True)
class Match:
    """How well each stem of the question is met: by each unit alone, by it and what surrounds it, by the whole passage.

    `unit` and `near` are (stems, units), `passage` is (stems,); all 0..1, 1 only for the very stem.
    """

    unit: NDArray[np.float32]
    near: NDArray[np.float32]
    passage: NDArray[np.float32]


def match(asked: Question, passage: Passage, table: WordTable) -> Match:
    """Compares the question's stems with those of a passage, its titles and the sentences that introduce its units."""
    titles = frame(passage)
    texts = [passage.slice(unit.start, unit.end) for unit in passage.units]
    leads = [unit.lead_in for unit in passage.units]
    best = _best(asked.stems, [titles, *texts, *leads], table)
    count = len(texts)
    unit, own = best[:, 1 : count + 1], np.maximum(best[:, 1 : count + 1], best[:, count + 1 :])
    edge = np.zeros_like(own[:, :1])
    before, after = np.hstack([edge, own[:, :-1]]), np.hstack([own[:, 1:], edge])
    near = np.maximum.reduce([own, before, after, np.repeat(best[:, :1], count, axis=1)])
    return Match(unit, near, best.max(axis=1))


def frame(passage: Passage) -> str:
    """What stands over a passage: title, headings, and who speaks and when, which may stand nowhere in what is said.

    A brief speaks of others' words and days, so who wrote it and when tells nothing of them.
    """
    source = passage.source
    spoken = () if source.kind == "brief" else (source.publisher, in_words(source.date))
    return " . ".join(part for part in (source.title, *spoken, *passage.headings) if part)


def _best(wanted: Sequence[str], texts: Sequence[str], table: WordTable) -> NDArray[np.float32]:
    """For each stem and each text, the best that a word of the text does for the stem. (stems, texts)."""
    found = [stems_of(text) for text in texts]
    distinct = list(dict.fromkeys(stem for stems in found for stem in stems))
    column = {stem: index for index, stem in enumerate(distinct)}
    nearness = table.nearness(wanted, distinct)
    best = np.zeros((len(wanted), len(texts)), np.float32)
    for index, stems in enumerate(found):
        if stems:
            best[:, index] = nearness[:, [column[stem] for stem in stems]].max(axis=1)
    return best


@lru_cache(maxsize=8192)
def stems_of(text: str) -> tuple[str, ...]:
    """The distinct stems of a text's words of content."""
    return tuple(dict.fromkeys(word.stem for word in content(text)))


def measure(
    asked: Question, passage: Passage, vectors: NDArray[np.float32], table: WordTable
) -> list[dict[str, float]]:
    """The features of every unit of one passage, headings too, in the order of its units.

    Args:
        asked: from `question`.
        passage: the passage, with at least one unit.
        vectors: of its units, (units, dimension), unit length.
        table: rarity and nearness of words.
    """
    met = match(asked, passage, table)
    similar = vectors @ asked.vector
    whole = vectors.mean(axis=0)
    whole_similar = float(whole @ asked.vector / max(float(np.linalg.norm(whole)), 1e-6))
    texts = [passage.slice(unit.start, unit.end) for unit in passage.units]
    stated = [facts(text) for text in texts]
    found = [_offered(asked, text) for text in texts]
    titles = facts(frame(passage))
    around = together([*stated, titles])
    shared = _of_passage(asked, met, around)
    shared["passage similarity"] = whole_similar
    shared["best similarity"] = float(similar.max())
    rows = []
    for index, unit in enumerate(passage.units):
        text = texts[index]
        row = dict(shared)
        row.update(_of_words(asked, met, index))
        row.update(_of_meaning(asked, similar, vectors, index))
        row.update(_of_kind(asked, text, unit))
        row.update(_of_offer(asked, met, found, index, text))
        row.update(_of_conflict(asked, stated[index], text))
        row.update(
            _of_surroundings(asked, met, index, [*stated[max(0, index - 1) : index + 2], titles, facts(unit.lead_in)])
        )
        row.update(_of_place(passage, index, text))
        rows.append(row)
    return rows


def _of_passage(asked: Question, met: Match, around: Facts) -> dict[str, float]:
    """What of the question the whole passage lacks: a share of its words, its rarest word, years, numbers, names."""
    lost = asked.rarity * (1 - met.passage)
    names = asked.asked.facts.names
    said = asked.asked.facts
    plain_numbers = said.numbers - {float(year) for year in said.years}
    return {
        "passage covers": float(met.passage @ asked.weights),
        "passage repeats": float((met.passage >= 1) @ asked.weights),
        "rarest word lost": float(lost.max()) / 10,
        "names lost": float(len(names - around.stems)),
        "years lost": float(len(said.years - around.years)),
        "numbers lost": float(len(plain_numbers - around.numbers)),
        "months lost": float(len(said.months - around.stems)),
        "qualifiers lost": float(len(asked.qualifiers - around.spoken)),
    }


def _of_words(asked: Question, met: Match, index: int) -> dict[str, float]:
    """How much of the question's words the unit and its surroundings hold."""
    unit, near = met.unit[:, index], met.near[:, index]
    return {
        "unit covers": float(unit @ asked.weights),
        "unit repeats": float((unit >= 1) @ asked.weights),
        "near covers": float(near @ asked.weights),
        "near repeats": float((near >= 1) @ asked.weights),
        "rarest word far": float((asked.rarity * (1 - near)).max()) / 10,
        "words met": float((unit > 0.5).sum()) / 5,
        "focus met": float(unit[asked.stems.index(asked.asked.focus)]) if asked.asked.focus in asked.stems else 0.0,
        "focus near": float(near[asked.stems.index(asked.asked.focus)]) if asked.asked.focus in asked.stems else 0.0,
    }


def _of_meaning(
    asked: Question, similar: NDArray[np.float32], vectors: NDArray[np.float32], index: int
) -> dict[str, float]:
    """Cosines with the question: the unit's, its neighbours', its lead over the other units of the passage."""
    others = np.delete(similar, index)
    pair = vectors[max(0, index - 1) : index + 1].mean(axis=0)
    return {
        "similarity": float(similar[index]),
        "similarity with forerunner": float(pair @ asked.vector / max(float(np.linalg.norm(pair)), 1e-6)),
        "forerunner similarity": float(similar[index - 1]) if index else 0.0,
        "follower similarity": float(similar[index + 1]) if index + 1 < len(similar) else 0.0,
        "similarity lead": float(similar[index] - others.max()) if len(others) else 0.0,
    }


def _of_kind(asked: Question, text: str, unit: Unit) -> dict[str, float]:
    """Whether the unit holds words of the kind asked for that the question does not hold itself."""
    known = asked.asked.facts.stems
    row = {f"offers {kind}": 0.0 for kind in KINDS}
    row |= {f"lacks {kind}": 0.0 for kind in KINDS}
    for kind in asked.asked.kinds:
        found = offers(kind, text, known) if kind not in ("list", "yesno", "fact") else []
        row[f"{'offers' if found else 'lacks'} {kind}"] = 1.0
    fresh = [word for word in content(text) if word.stem not in known]
    row["fresh words"] = min(len(fresh), 25) / 10
    row["item for list"] = float(unit.kind == "item" and asked.asked.wants_list)
    row["is item"] = float(unit.kind == "item")
    row["is row"] = float(unit.kind == "row")
    row["series for list"] = float(asked.asked.wants_list and len(re.findall(r",|;|\band\b", text)) >= 2)
    row["asks itself"] = float(text.rstrip().endswith("?"))
    return row


def _offered(asked: Question, text: str) -> list[Span]:
    """The spans of a unit that are of a kind asked for, where that kind shows in the spelling."""
    known = asked.asked.facts.stems
    kinds = [kind for kind in asked.asked.kinds if kind in ("person", "place", "date", "number", "reason")]
    return [span for kind in kinds for span in offers(kind, text, known)]


def _of_offer(asked: Question, met: Match, found: Sequence[list[Span]], index: int, text: str) -> dict[str, float]:
    """Whether what is of the kind asked for stands by the question's words, and whether other units offer it too."""
    own = found[index]
    typed = any(kind in ("person", "place", "date", "number", "reason") for kind in asked.asked.kinds)
    offering = sum(bool(spans) for spans in found)
    shared = [word for word in content(text) if word.stem in asked.asked.facts.stems]
    gaps = [max(word.start - end, start - word.end, 0) for start, end in own for word in shared]
    measured = [
        word
        for word in shared
        if word.stem == asked.asked.focus
        for a, b in own
        if -2 <= word.start - b <= 25 or a <= word.start <= b
    ]
    return {
        "offers asked": float(bool(own)) - float(typed and not own),
        "only offer": float(bool(own) and offering == 1),
        "offer beside words": 1 / (1 + min(gaps) / 20) if gaps else 0.0,
        "measures focus": float("number" in asked.asked.kinds and bool(measured)),
        "forerunner covers": float(met.unit[:, index - 1] @ asked.weights) if index else 0.0,
        "follower covers": float(met.unit[:, index + 1] @ asked.weights) if index + 1 < len(found) else 0.0,
    }


def _of_conflict(asked: Question, own: Facts, text: str) -> dict[str, float]:
    """Where the unit says otherwise than the question: another year or number, not for yes, will for did."""
    said = asked.asked.facts
    return {
        "other year": float(bool(said.years and own.years and not said.years & own.years)),
        "same year": float(bool(said.years & own.years)),
        "same number": float(bool((said.numbers - {1.0, 2.0}) & own.numbers)),
        "same name": float(len(said.names & own.stems)),
        "name away": float(bool(said.names) and not said.names & own.stems),
        "negation differs": float(said.negated != own.negated),
        "plan for deed": float(
            bool(_FUTURE.search(text))
            and bool(_PAST_QUESTION.search(asked.asked.question))
            and not _FUTURE.search(asked.asked.question)
        ),
        "qualifiers away": float(len(asked.qualifiers - own.spoken)),
        "pairs met": float(len(bigrams(asked.asked.content) & bigrams([word for word in own.words if word.is_content])))
        / 2,
    }


def _of_surroundings(asked: Question, met: Match, index: int, near: Sequence[Facts]) -> dict[str, float]:
    """Whether a year, and how many names, of the question stand neither in the unit nor beside or above it."""
    said = asked.asked.facts
    names = [stem for stem in said.names if stem in asked.stems]
    return {
        "year far": float(bool(said.years - together(near).years)),
        "names far": float(sum(met.near[asked.stems.index(stem), index] < 0.5 for stem in names)),
    }


def _of_place(passage: Passage, index: int, text: str) -> dict[str, float]:
    """Where the unit stands, how long it is, whether a question stands before it, whether it begins with "he"."""
    before = passage.units[index - 1] if index else None
    return {
        "first": float(index == 0),
        "position": index / max(len(passage.units) - 1, 1),
        "length": float(np.log1p(len(text.split()))) / 4,
        "short": float(len(text.split()) < 5),
        "units": len(passage.units) / 10,
        "answers a question": float(
            before is not None and passage.slice(before.start, before.end).rstrip().endswith("?")
        ),
        "begins with pronoun": float(needs_company(text)),
        "about the article": float(is_about_article(text)),
    }
