"""One case of a report: what was asked, the answer, the gold quotes and the cited quotes side by side, in HTML."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from retrieval.evaluate.cases import Case, Claim, Question
from retrieval.evaluate.gold import Occurrences, golds_of_citation, golds_of_passage, passage_span
from retrieval.evaluate.metrics_answer import Outcome
from retrieval.evaluate.results import Run

SHOWN_PASSAGES = 10


def case_html(run: Run, place: int, outcome: Outcome) -> str:
    """The case as a `details` element, open if it is a miss."""
    case, gold, row, checks = run.cases[place], run.gold[place], run.rows[place], run.checks[place]
    miss = not outcome.startswith("right")
    look = "silent" if outcome == "right to abstain" else "miss" if miss else ""
    tags = "".join(f'<span class="tag">{escape(tag)}</span>' for tag in case.tags)
    return (
        f'<details class="case" id="case-{place}" data-outcome="{outcome}" data-tags="{escape(json.dumps(case.tags))}"'
        f"{' open' if miss else ''}><summary><span class='badge {look}'>{outcome}</span>"
        f'<span class="question">{escape(case.text) or "(nothing asked)"}</span>{tags}'
        f'<span class="tag">{escape(case.id)}</span></summary><div class="body">{_history(case)}<div class="sides">'
        f"<section><h3>{'Verdict' if isinstance(case, Claim) else 'Answer'}</h3>{_answer(case, row)}</section>"
        f"<section><h3>Gold</h3>{_gold(case, gold, row)}</section>"
        f"<section><h3>Cited</h3>{_cited(row, gold)}</section></div>"
        f"{_faults(checks)}{_retrieved(run, row, gold)}{_notes(case, row)}</div></details>"
    )


def _history(case: Case) -> str:
    turns = case.history if isinstance(case, Question) else ()
    lines = "<br>".join(f"{turn.role}: {escape(turn.text)}" for turn in turns)
    return f'<p class="history">{lines}</p>' if lines else ""


def _answer(case: Case, row: Mapping[str, Any]) -> str:
    if "error" in row:
        return f'<p class="fault">Crashed: {escape(row["error"])}</p>'
    if isinstance(case, Claim):
        return f"<p>{escape(row['verdict'])}</p><p class='small soft'>support {row['support']:.2f}</p>"
    parts = []
    if row["standalone"] != row["question"]:
        parts.append(f'<p class="small soft">Searched for: {escape(row["standalone"])}</p>')
    if not row["answered"]:
        parts.append(f"<p>Abstained: {escape(str(row['reason']))}</p>")
    for statement in row["statements"]:
        numbers = "".join(f"[{number}]" for number in statement["citations"])
        parts.append(f"<p>{escape(statement['text'])} <span class='soft'>{numbers}</span></p>")
    return "".join(parts) + f'<p class="small soft">support {row["support"]:.2f}</p>'


def _gold(case: Case, gold: Sequence[Occurrences], row: Mapping[str, Any]) -> str:
    parts = []
    if isinstance(case, Claim):
        parts.append(f"<p>{escape(case.label)}</p>")
    elif not case.answerable:
        parts.append("<p>The sources do not answer this.</p>")
    elif case.answers:
        parts.append(f"<p>{escape('; '.join(case.answers))}</p>")
    found = {number for citation in _citations(row) for number in golds_of_citation(gold, citation)}
    for number, one in enumerate(case.gold):
        look = "hit" if number in found else "miss"
        words = "cited" if number in found else "not cited"
        source = escape(one.source or gold[number][0].document)
        parts.append(f'<blockquote class="{look}">{escape(one.quote)}<cite>{source}, {words}</cite></blockquote>')
    return "".join(parts) or '<p class="soft">No gold answer or quote.</p>'


def _cited(row: Mapping[str, Any], gold: Sequence[Occurrences]) -> str:
    parts = []
    for citation in _citations(row):
        look = "hit" if golds_of_citation(gold, citation) else "miss" if gold else ""
        about = ", ".join(escape(str(citation[key])) for key in ("title", "date", "passage") if citation[key])
        quote = _marked(citation, gold)
        about += ", against the claim" if citation in row.get("against", []) else ""
        parts.append(f'<blockquote class="{look}">{quote}<cite>[{citation["n"]}] {about}</cite></blockquote>')
    nearest = [f"<blockquote>{escape(hit['text'])}<cite>nearest</cite></blockquote>" for hit in row.get("nearest", [])]
    return "".join(parts + nearest[:3]) or '<p class="soft">Nothing.</p>'


def _marked(citation: Mapping[str, Any], gold: Sequence[Occurrences]) -> str:
    """The quote with the characters that lie on a gold quote marked."""
    start, quote = int(citation["start"]), str(citation["quote"])
    document = passage_span(citation["passage"]).document
    on_gold = [False] * len(quote)
    for span in (span for spans in gold for span in spans if span.document == document):
        for at in range(max(0, span.start - start), max(0, min(len(quote), span.end - start))):
            on_gold[at] = True
    pieces, at = [], 0
    while at < len(quote):
        end = at + 1
        while end < len(quote) and on_gold[end] == on_gold[at]:
            end += 1
        words = escape(quote[at:end])
        pieces.append(f"<mark>{words}</mark>" if on_gold[at] else words)
        at = end
    return "".join(pieces)


def _retrieved(run: Run, row: Mapping[str, Any], gold: Sequence[Occurrences]) -> str:
    items = []
    for hit in row.get("retrieved", [])[:SHOWN_PASSAGES]:
        numbers = golds_of_passage(gold, hit["passage"])
        told = f' <span class="yes">gold {", ".join(str(number + 1) for number in numbers)}</span>' if numbers else ""
        text = escape(run.passages.get(hit["passage"], ""))
        ranks = f"dense {hit['rank_dense'] or '–'}, lexical {hit['rank_lexical'] or '–'}, score {hit['score']:.3f}"
        items.append(f'<li><b>{escape(hit["passage"])}</b>{told} <span class="soft">{ranks}</span><br>{text}</li>')
    if not items:
        return ""
    head = '<summary class="small soft">Retrieved passages</summary>'
    return f'<details>{head}<ol class="found">{"".join(items)}</ol></details>'


def _faults(checks: Mapping[str, Any]) -> str:
    return "".join(f'<p class="fault">Delivery: {escape(fault)}</p>' for fault in checks.get("delivery", []))


def _notes(case: Case, row: Mapping[str, Any]) -> str:
    seconds = ", ".join(f"{escape(stage)} {1000 * value:.0f} ms" for stage, value in row["seconds"].items())
    note = f"{escape(case.note)} · " if case.note else ""
    return f'<p class="small soft">{note}{seconds}</p>'


def _citations(row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [*row.get("citations", []), *row.get("for", []), *row.get("against", [])]
