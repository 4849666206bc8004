"""How far the best evidence answers the question: a calibrated probability, and in words what is missing.

Knows evidence and the fitted trees. Must not know how an answer is written or shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from retrieval.ask.asks import KINDS, asks
from retrieval.ask.dates import dates, spoken_on
from retrieval.ask.evidence import weights
from retrieval.ask.facts import facts, together
from retrieval.ask.features import frame, stems_of
from retrieval.ask.introduced import introduced
from retrieval.ask.names import unnamed
from retrieval.ask.read import mix
from retrieval.ask.signs import WORTH, astray
from retrieval.ask.trees import logistic, logit, matrix
from retrieval.ask.whose import exchanged
from retrieval.ask.wordtable import word_table
from retrieval.types import Evidence, Passage, Query

THRESHOLDS: Mapping[str, float] = {"balanced": 0.28, "cautious": 0.45, "never": 0.0}
"""Support below which nothing is said, by setting: for balanced accuracy, for few false answers, always answer."""

_TELLING = 6.0
"""Rarity (natural logarithm) from which a word of the question that no passage holds is worth naming."""

_ASKED_ONLY = (
    *(f"{sign} {kind}" for sign in ("offers", "lacks") for kind in KINDS),
    *("units", "position", "year far", "names far", *WORTH),
)
"""Features that tell only the question's kind or the passage's length, and those whose weight is set, not fitted."""

_OF_ONE_UNIT = (
    *_ASKED_ONLY,
    *("first", "length", "short", "fresh words", "begins with pronoun", "about the article", "sources", "is item"),
    *("place of passage", "is row", "asks itself", "series for list", "item for list", "answers a question"),
)
"""Features whose best value over all units says nothing."""

_NAMED = 0.8
"""Log-odds that support gains when the question names the row or list that answers; set, not fitted."""

_INTRODUCED = 0.8
"""Support of a list whose introduction asks the question: set, not fitted; no set with such lists was at hand."""

_STRANGE = 0.3
"""What is left of the support when a name or date of the question is strange to the passage that answers; set, not
fitted: the sets fitted on have few such near misses, and on reading pairs it changes nothing. So too where a name is
asked for and the unit has none. Squared where the unit tells of another country than is asked of: none of 14,536
written answers does."""

_FAR = 2.0
"""Log-odds of the reader that are far apart."""

_GIVEN, _GIVEN_PASSAGES, _GIVEN_SEVERAL = 0.2, 2, 0.45
"""The same, for "balanced", where all there is to read is one short text, and the passages of such a text at most:
whoever asks of a single text has chosen it. And where passages of several texts come with the question: they were
chosen for being like it. Set on development passages of the reading set, and on the half of NoMIRACL not measured."""

_NAMED_AT_MOST = 3


def support(query: Query, evidence: Sequence[Evidence]) -> tuple[float, tuple[str, ...]]:
    """The calibrated probability that the best evidence answers, and what of the question no passage speaks of.

    Args:
        query: what is asked.
        evidence: from `weigh`, best first, all of it: the also-rans count too.

    Returns:
        Of the answers with support about p, about p are right; and the words, years or names that are missing.
    """
    if not evidence:
        return 0.0, ()
    probability = logistic(calibrated(evidence))
    if introduced(query, evidence)[0]:
        probability = max(probability, _INTRODUCED)
    strange = strangers(query, evidence[0], evidence)
    if _elsewhere(evidence):
        probability *= _STRANGE**2
    elif strange or evidence[0].features.get("nameless"):
        probability *= _STRANGE
    nowhere = [word for word in strange if all(word in strangers(query, one) for one in evidence)]
    return probability, tuple(dict.fromkeys((*nowhere, *missing(query, evidence))))[:_NAMED_AT_MOST]


def _elsewhere(evidence: Sequence[Evidence]) -> bool:
    """Whether the best evidence, or what the reader likes far better, tells of another country than is asked of."""
    if evidence[0].features.get("exchanged"):
        return True
    likes = [one.features.get("reader unit", 0.0) for one in evidence]
    liked = max(range(len(likes)), key=likes.__getitem__)
    return bool(evidence[liked].features.get("exchanged")) and likes[liked] - likes[0] > _FAR


def least(setting: str, evidence: Sequence[Evidence], *, given: bool = False) -> float:
    """The support below which nothing is said, by setting and by what there is to read.

    `given` says that the passages came with the question and were not found in an index.
    """
    if setting != "balanced":
        return THRESHOLDS[setting]
    passages = _passages(evidence)
    if len({_document(passage) for passage in passages}) > 1:
        return _GIVEN_SEVERAL if given else THRESHOLDS[setting]
    return _GIVEN if len(passages) <= _GIVEN_PASSAGES else THRESHOLDS[setting]


def calibrated(evidence: Sequence[Evidence]) -> float:
    """The log-odds that the best evidence answers, by what was measured and, where passages were read, by that."""
    fitted = weights()
    odds = log_odds(evidence)
    if "reader" not in evidence[0].features:
        return fitted.slope * odds + fitted.offset
    read = mix()
    return read.slope * (odds + read.support * read_odds(evidence)) + read.offset


def log_odds(evidence: Sequence[Evidence]) -> float:
    """What the trees and the set weights make of the evidence, not yet calibrated."""
    fitted = weights()
    odds = float(fitted.support.log_odds(matrix([support_row(evidence)], fitted.support.names))[0])
    return odds + astray(evidence[0].features) + _NAMED * evidence[0].features["named"]


def read_odds(evidence: Sequence[Evidence]) -> float:
    """The reader's log-odds of the passage that it likes best."""
    return max(one.features["reader"] for one in evidence)


