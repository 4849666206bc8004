"""How well cited words support a sentence: a small logistic model over the words and the meaning that they share.

Fitted on half of WiCE's development claims (Kamoi et al. 2023, arXiv 2303.01432) by `benchmarks/fit_entailment.py`; the
figures on the other half are in benchmarks/LOG.md. Knows words, rarity and vectors; knows no passages and no answers.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from retrieval.ask.amounts import amounts, unstated
from retrieval.ask.dates import dates
from retrieval.ask.facts import bigrams, content, words
from retrieval.ask.names import canonical, names, unnamed
from retrieval.ask.wordtable import word_table
from retrieval.models import Embedder

_ACTORS = (
    (re.compile(r"\bU\.?S\.?(?:A\.?)?(?!\w)|\bUnited States(?: of America)?"), "America"),
    (re.compile(r"\bU\.?N\.?(?!\w)|\bUnited Nations"), "UN"),
    (re.compile(r"\bE\.?U\.?(?!\w)|\bEuropean Union"), "EU"),
    (re.compile(r"\bU\.?K\.?(?!\w)|\bUnited Kingdom"), "UK"),
)
FEATURES = (
    "covered", "repeated", "rarest lost", "second lost", "pairs", "names lost", "amounts lost", "dates lost",
    "similarity", "best similarity", "length", "longer",
)  # fmt: skip


def coverage(sentence: str, texts: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The rarity of each distinct stem of a sentence, and how well each text holds it.

    Returns:
        rarity (stems,), natural logarithms; held (stems, texts), 1 for the very stem, up to 0.9 for a near-synonym.
    """
    table = word_table()
    wanted = stems(sentence)
    found = [stems(text) for text in texts]
    distinct = list(dict.fromkeys(one for text in found for one in text))
    place = {one: index for index, one in enumerate(distinct)}
    near = table.nearness(wanted, distinct)
    held = np.zeros((len(wanted), len(texts)), np.float32)
    for index, text in enumerate(found):
        if text and wanted:
            held[:, index] = near[:, [place[one] for one in text]].max(axis=1)
    return table.rarity(wanted).astype(np.float32), held


@lru_cache(maxsize=8192)
def stems(text: str) -> tuple[str, ...]:
    """The distinct stems of a text's words of content; an actor's several names are one."""
    told = [word.text for word in words(text) if word.is_content or word.text == "won"]
    return tuple(dict.fromkeys(canonical(word) for word in told))


def _levelled(text: str) -> str:
    """The text with actors of two words in one and every amount as one word: 6.2 million, 6,200,000."""
    for pattern, name in _ACTORS:
        text = pattern.sub(name, text)
    parts, end = [], 0
    for amount in amounts(text):
        parts += [
            text[end : amount.start],
            f" amount{amount.value:g}".replace(".", "p").replace("+", ""),
            " ",
            amount.unit,
            " ",
        ]
        end = amount.end
    return "".join([*parts, text[end:]])


def measure(sentence: str, quotes: Sequence[str], context: str, embedder: Embedder) -> dict[str, float]:
    """What the model looks at. `quotes` are the cited words; `context` is what frames them: titles, dates, lead-ins."""
    rarity, held = coverage(_levelled(sentence), [_levelled(text) for text in (*quotes, context)])
    best = held.max(axis=1) if held.size else np.zeros(len(rarity), np.float32)
    weights = rarity / max(float(rarity.sum()), 1e-6)
    lost = np.sort(rarity * (1 - best))[::-1] / 10
    everything = " . ".join([*quotes, context])
    pairs = bigrams(content(sentence))
    vectors = embedder.embed([sentence, " ".join(quotes), *quotes])
    similar = vectors[1:] @ vectors[0]
    return {
        "covered": float(best @ weights),
        "repeated": float((best >= 1) @ weights),
        "rarest lost": float(lost[0]) if len(lost) else 0.0,
        "second lost": float(lost[1]) if len(lost) > 1 else 0.0,
        "pairs": len(pairs & bigrams(content(everything))) / max(len(pairs), 1),
        "names lost": len(unnamed(sentence, everything)) / max(len(names(sentence)), 1),
        "amounts lost": float(min(len(unstated(amounts(sentence), amounts(everything))), 2)),
        "dates lost": float(any(not any(d.within(o) for o in dates(everything)) for d in dates(sentence))),
        "similarity": float(similar[0]),
        "best similarity": float(similar.max()),
        "length": math.log1p(len(sentence.split())) / 4,
        "longer": math.log1p(sum(len(quote.split()) for quote in quotes)) / 4,
    }


def entailment(sentence: str, quotes: Sequence[str], context: str, embedder: Embedder) -> float:
    """The probability, 0..1, that the cited words support all of the sentence; 1 where they hold it word for word."""
    plain = _plain(sentence)
    if plain and any(plain in _plain(quote) for quote in quotes):
        return 1.0
    fitted = _fitted()
    row = measure(sentence, quotes, context, embedder)
    score = fitted["bias"] + sum(fitted[name] * row[name] for name in FEATURES)
    return 1 / (1 + math.exp(-score))


@lru_cache(maxsize=1)
def _fitted() -> dict[str, float]:
    """The model's weights by feature, and its bias."""
    with (files("retrieval") / "data" / "entailment.json").open(encoding="utf-8") as file:
        return {name: float(value) for name, value in json.load(file).items()}


def _plain(text: str) -> str:
    return " ".join(word.text for word in words(text))
