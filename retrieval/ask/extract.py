"""The answer in the sources' own words: a statement and its citations for each group of evidence, and notes.

Knows evidence and how a row or an item is worded. Must not know scores, thresholds or models.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from retrieval.ask.asks import asks
from retrieval.ask.facts import content
from retrieval.ask.select import FACT_WORDS, Groups, disagreeing
from retrieval.ask.spans import cells
from retrieval.ask.verify import is_reported
from retrieval.types import Citation, Draft, Evidence, Query, Source, Statement

_VERB = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|do|does|did|will|would|can|could|may|might|must|shall|should|said|told|says"
    r"|went|came|gave|took|made|held|put|led|left|met|sent|kept|saw|began|became|(?-i:[a-z]{2,}(?:ed|es)))\b",
    re.I,
)
"""What nearly every clause that says something has: a piece without is a name and its apposition."""

_LEAST = 15
"""Words of a statement at least: fewer tell only part of most sentences."""

_MARK = re.compile(r"^\s*(?:[-*•·]|\(?(?:\d{1,2}|[a-z])[.)])\s+")
_SUPPOSES = re.compile(r"\W*(?:if|unless|whether|should|were|had|suppose|provided|even if)\b", re.I)
_LEANS = re.compile(
    r"\W*(?:(?:because|which|who|whom|whose|that|while|although|though|since|as|so|and|but|or|than|subject|according"
    r"|including|such|despite|without)\b|(?-i:[a-z]+(?:ing|ed)\b))",
    re.I,
)
_BORDER = re.compile(
    r"(?<=[;:,—–])\s+|\s+(?=[(—–])|\s+(?=(?:and (?:that|he|she|it|they|would|will|had|has|was|were|is|are)|but|because"
    r"|while|although|whereas|so that)\b)"
)


def extract(query: Query, groups: Groups, support: float = 0.0, *, compared: bool = False) -> Draft:
    """Words the groups of evidence as statements, each with a citation to the very characters of every member.

    `support` is handed on in the draft. Each side of a comparison (`compared`) has a fact's words of its own, and that
    the two differ is not noted.
    """
    statements: list[Statement] = []
    citations: list[Citation] = []
    worded = _worded(query, [group[0] for group in groups], compared)
    for group, told in zip(groups, worded, strict=True):
        numbers = []
        for member in group:
            citations.append(cite(member, len(citations) + 1))
            numbers.append(len(citations))
        statements.append(Statement(told, tuple(numbers)))
    return Draft(tuple(statements), tuple(citations), support, notes=notes(query, groups, compared))


def _worded(query: Query, leaders: Sequence[Evidence], compared: bool) -> list[str]:
    """The statements in their order, together in a fact's words: the short ones whole, the long ones share the rest.

    One that would lose the words that answer is told whole.
    """
    if compared:
        return [word(query, one) for one in leaders]
    told, left = {}, FACT_WORDS
    order = sorted(range(len(leaders)), key=lambda at: len(leaders[at].quote.split()))
    for behind, at in enumerate(order):
        share = max(left // (len(order) - behind), _LEAST)
        told[at] = word(query, leaders[at], FACT_WORDS)
        if leaders[at].unit.kind == "sentence" and len(told[at].split()) > share:
            told[at] = _opening(leaders[at], share) or told[at]
        left -= len(told[at].split())
    return [told[at] for at in range(len(leaders))]


def _opening(one: Evidence, most: int) -> str:
    """The longest opening of whole clauses in at most `most` words that holds every answering word; "" if none does."""
    held = max((end for _, end in one.spans), default=one.unit.end) - one.unit.start
    ends = [
        m.start() for m in _BORDER.finditer(one.quote) if m.start() >= held and _VERB.search(one.quote[: m.start()])
    ]
    kept = [one.quote[:end] for end in ends if len(one.quote[:end].split()) <= most]
    return re.sub(r"\s+", " ", kept[-1]).strip(" ,;:—–") + " …" if kept else ""


def cite(one: Evidence, number: int) -> Citation:
    """The citation of a unit: its very characters, the answering words bold."""
    passage, unit = one.hit.passage, one.unit
    return Citation(number, passage.id, passage.source, one.quote, unit.start, unit.end, one.spans)


def word(query: Query, one: Evidence, most: int = FACT_WORDS) -> str:
    """A unit as a statement: a row with its columns' names, an item without its mark, a sentence of `most` words."""
    if one.unit.kind == "row":
        return _row(one.quote, one.unit.lead_in)
    text = re.sub(r"\s+", " ", _MARK.sub("", one.quote)).strip()
    if one.unit.kind == "item" or len(text.split()) <= most:
        return text
    return _shortened(query, one, most)


