"""Every answer checked against the characters of its sources, whoever wrote it. No model is trusted for a citation.

Knows drafts and texts; must not know who wrote the draft. A statement is kept whole or dropped whole, with the reason:
a citation less would leave a claim uncited, a word less would make it another claim.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from retrieval.ask.amounts import amounts, unstated
from retrieval.ask.dates import Date, dates, read_date
from retrieval.ask.entail import coverage, entailment, stems
from retrieval.ask.facts import content, stem
from retrieval.ask.names import canonical, unnamed
from retrieval.ask.negation import contradiction
from retrieval.ask.quotes import Quotation, find, quotations, visible
from retrieval.ask.roles import exchanged
from retrieval.models import Embedder
from retrieval.types import Citation, Draft, Dropped, Statement

LEAST_WORDS = 3  # words of content that a sentence of an answerer's own must have
RARE, NEAR = 6.0, 0.35  # a word this rare (natural logarithm) needs one at least this near in meaning in the citations
SUPPORTED = 0.5  # entailment from which a sentence counts as supported, see benchmarks/LOG.md
_NOT_BEFORE = re.compile(r"(?:\b(?:not|no|never|nor|neither|without|cannot|\w+n['’]t|не|ни|ні|нет)\s+)$", re.I)
_CLAUSE = re.compile(r"[;:]\s+|,?\s+(?:while|whereas|but|although|though|and)\s+|,\s+", re.I)
_BORDER_BEFORE = re.compile(r"[.!?;:,|()\n—–][\"”’»)]*\s*$")
_REPORTED = re.compile(
    r"\b(?:that|whether|if|unless|not|no|never|say|says|said|write|print|claim|claims|claimed|что|якобы|будто|щоб?|dass)"
    r"[\s:,“\"'‘«]*$",
    re.I,
)
_TELLING = frozenset(
    stem(word)
    for word in """source says said states stated according writes wrote notes noted describes described calls called
    reports reported quotes quoted article brief passage text author words claims claimed warns warned declares declared
    announces announced argues argued adds added told explains explained title""".split()
)
_LIST_LINE = re.compile(r"\s*(?:[-*•·|]|\(?(?:\d{1,2}|[a-z])[.)]\s)")


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation that holds, with its passage's text and what frames it: titles, date, headings."""

    citation: Citation
    passage: str
    frame: str


def verify(draft: Draft, text_of: Callable[[str], str], embedder: Embedder, others: Sequence[str] = ()) -> Draft:
    """The draft less the statements that do not hold.

    A statement holds when it has citations; each is a character-exact slice of its document; the words it quotes are in
    a cited passage, contiguous, as written; its dates, amounts and names are in its citations or in what frames them;
    it turns nothing round; and the cited words support it.

    Args:
        draft: statements and citations, whoever wrote them.
        text_of: the text of a passage's document, by the passage's id.
        embedder: for the entailment of sentences that are not the sources' own.
        others: texts that were at hand but are not cited; they only tell a misattributed quote from an absent one.
    """
    cited: dict[int, Cited] = {}
    for citation in draft.citations:
        text = text_of(citation.passage)
        if 0 <= citation.start < citation.end and text[citation.start : citation.end] == citation.quote:
            cited[citation.n] = Cited(citation, _passage_text(citation, text), frame(citation, text))
    kept: list[Statement] = []
    dropped = list(draft.dropped)
    for statement in draft.statements:
        why = refusal(statement, cited, embedder, others)
        if why:
            dropped.append(Dropped(statement.text, why))
        else:
            kept.append(statement)
    used = {n for statement in kept for n in statement.citations}
    citations = tuple(citation for citation in draft.citations if citation.n in used)
    return dataclasses.replace(draft, statements=tuple(kept), citations=citations, dropped=tuple(dropped))


def refusal(statement: Statement, cited: dict[int, Cited], embedder: Embedder, others: Sequence[str] = ()) -> str:
    """Why a statement does not hold, in words; "" when it does. `cited` are the citations that hold, by number."""
    if not statement.citations:
        return "it names no source"
    if any(n not in cited for n in statement.citations):
        return "a citation does not match its source"
    own = [cited[n] for n in statement.citations]
    quotes = [one.citation.quote for one in own]
    sentence = visible(statement.text)
    if _is_cut_off(sentence, quotes):
        return "it leaves out who says so, or that it is denied"
    if _is_verbatim(sentence, quotes):
        return ""
    uncited = [*(one.passage for n, one in cited.items() if n not in statement.citations), *others]
    quoted = quotations(sentence)
    for quotation in quoted:
        why = _misquoted(quotation, sentence, own, uncited)
        if why:
            return why
    frames = " . ".join(dict.fromkeys(one.frame for one in own))
    stated = " . ".join([*quotes, *(quotation.text for quotation in quoted)])
    return (
        _invented(sentence, stated, frames, [one.citation.source.date for one in own])
        or _scattered(sentence, quoted, own)
        or contradiction(sentence, stated)
        or exchanged(sentence, stated)
        or _unsupported(sentence, quoted, quotes, frames, embedder)
    )


def frame(citation: Citation, text: str) -> str:
    """What a citation's words stand under: title, publisher and date, the headings, the introduction of a list."""
    lines = text[: citation.start].split("\n")
    headings = [line.strip("# ") for line in lines[:-1] if line.startswith("#")][-2:]
    parts = [citation.source.title, citation.source.publisher, citation.source.date, *headings]
    if _LIST_LINE.match(lines[-1] + citation.quote):
        parts += _introduction(lines[:-1])
    return " . ".join(part.strip() for part in parts if part.strip())