def strangers(query: Query, best: Evidence, evidence: Sequence[Evidence] = ()) -> tuple[str, ...]:
    """Names of the question that the best evidence's document has in no form, dates that are not near the unit, and
    what the unit tells of another country than the question asks of.

    Of its document only the passages among `evidence` are known: a passage on the losses of a war need not name it.
    """
    passage, unit, asked = best.hit.passage, best.unit, query.standalone
    above = f"{frame(passage)} . {unit.lead_in}"
    units = list(passage.units)
    place = next((at for at, one in enumerate(units) if one.start == unit.start), 0)
    near = " . ".join(passage.slice(one.start, one.end) for one in units[max(0, place - 1) : place + 2])
    known = dates(f"{above} . {near}")
    days = spoken_on(passage.source)
    lost = [
        asked[d.start : d.end].strip()
        for d in dates(asked)
        if not any(d.within(other) for other in known) and not any(d.agrees(other) for other in days)
    ]
    if not known and not days and passage.source.kind != "brief":
        lost = []  # a statement of an unknown day, which speaks of no day, may well be of the day asked for
    unknown = unnamed(asked, f"{above} . {passage.text}")
    if unknown and evidence:
        texts = [one.text for one in _passages(evidence) if (one.source.id, one.document_hash) == _document(passage)]
        unknown = unnamed(asked, " . ".join([above, *texts]))
    return (*unknown, *lost, *exchanged(asked, passage.slice(unit.start, unit.end)))


def _passages(evidence: Sequence[Evidence]) -> list[Passage]:
    """The passages that the evidence stands in, each once."""
    return list({one.hit.passage.id: one.hit.passage for one in evidence}.values())


def _document(passage: Passage) -> tuple[str, str]:
    return (passage.source.id, passage.document_hash)


def explain(evidence: Sequence[Evidence]) -> dict[str, float]:
    """What each feature adds to the support's log-odds, the strongest first; names begin with "best:" or "any:"."""
    if not evidence:
        return {}
    fitted = weights()
    added = fitted.support.contributions(matrix([support_row(evidence)], fitted.support.names)[0])
    return dict(sorted(added.items(), key=lambda item: -abs(item[1])))


def support_row(evidence: Sequence[Evidence]) -> dict[str, float]:
    """The features by which support is judged: those of the best evidence, the best value of any, score and lead."""
    best = evidence[0].features
    row = {f"best: {name}": value for name, value in best.items() if not name.startswith(_ASKED_ONLY)}
    compared = [name for name in best if not name.startswith(_OF_ONE_UNIT) and not name.endswith(" behind best")]
    row |= {f"any: {name}": max(one.features[name] for one in evidence) for name in compared}
    odds = [logit(one.score) for one in evidence[:2]]
    row["score"] = odds[0]
    row["lead"] = odds[0] - odds[-1]
    return row


def missing(query: Query, evidence: Sequence[Evidence]) -> tuple[str, ...]:
    """Years, numbers, names and rare words of the question that no passage found holds, as the question writes them."""
    texts = [f"{frame(p)} . {p.text}" for p in _passages(evidence)]
    held = together(facts(text) for text in texts)
    asked = asks(query.standalone)
    lost = sorted(asked.facts.years - held.years)
    words = [word for word in asked.content if word.stem not in held.stems and not word.text.isdigit()]
    if words:
        table = word_table()
        around = list(dict.fromkeys(stem for text in texts for stem in stems_of(text)))
        near = table.nearness([word.stem for word in words], around).max(axis=1, initial=0)
        rare = table.rarity([word.stem for word in words])
        lost += [
            word.text
            for word, nearness, rarity in zip(words, near, rare, strict=True)
            if word.stem in asked.facts.names or (nearness < 0.3 and rarity >= _TELLING and word.stem in table.row)
        ]
    return tuple(dict.fromkeys(lost))[:_NAMED_AT_MOST]
