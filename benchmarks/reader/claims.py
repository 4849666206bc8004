"""Claims out of sentences of real passages: a sentence, or the same with one thing changed, beside its passage.

Knows regular forms of English and which words are of one kind by the word table. Must not know any model or any set of
claims. Such claims repeat their sentence, so they teach comparing, not rewording: that is learnt from written ones.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from derive import sentences, set_texts, speech_texts
from statements import DIGITS, PRONOUN, PROPER, SAME, YEAR
from written import CONTRADICTED, NOT_ENOUGH, SUPPORTED, Claim

from retrieval.ask.wordtable import word_table

TURNED = [
    ("before", "after"), ("more", "less"), ("increase", "decrease"), ("increased", "reduced"), ("first", "last"),
    ("all", "some"), ("only", "also"), ("most", "few"), ("rejected", "accepted"), ("refused", "agreed"),
    ("won", "lost"),
    ("supported", "opposed"), ("north", "south"), ("east", "west"), ("at least", "at most"), ("over", "under"),
    ("began", "ended"), ("must", "may"), ("will", "may"), ("has", "plans to have"), ("condemned", "welcomed"),
    ("high", "low"), ("higher", "lower"), ("early", "late"), ("older", "younger"), ("husband", "wife"),
    ("father", "mother"), ("son", "daughter"), ("best", "worst"), ("many", "few"), ("always", "never"),
]  # fmt: skip
VERB = re.compile(r"\b(is|are|was|were|has|have|had|will|can|could|would|should|may|did|does)\b(?! not)")
WORD = re.compile(r"\b[a-z]{4,}\b")
LOW, HIGH, CHOICES = 0.38, 0.62, 25


class Swaps:
    """Other words of a word's kind, by the word table: near enough to fit, too far to mean the same."""

    def __init__(self, texts: Sequence[str]) -> None:
        """`texts` are those whose words may be put in, in the forms that they have there."""
        table = word_table()
        counts: dict[str, int] = {}
        for text in texts:
            for word in set(WORD.findall(text)):
                counts[word] = counts.get(word, 0) + 1
        known = [(word, self._stem(word)) for word, count in counts.items() if count >= 6]
        self.forms = [(word, stem) for word, stem in known if stem in table.row]
        self.vectors = table.vectors[[table.row[stem] for _, stem in self.forms]]
        self.stems = [stem for _, stem in self.forms]

    @staticmethod
    def _stem(word: str) -> str:
        from retrieval.ask.features import stems_of

        return (stems_of(word) or [""])[0]

    def of(self, word: str, rng: random.Random) -> str | None:
        """One at random with the same ending, or None."""
        table = word_table()
        stem = self._stem(word)
        if stem not in table.row:
            return None
        near = self.vectors @ table.vectors[table.row[stem]]
        ending = next((e for e in ("ed", "ing", "ies", "es", "s", "ly", "ion") if word.endswith(e)), "")
        places = np.flatnonzero((near > LOW) & (near < HIGH))
        places = places[np.argsort(-near[places])]
        fitting = [
            self.forms[at][0]
            for at in places
            if self.forms[at][0].endswith(ending) and (ending or not self.forms[at][0].endswith(("ed", "ing", "s")))
        ][:CHOICES]
        return rng.choice(fitting) if fitting else None


def changed(claim: str, others: Sequence[str], swaps: Swaps, rng: random.Random) -> tuple[str, str] | None:
    """The claim with one thing changed, and its kind; `others` are names to put in. None where nothing fits."""
    ways = ["number", "name", "turned", "negation", "word", "word", "word", "role"]
    rng.shuffle(ways)
    for way in ways:
        made = _change(way, claim, others, swaps, rng)
        if made and made != claim:
            return made, way
    return None