def _row(text: str, columns: str) -> str:
    """`Tactic: Economic Leverage Adjustment; Description: Reevaluating sanctions regimes …`."""
    names = [name.strip() for name in columns.strip().strip("|").split("|")] if "|" in columns else []
    told = [text[start:end] for start, end in cells(text)]
    worded = [f"{names[at]}: {cell}" if at < len(names) and names[at] else cell for at, cell in enumerate(told) if cell]
    return re.sub(r"\s+", " ", "; ".join(worded))


def _shortened(query: Query, one: Evidence, most: int) -> str:
    """The run of clauses of at most `most` words that holds the answering words and the most of the question's."""
    text = one.quote
    borders = [0, *(match.end() for match in _BORDER.finditer(text)), len(text)]
    stems = {found.stem for found in asks(query.standalone).content}
    spans = [(start - one.unit.start, end - one.unit.start) for start, end in one.spans]
    best, worth = (0, len(text)), -1.0
    for at, start in enumerate(borders):
        if start and (is_reported(text[:start]) or _SUPPOSES.match(text)):
            continue  # what a source denies or supposes is not what it says
        if start and _LEANS.match(text[start:]):
            continue  # a reason or an addition says nothing without what it is of
        for end in borders[at + 1 :]:
            piece = text[start:end]
            if len(piece.split()) > most:
                break
            if not _VERB.search(piece):
                continue
            held = sum(start <= a and b <= end for a, b in spans)
            value = (
                3 * held
                + (start == 0)
                + len({found.stem for found in content(piece)} & stems)
                + len(piece.split()) / 100
            )
            if value > worth:
                best, worth = (start, end), value
    piece = re.sub(r"\s+", " ", text[best[0] : best[1]]).strip(" ,;:—–")
    if worth < 0:  # one clause that is longer than all allowed: its first words
        piece = " ".join(text.split()[:most])
    opening = "… " if best[0] > 0 else ""
    closing = "" if piece[-1:] in ".!?" or (best[1] >= len(text.rstrip()) and worth >= 0) else " …"
    return f"{opening}{piece}{closing}"


def notes(query: Query, groups: Groups, compared: bool = False) -> tuple[str, ...]:
    """What a reader must know besides: that sources differ, with publisher and date; how old the newest source is."""
    found: list[str] = []
    leaders = [group[0] for group in groups]
    asked = asks(query.standalone)
    ranked = sorted(leaders, key=lambda one: -one.score)
    if ranked and not (asked.wants_list or compared) and (others := disagreeing(asked, ranked)):
        told = dict.fromkeys(_named(one.hit.passage.source) for one in (ranked[0], *others))
        found.append(f"Sources differ: {'; '.join(told)}.")
    dates = sorted(
        member.hit.passage.source.date for group in groups for member in group if member.hit.passage.source.date
    )
    if asked.wants_now and dates:
        found.append(f"The newest source cited is dated {dates[-1]}; things may have changed since.")
    return tuple(found)


def _named(source: Source) -> str:
    told = ", ".join(part for part in (source.publisher, source.date or "no date") if part)
    return f"“{source.title}” ({told})"
