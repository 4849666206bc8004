"""Answers and checks as plain text, Markdown and JSON. Pure: text in, text out; the forms of JSON are a contract.

Knows the nouns only; must not know terminals (terminal.py) or Discord (bot/render.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from retrieval.types import Answer, Check, Citation, Hit, Source, Trace

FRAGMENT_WORDS = 5  # words at each end of a long quote: enough to be found once, short enough for an address
REASONS = {
    "no_evidence": "The sources do not answer this.",
    "unsupported": "What was found does not support an answer.",
    "empty_question": "There is no question here.",
}


def support_words(support: float) -> str:
    """The support of an answer in words that people read alike."""
    if support >= 0.75:
        return "well supported"
    if support >= 0.5:
        return "partly supported"
    return "weakly supported"


def quoted_link(citation: Citation) -> str:
    """The source's address, opening at the quoted words by a text fragment (WICG scroll-to-text); "" without one."""
    url = citation.source.url
    if not url.startswith(("http://", "https://")):
        return ""
    words = re.sub(r"\s+", " ", citation.quote).strip(" |-").split(" ")
    fragment = _encode(" ".join(words))
    if len(words) > 2 * FRAGMENT_WORDS:
        fragment = _encode(" ".join(words[:FRAGMENT_WORDS])) + "," + _encode(" ".join(words[-FRAGMENT_WORDS:]))
    return f"{url.split('#:~:')[0]}{'' if '#' in url else '#'}:~:text={fragment}"


def describe(source: Source) -> str:
    """A source in one line: title, publisher, date, and what it is where that matters (a brief is a brief)."""
    parts = [source.title, source.publisher, source.date or "no date"]
    if source.kind == "brief":
        parts.append("a brief written for this project, not a primary source")
    return ", ".join(part for part in parts if part)


def markers(citations: Sequence[int]) -> str:
    """`[1][2]`."""
    return "".join(f"[{n}]" for n in citations)


def to_text(answer: Answer, explain: bool = False) -> str:
    """The answer for a pipe: statements with markers, then the numbered sources with the words cited."""
    lines: list[str] = []
    if answer.query.standalone != answer.query.question and answer.query.standalone:
        lines += [f"Searched for: {answer.query.standalone}", ""]
    lines += [f"{statement.text} {markers(statement.citations)}" for statement in answer.statements]
    if answer.answered:
        lines += ["", f"({support_words(answer.support)}, {answer.support:.2f})", "", "Sources"]
        for citation in answer.citations:
            lines += [f"[{citation.n}] {describe(citation.source)}", f"    “{_one_line(citation.quote)}”"]
            lines += [f"    {quoted_link(citation)}"] if quoted_link(citation) else []
            lines += [f"    {citation.passage}"]
    else:
        lines += abstention_lines(answer)
    lines += [f"Note: {note}" for note in answer.trace.notes]
    if explain:
        lines += ["", *trace_lines(answer)]
    return "\n".join(lines)


def trace_lines(answer: Answer) -> list[str]:
    """How the answer came to be, a line for each stage, unit of evidence and dropped statement."""
    seconds = ", ".join(f"{stage} {1000 * value:.0f} ms" for stage, value in answer.seconds.items())
    lines = [f"How: {seconds}; index {answer.index_version}; {engine_words(answer)}"]
    for evidence in answer.trace.evidence[:8]:
        strongest = sorted(evidence.features.items(), key=lambda item: -abs(item[1]))[:4]
        counted = ", ".join(f"{name} {value:+.2f}" for name, value in strongest)
        lines.append(f"{evidence.score:.2f}  {shorten(evidence.quote, 100)}  ({counted})")
    return lines + [f"dropped: {dropped.text} ({dropped.why})" for dropped in answer.trace.dropped]


def engine_words(answer: Answer) -> str:
    """Who wrote the answer and, of a language model, the tokens that it took."""
    settings = answer.trace.settings
    if "tokens read" not in settings:
        return answer.engine
    return f"{answer.engine}, {settings['tokens read']} tokens read and {settings['tokens written']} written"


def check_text(check: Check) -> str:
    """A claim's verdict, then what speaks for it and against it."""
    words = {"supported": "Supported", "contradicted": "Contradicted", "not_enough": "Not in the sources"}
    lines = [f"{words[check.verdict]} ({check.support:.2f}): {check.claim}"]
    for name, citations in (("For", check.evidence_for), ("Against", check.evidence_against)):
        for citation in citations:
            lines += ["", f"{name}: {describe(citation.source)}", f"    “{_one_line(citation.quote)}”"]
            lines += [f"    {citation.passage}"]
    return "\n".join(lines)


def abstention_lines(answer: Answer) -> list[str]:
    """Why nothing is said, what is missing, and the nearest passages."""
    lines = [REASONS[answer.reason or "no_evidence"]]
    lines += [f"No passage that was found speaks of {missing}." for missing in answer.trace.missing]
    if answer.nearest:
        lines += ["", "Nearest passages, which do not answer it:"]
        for hit in answer.nearest:
            lines += [f"- {describe(hit.passage.source)}", f"  “{shorten(hit.passage.text)}”", f"  {hit.passage.id}"]
    return lines