def _introduction(above: Sequence[str]) -> list[str]:
    """The line before a list, and of a table its first row: `above` are the lines before an item or a row."""
    first = len(above)
    while first and _LIST_LINE.match(above[first - 1]):
        first -= 1
    header = [line for line in above[first : first + 1] if line.lstrip().startswith("|")]
    before = [line for line in above[:first] if line.strip()]
    return [*before[-1:], *header]


def _passage_text(citation: Citation, text: str) -> str:
    span = re.search(r"#(\d+)-(\d+)$", citation.passage)
    return text[int(span[1]) : int(span[2])] if span else citation.quote


def _is_verbatim(sentence: str, quotes: Sequence[str]) -> bool:
    """Whether a sentence is a source's own words, whole or from where a clause begins."""
    match = find(sentence.strip("… "), quotes)
    if match.verdict != "found":
        return False
    before = quotes[match.text][: match.start]
    return not before.strip() or sentence.startswith("…") or bool(_BORDER_BEFORE.search(before))


def is_reported(before: str) -> bool:
    """Whether what follows these words is said, denied or supposed by somebody: "he denied that", "if", "not"."""
    return bool(_REPORTED.search(before))


def _is_cut_off(sentence: str, quotes: Sequence[str]) -> bool:
    """Whether a sentence is a source's words without who says or denies them: "X" out of "he denied that X"."""
    match = find(sentence, quotes)
    return match.verdict == "found" and is_reported(quotes[match.text][: match.start])


def _misquoted(quotation: Quotation, sentence: str, own: Sequence[Cited], uncited: Sequence[str]) -> str:
    """Why quoted words may not be shown: not there, or there under a negation that the sentence leaves out."""
    texts = [*(one.passage for one in own), *(one.citation.source.title for one in own)]
    match = find(quotation.text, texts, uncited)
    if match.verdict != "found":
        return f"the quoted words “{quotation.text}” are {match.verdict}"
    before, told = texts[match.text][: match.start], sentence[: quotation.start].rstrip("\"'“”‘’«»„‹› ") + " "
    if _NOT_BEFORE.search(before) and not _NOT_BEFORE.search(told):
        return f"the quoted words “{quotation.text}” leave out the negation before them"
    return ""


def _invented(sentence: str, stated: str, frames: str, source_dates: Sequence[str]) -> str:
    """The first date, amount or name of a sentence that its citations do not have."""
    known = [*dates(stated), *dates(frames), *(read_date(date) for date in source_dates if date)]
    years = {date.year for date in known if date.year}
    for date in dates(sentence):
        if not any(date.within(other, years) for other in known) and not _is_plain_number(date, stated, sentence):
            return f"“{sentence[date.start : date.end].strip()}” is not in its citations"
    for amount in unstated(amounts(sentence), amounts(f"{stated} . {frames}")):
        return f"“{sentence[amount.start : amount.end].strip()}” is not in its citations"
    for name in unnamed(sentence, f"{stated} . {frames}"):
        return f"“{name}” is not in its citations"
    return ""


def _scattered(sentence: str, quoted: Sequence[Quotation], own: Sequence[Cited]) -> str:
    """Why a clause is patched together: no single citation has all of its dates, amounts and names."""
    texts = [f"{one.citation.quote} . {one.frame}" for one in own]
    for clause in _CLAUSE.split(_without(sentence, quoted)):
        if all(_lacks(clause, text) for text in texts):
            return f"no single citation has all that “{clause.strip()}” states"
    return ""


def _without(sentence: str, quoted: Sequence[Quotation]) -> str:
    """The sentence less the words that it quotes: those are a source's own, and stand in one place."""
    for quotation in reversed(quoted):
        sentence = f"{sentence[: quotation.start]}…{sentence[quotation.end :]}"
    return sentence


def _lacks(clause: str, text: str) -> bool:
    known = dates(text)
    years = {date.year for date in known if date.year}
    undated = any(not any(date.within(other, years) for other in known) for date in dates(clause))
    return (
        (undated and not any(clause[date.start : date.end] in text for date in dates(clause)))
        or bool(unstated(amounts(clause), amounts(text)))
        or bool(unnamed(clause, text))
    )


def _is_plain_number(date: Date, stated: str, sentence: str) -> bool:
    """Whether what was read as a year is a number of the citations, "2014 tanks"."""
    return not date.month and sentence[date.start : date.end] in stated


def _unsupported(
    sentence: str, quoted: Sequence[Quotation], quotes: Sequence[str], frames: str, embedder: Embedder
) -> str:
    inside = [(quotation.start, quotation.end) for quotation in quoted]
    beside = [word for word in content(sentence) if not any(start <= word.start < end for start, end in inside)]
    framed = set(stems(frames))
    if quoted and all(word.stem in _TELLING or word.stem in framed for word in beside):
        return ""  # only who says so stands beside the words quoted
    if len(stems(sentence)) < LEAST_WORDS:
        return "it says too little to be checked"
    rarity, held = coverage(_without(sentence, quoted), [*quotes, frames])
    for lost, rare, near in zip(stems(_without(sentence, quoted)), rarity, held.max(axis=1), strict=True):
        if rare >= RARE and near < NEAR and len(lost) > 2 and not lost[0].isdigit():
            written = next((word.text for word in content(sentence) if canonical(word.text) == lost), lost)
            return f"nothing like “{written}” is in its citations"
    score = entailment(sentence, quotes, frames, embedder)
    return "" if score >= SUPPORTED else f"its citations do not support it ({score:.2f})"
