"""Who says what and when: the units of an index that carry a speaker, and those that answer a question for voices.

Knows units, speakers, dates and vectors; not how an answer is worded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from retrieval.ask.atlarge import AtLarge, Surveyed
from retrieval.ask.dates import dates
from retrieval.ask.entail import coverage
from retrieval.ask.facts import content
from retrieval.ask.features import frame
from retrieval.ask.names import unnamed
from retrieval.ask.voiced import demands, leaning
from retrieval.index.index import Index
from retrieval.models import TokenEmbedder
from retrieval.render import shorten
from retrieval.types import Evidence, Hit, Passage, Query, Unit
from retrieval.views.actors import named_in, offices, speak_for
from retrieval.views.build import all_passages
from retrieval.views.stance import says, spoken_by

ABOUT, NEAR = 0.55, 0.38  # share of the topic's words, weighed by rarity, and cosine from which a unit is about it
ALONE = 0.5  # that cosine where the question names nobody who speaks
BEHIND = 0.2  # how far behind the nearest one a unit may stay
EACH, RARE = 0.12, 3.0  # how near a unit must come to every word of the topic of at least that rarity
FULL = 3  # words of content that make a proposition
MOST, WHO = 8, 70  # voices of an answer; characters of who speaks
_SPEAKER_COLUMN = re.compile(r"\b(?:who|speaker|actor|by|said by|source|leader|side|whom)\b", re.IGNORECASE)


_BY = re.compile(
    r"\b(?:statement|remarks|letter|declaration|speech|message|communiqu\w+)s? (?:by|of|from|to)"
    r" (?:the )?(?P<who>.{3,90})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Voice:
    """A unit with who says it, as canonical names and as it is written, and when: ISO 8601 as far as known, or ""."""

    passage: Passage
    unit: Unit
    names: frozenset[str]
    who: str
    when: str


@dataclass(frozen=True, slots=True)
class Voices:
    """All of an index, and whose office each person holds."""

    said: tuple[Voice, ...]
    offices: Mapping[str, str]


_HEARD: WeakKeyDictionary[Index, Voices] = WeakKeyDictionary()


def voices(index: Index) -> Voices:
    """The voices of an index, kept for as long as it is open."""
    if index not in _HEARD:
        passages = all_passages(index)
        said = tuple(voice for passage in passages for voice in _voices_of(passage))
        _HEARD[index] = Voices(said, offices(passages))
    return _HEARD[index]


def _voices_of(passage: Passage) -> list[Voice]:
    """The units that somebody says; a source that is no brief speaks as its publisher where it names nobody else."""
    own = "" if passage.source.kind == "brief" else re.sub(r"[\d_]+[\w ]*$", "", passage.source.publisher).strip()
    by = _BY.search(passage.source.title)
    own = f"{own}, {by['who']}".strip(", ") if own and by else own
    found = []
    for unit in passage.units:
        if unit.kind == "heading":
            continue
        words = passage.slice(unit.start, unit.end)
        named = _row_speaker(unit, words) or spoken_by(words)
        who = named or own
        if named_in(f"by {who}") and not words.rstrip().endswith((":", "?")):
            when = _when(words, passage) if named else passage.source.date
            found.append(Voice(passage, unit, named_in(f"by {who}"), shorten(who, WHO), when))
    return found


def _row_speaker(unit: Unit, words: str) -> str:
    """The cell under a column that names who speaks."""
    if unit.kind != "row":
        return ""
    columns, cells = unit.lead_in.strip().strip("|").split("|"), words.strip().strip("|").split("|")
    named = (cell.strip() for column, cell in zip(columns, cells, strict=False) if _SPEAKER_COLUMN.search(column))
    return next(named, "")


def _when(words: str, passage: Passage) -> str:
    """The first date with a year that the unit states, else its source's unless that is a brief."""
    for date in dates(words):
        if date.year:
            parts = [f"{date.year:04}", f"{date.month:02}", f"{date.day:02}"]
            return "-".join(parts[: 3 if date.day else 2 if date.month else 1])
    return "" if passage.source.kind == "brief" else passage.source.date