def _change(way: str, claim: str, others: Sequence[str], swaps: Swaps, rng: random.Random) -> str | None:
    if way == "number" and (held := [*YEAR.finditer(claim), *DIGITS.finditer(claim)]):
        one = rng.choice(held)
        value = re.sub(r"\D", "", one.group())
        new = str(max(1, int(value[:9]) + rng.choice([-12, -5, -3, -2, -1, 1, 2, 3, 4, 10]))) if value else "7"
        return claim[: one.start()] + new + claim[one.end() :]
    names = [m for m in PROPER.finditer(claim) if len(m.group().strip()) > 3]
    if way == "name" and names and others:
        one = rng.choice(names)
        new = rng.choice(others)
        return claim[: one.start()] + new + (" " if one.group().endswith(" ") else "") + claim[one.end() :]
    if way == "role" and len(names) > 1:
        first, second = sorted(rng.sample(range(len(names)), 2))
        a, b = names[first].group().strip(), names[second].group().strip()
        if a != b and a not in b and b not in a:
            return claim.replace(a, "\0").replace(b, a).replace("\0", b)
    if way == "turned":
        for one, other in rng.sample(TURNED, len(TURNED)):
            for old, new in ((one, other), (other, one)):
                if re.search(rf"\b{old}\b", claim):
                    return re.sub(rf"\b{old}\b", new, claim, count=1)
    if way == "negation":
        if re.search(r"\bnot ", claim):
            return re.sub(r"\bnot ", "", claim, count=1)
        if verb := VERB.search(claim):
            return claim[: verb.end()] + " not" + claim[verb.end() :]
    if way == "word" and (held := list(WORD.finditer(claim))):
        for one in rng.sample(held, min(3, len(held))):
            if new := swaps.of(one.group(), rng):
                return claim[: one.start()] + new + claim[one.end() :]
    return None


def plain(sentence: str, title: str, rng: random.Random) -> str:
    """What the sentence says, a little reworded: its subject named, a clause left out, some words exchanged."""
    topic = PRONOUN.match(sentence)
    name = re.sub(r"\s*\([^)]*\)", "", title).strip()
    said = name + sentence[topic.end() :] if topic and name else sentence
    said = re.sub(r"\s*\([^)]*\)", "", said)
    parts = re.split(r"(?<=[a-z]), (?=(?:and|but|which|who|where|while|when|with|after|before)\b)", said)
    if len(parts) > 1 and len(parts[0].split()) >= 7 and rng.random() < 0.6:
        said = parts[0].rstrip(" ,;") + "."
    for word, other in SAME:
        if other and word in said and rng.random() < 0.5:
            said = re.sub(rf"\b{word}\b", other, said, count=1)
    return said


def derived(data: Path, rng: random.Random, count: int) -> list[tuple[Claim, Claim]]:
    """Duos of claims out of passages (no passage of a measuring set)."""
    texts = [(title, " ".join(text.split()[:300])) for title, text in set_texts(data)] + speech_texts(data)
    swaps = Swaps([text for _, text in texts])
    pool = [m.group().strip() for _, text in rng.sample(texts, 3000) for m in list(PROPER.finditer(text))[1:4]]
    duos: list[tuple[Claim, Claim]] = []
    while len(duos) < count:
        title, text = rng.choice(texts)
        units = [text[a:b] for a, b in sentences(text)]
        at = rng.randrange(len(units)) if units else 0
        if not units or not 7 <= len(units[at].split()) <= 45:
            continue
        reach = rng.choice([0, 1, 2])
        near = " ".join(units[max(0, at - reach) : at + reach + 1])
        claim = plain(units[at], title, rng)
        here = [m.group().strip() for m in PROPER.finditer(text) if m.group().strip() not in claim]
        other = changed(claim, here if here and rng.random() < 0.5 else pool, swaps, rng)
        away = [n for n in range(len(units)) if abs(n - at) > reach]
        true = Claim(claim, near, SUPPORTED, title, "derived")
        if away and rng.random() < 0.2:
            middle = rng.choice(away)
            beside = " ".join(units[n] for n in away if abs(n - middle) <= reach)
            duos.append((true, Claim(claim, beside, NOT_ENOUGH, title, "derived away")))
        elif other:
            duos.append((true, Claim(other[0], near, CONTRADICTED, title, f"derived {other[1]}")))
    return duos