def to_markdown(answer: Answer) -> str:
    """The answer as Markdown, with the sources as a numbered list of links."""
    lines = [f"**{_escape(answer.query.question)}**", ""]
    lines += [f"- {_escape(statement.text)} {markers(statement.citations)}" for statement in answer.statements]
    if not answer.answered:
        lines += [_escape(line) for line in abstention_lines(answer)]
    for citation in answer.citations:
        link = quoted_link(citation)
        title = f"[{_escape(describe(citation.source))}](<{link}>)" if link else _escape(describe(citation.source))
        lines += ["", f"{citation.n}\\. {title}", f"   > {_escape(_one_line(citation.quote))}"]
    return "\n".join(lines)


def to_json(answer: Answer, explain: bool = False) -> dict[str, object]:
    """The answer in the form that `ask --json` and results.jsonl share; with `explain`, its trace as well."""
    form: dict[str, object] = {
        "question": answer.query.question,
        "standalone": answer.query.standalone,
        "answered": answer.answered,
        "support": round(answer.support, 4),
        "reason": answer.reason,
        "statements": [{"text": s.text, "citations": list(s.citations)} for s in answer.statements],
        "citations": [citation_json(citation) for citation in answer.citations],
    }
    if not answer.answered:
        form["nearest"] = [
            {"passage": hit.passage.id, "text": hit.passage.text, "score": round(hit.score, 6)}
            for hit in answer.nearest
        ]
    form["retrieved"] = [
        {
            "passage": hit.passage.id,
            "source": hit.passage.source.id,
            "score": round(hit.score, 6),
            "rank_dense": hit.rank_dense,
            "rank_lexical": hit.rank_lexical,
            "score_reader": None if hit.score_reader is None else round(hit.score_reader, 4),
        }
        for hit in answer.retrieved
    ]
    form |= {"engine": answer.engine, "index_version": answer.index_version, "seconds": _seconds(answer.seconds)}
    if explain:
        form["trace"] = trace_json(answer.trace) | {"prompt": answer.prompt_hash}
    return form


def citation_json(citation: Citation) -> dict[str, object]:
    """A citation in the form of `ask --json`."""
    return {
        "n": citation.n,
        "passage": citation.passage,
        "source": citation.source.id,
        "title": citation.source.title,
        "date": citation.source.date,
        "url": citation.source.url,
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
    }


def check_json(check: Check) -> dict[str, object]:
    """What the sources say of a claim, in the form of `check --json`."""
    return {
        "claim": check.claim,
        "verdict": check.verdict,
        "support": round(check.support, 4),
        "for": [citation_json(citation) for citation in check.evidence_for],
        "against": [citation_json(citation) for citation in check.evidence_against],
        "seconds": _seconds(check.seconds),
    }


def hit_json(hit: Hit) -> dict[str, object]:
    """A hit in the form of `search --json`."""
    return {
        "passage": hit.passage.id,
        "source": hit.passage.source.id,
        "title": hit.passage.source.title,
        "score": round(hit.score, 6),
        "rank_dense": hit.rank_dense,
        "rank_lexical": hit.rank_lexical,
        "text": hit.passage.text,
        "start": hit.passage.start,
        "end": hit.passage.end,
    }


def trace_json(trace: Trace) -> dict[str, object]:
    """The trace: evidence with its features, what was dropped and why, what is missing, notes."""
    return {
        "evidence": [
            {
                "passage": evidence.hit.passage.id,
                "quote": evidence.quote,
                "score": round(evidence.score, 4),
                "features": {name: round(float(value), 4) for name, value in evidence.features.items()},
                "missing": list(evidence.missing),
            }
            for evidence in trace.evidence
        ],
        "dropped": [{"text": dropped.text, "why": dropped.why} for dropped in trace.dropped],
        "missing": list(trace.missing),
        "notes": list(trace.notes),
        "settings": dict(trace.settings),
    }


def _seconds(seconds: Mapping[str, float]) -> dict[str, float]:
    return {stage: round(value, 5) for stage, value in seconds.items()}


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def shorten(text: str, characters: int = 240) -> str:
    """The text in one line, cut at a word where it is longer."""
    line = _one_line(text)
    return line if len(line) <= characters else line[:characters].rsplit(" ", 1)[0] + " …"


def _encode(text: str) -> str:
    return quote(text, safe="").replace("-", "%2D")  # a dash has a meaning of its own in a text fragment


def _escape(text: str) -> str:
    plain = re.sub(r"([\\`*_{}\[\]<>#|~@])", r"\\\1", text)
    return re.sub(r":(?=//)|(?<=\bwww)(?=\.)", lambda found: f"{found.group()}\\", plain)  # no link comes by itself