def hear(wanted: AtLarge, query: Query, index: Index, embedder: TokenEmbedder) -> Surveyed:
    """The statements that answer a question for voices: nearest first, or by date where it asks of change."""
    heard = voices(index)
    said = [voice for voice in heard.said if not query.sources or voice.passage.source.id in query.sources]
    actor = wanted.subject
    if actor:
        names = speak_for(actor, heard.offices)
        said = [voice for voice in said if voice.names & names]
    near = _nearest(said, wanted, query, index, embedder, NEAR if actor else ALONE)
    if wanted.against:
        near = [pair for pair in near if _denies(pair[1])]
    if wanted.kind == "changed":
        near = sorted((pair for pair in near if pair[1].when), key=lambda pair: pair[1].when)
        near = near if len({voice.when for _, voice in near}) > 1 else []  # one day shows no change
    return Surveyed(
        [[Evidence(Hit(voice.passage, score), voice.unit, score)] for score, voice in near],
        _answer_alone(wanted, [voice for _, voice in near]),
        False,
        len(said),
        len({voice.passage.source.id for voice in said}),
        told=tuple((voice.who, voice.when) for _, voice in near),
        denied=tuple(_denies(voice) for _, voice in near),
    )


def _denies(voice: Voice) -> bool:
    words = voice.passage.slice(voice.unit.start, voice.unit.end)
    return says(words) == "denies" or leaning(words) == "refuses"


def _answer_alone(wanted: AtLarge, near: Sequence[Voice]) -> bool:
    """Whether voices answer whatever one sentence is worth: those of whom the question names, or on a full proposition.

    "Sanctions work" has words enough to be mentioned by everybody, and too few to know who says so.
    """
    if wanted.subject:
        return bool(near)
    return len(wanted.words) >= FULL and len(near) > (1 if wanted.kind == "disagree" else 0)


def _nearest(
    said: Sequence[Voice], wanted: AtLarge, query: Query, index: Index, embedder: TokenEmbedder, least: float
) -> list[tuple[float, Voice]]:
    """The voices about the topic, best first, no two with the same words."""
    topic = " ".join(wanted.words)
    texts = [voice.passage.slice(voice.unit.start, voice.unit.end) for voice in said]
    if not texts or not topic:
        return []
    rarity, held = coverage(topic, texts)
    shares = (rarity @ held) / max(float(rarity.sum()), 1e-6)
    rare = rarity >= RARE
    enough = (shares >= ABOUT) & (held[rare].min(axis=0, initial=1.0) >= EACH)
    demanding = np.array([demands(text) for text in texts]) if wanted.demands else enough
    if wanted.settled:  # whoever states terms for an end need not say "war"
        enough = demanding
    places = [at for at in map(int, np.flatnonzero(enough)) if _names(wanted, said[at])]
    places = [at for at in places if demanding[at]] or places
    about = [(float(shares[at]), said[at]) for at in places]
    vector = embedder.embed([wanted.spoken])[0]
    rows = index.unit_vectors(list(dict.fromkeys(voice.passage.id for _, voice in about)))
    near = [(_cosine(voice, rows, vector), share, voice) for share, voice in about]
    least = max(least, max((cosine for cosine, _, _ in near), default=0.0) - BEHIND)
    kept: list[tuple[float, Voice]] = []
    for cosine, share, voice in sorted(near, key=lambda one: -(one[0] + one[1] / 2)):
        if len(kept) < MOST and cosine >= least and not any(_alike(voice, other) for _, other in kept):
            kept.append((cosine + share / 2, voice))
    return kept


def _names(wanted: AtLarge, voice: Voice) -> bool:
    """Whether the passage has every name of the topic: what is near in meaning may be about another place."""
    named = " and ".join(word for word in wanted.words if word[:1].isupper())
    return not unnamed(f"of {named}", f"{frame(voice.passage)} . {voice.passage.text}")


def _cosine(voice: Voice, rows: Mapping[str, np.ndarray], vector: np.ndarray) -> float:
    place = next(n for n, unit in enumerate(voice.passage.units) if unit.start == voice.unit.start)
    own = rows.get(voice.passage.id)
    return float(own[place] @ vector) if own is not None and place < len(own) else 0.0


def _alike(one: Voice, other: Voice) -> bool:
    left, right = (
        {word.stem for word in content(voice.passage.slice(voice.unit.start, voice.unit.end))} for voice in (one, other)
    )
    return len(left & right) >= 0.6 * min(len(left), len(right))
