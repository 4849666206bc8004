"""What a text states that can be compared without understanding it: words, years, numbers, units, names, negations.

Knows spelling, the English stemmer and short word lists. Knows nothing of questions, passages, scores or models.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import Stemmer

from retrieval.index.spellings import SPELLINGS

_WORD = re.compile(r"(?<![\w-])[A-Z]{1,5}-\d{1,3}(?![\w-])|[^\W_]+(?:['’][^\W_]+)*")  # "G-7" is one word, as "G7" is
_YEAR = re.compile(r"(?<![\d.,])(1[0-9]{3}|20[0-9]{2})(?:s\b|(?![\d]|[.,]\d))")
_NUMBER = re.compile(r"(?<![\w.,])[$€£₽]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|(?<![\w.,])[$€£₽]?\d+(?:\.\d+)?")
_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nor|neither|nobody|nothing|without|cannot|refus\w+|den(?:y|ied|ies)|fail\w*|\w+n['’]t)\b",
    re.I,
)
_OPENING = re.compile(r"[.!?:;\n|•“\"(–—]")
_MONTHS = "january february march april may june july august september october november december".split()
_SPELT: dict[str, float] = {
    word: float(value)
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
        " seventeen eighteen nineteen twenty".split()
    )
}
_SPELT |= {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_SPELT |= {"hundred": 100, "thousand": 1000, "dozen": 12, "half": 0.5, "twice": 2, "once": 1, "both": 2}
_SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "bn": 1e9, "m": 1e6}

STOPWORDS = frozenset(
    "a about after all also am an and any are as at be because been before being both but by can come could did do does"
    " doing done during each else ever every for from get got had has have having he her here hers him his how i if in"
    " into is it its itself just let like made make many may me might mine more most much must my no nor not of off on"
    " once one only onto or other our out over own per put same shall she should so some still such than that the their"
    " them then there these they this those though through to too under until up upon us very via was we were what when"
    " where whether which while who whom whose why will with would yes yet you your according tell give name say says"
    " said please explain describe list know thing things happen happens happened actually really exactly kind sort"
    " someone something anyone anything s t d ll re ve m don didn doesn isn wasn aren couldn wouldn won"
    " wont dont cant didnt doesnt isnt wasnt arent couldnt wouldnt shouldnt whats wtf bro nah yeah lol eli5 pls plz tho"
    " ok okay hey hi hello thanks thx cheers summarise summarize".split()
)
"""Words that say what is wanted or hold a sentence together, not what it is about."""


class Word(NamedTuple):
    """A word of a text: its place, how it is written, its stem (what is compared), whether it says what it is about.

    A tuple, since a question makes thousands.
    """

    start: int
    end: int
    text: str
    stem: str
    is_content: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """What one text states. `numbers` are values (years among them), `names` are stems of words written as names.

    `spoken` are all its words in small letters, unstemmed.
    """

    words: tuple[Word, ...]
    stems: frozenset[str]
    years: frozenset[str]
    numbers: frozenset[float]
    names: frozenset[str]
    negated: bool
    months: frozenset[str]
    spoken: frozenset[str]


@lru_cache(maxsize=1)
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english", 0)


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The English stem of one word, in small letters, without a possessive."""
    plain = re.sub(r"['’](?:s|t|d|m|ve|ll|re)?$|-", "", word.lower())
    plain = SPELLINGS.get(plain, plain)
    return str(_stemmer().stemWord(plain))


@lru_cache(maxsize=8192)
def words(text: str) -> tuple[Word, ...]:
    """The words of a text in order, with their places in it."""
    return tuple(Word(*m.span(), m.group(), *_kept(m.group())) for m in _WORD.finditer(text))


@lru_cache(maxsize=65536)
def _kept(word: str) -> tuple[str, bool]:
    found = stem(word)
    return found, word.lower() not in STOPWORDS and found not in STOPWORDS


def content(text: str) -> tuple[Word, ...]:
    """The words that say what the text is about."""
    return tuple(word for word in words(text) if word.is_content)


@lru_cache(maxsize=8192)
def facts(text: str) -> Facts:
    """Reads off one text what can be compared with another."""
    found = words(text)
    years = frozenset(m.group(1) for m in _YEAR.finditer(text))
    return Facts(
        words=found,
        stems=frozenset(word.stem for word in found),
        years=years,
        numbers=frozenset(numbers(text)),
        names=frozenset(names(text)),
        negated=bool(_NEGATION.search(text)),
        months=frozenset(word.stem for word in found if word.text.lower() in _MONTHS and word.text[0].isupper()),
        spoken=frozenset(word.text.lower() for word in found),
    )


def together(parts: Iterable[Facts]) -> Facts:
    """What several texts state between them; `words` is left empty."""
    found = list(parts)
    return Facts(
        words=(),
        stems=frozenset().union(*(part.stems for part in found)),
        years=frozenset().union(*(part.years for part in found)),
        numbers=frozenset().union(*(part.numbers for part in found)),
        names=frozenset().union(*(part.names for part in found)),
        negated=any(part.negated for part in found),
        months=frozenset().union(*(part.months for part in found)),
        spoken=frozenset().union(*(part.spoken for part in found)),
    )


def numbers(text: str) -> list[float]:
    """The values of a text's numbers, in digits or spelt ("1,200", "6.2 million", "fourteen"), in their order."""
    found: list[tuple[int, float]] = []
    for match in _NUMBER.finditer(text):
        value = float(match.group().lstrip("$€£₽").replace(",", ""))
        scale = re.match(r"[\s-]?(thousand|million|billion|trillion|bn|m)\b", text[match.end() :])
        found.append((match.start(), value * (_SCALES[scale.group(1)] if scale else 1.0)))
    spelt = [word for word in words(text) if word.text.lower() in _SPELT]
    found.extend((word.start, float(_SPELT[word.text.lower()])) for word in spelt)
    return [value for _, value in sorted(found)]


def names(text: str) -> list[str]:
    """Stems of the words written as names: a capital inside a sentence, or capitals side by side at its start."""
    found = words(text)
    opening = {0} | {i for i, word in enumerate(found) if i and _opens(text, found[i - 1].end, word.start)}
    capital = [word.text[0].isupper() for word in found]
    named: list[str] = []
    for i, word in enumerate(found):
        if not capital[i] or word.text.lower() in STOPWORDS:
            continue
        follows = i + 1 < len(found) and capital[i + 1] and text[word.end : found[i + 1].start] == " "
        if i not in opening or follows or (len(word.text) > 1 and word.text[1:].upper() == word.text[1:] != ""):
            named.append(word.stem)
    return named


def _opens(text: str, left: int, right: int) -> bool:
    """Whether what stands between two words begins a new sentence, item or cell."""
    return bool(_OPENING.search(text, left, right))


def bigrams(found: Iterable[Word]) -> set[tuple[str, str]]:
    """Pairs of stems that follow each other among the words given."""
    stems = [word.stem for word in found]
    return set(pairwise(stems))
