"""What the buttons show: a cited passage, why an answer came out so, a checked claim, the list of sources. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.markdown import brief, escape, join_within, one_line, split, width
from bot.render import CONTENT_LIMIT, VIEW, citation_line, source_line
from bot.words import plural, seconds_words, support_words
from retrieval import Answer, Check, Citation, Passage, Source

_VERDICTS = {
    "supported": "✅ **The sources support this.**",
    "contradicted": "❌ **The sources contradict this.**",
    "not_enough": "❔ **The sources do not say enough to tell.**",
}


def passage_panel(citation: Citation, passage: Passage) -> str:
    """The passage with its title, section and date, the cited words in bold. One message's content."""
    head = [f"**[{citation.n}]** {source_line(passage.source, citation.quote)}"]
    if passage.headings:
        head.append(f"-# Section: {brief(' › '.join(passage.headings), 160)}")
    foot = f"-# Passage `{one_line(passage.id).replace('`', '')[:120]}`"
    shortened = " · shortened"
    room = CONTENT_LIMIT - width("\n".join([*head, foot])) - width(shortened) - 2
    start, end = _window(passage, citation, room)
    cut = (start, end) != (passage.start, passage.end)
    return "\n".join([*head, _body(passage, citation, start, end), foot + shortened * cut])


def why_panel(answer: Answer) -> str:
    """How an answer came to be: seconds by stage, the passages with ranks and scores, what was dropped."""
    if answer.engine == VIEW:
        return (
            "**Why these?** This is no ranked answer: it lists all that the sources name of this kind, each entry in"
            f" the words of its source.\n-# index {brief(answer.index_version, 40)}"
        )
    stages = " · ".join(f"{brief(name, 20)} {seconds_words(value)}" for name, value in answer.seconds.items())
    lines = [
        f"**Why this answer?** Support {answer.support:.2f}: {support_words(answer.support)}.",
        f"-# {stages}" if stages else "",
        f"**{plural(len(answer.retrieved), 'passage')} read**, best first (rank by meaning / by words · score)",
    ]
    cited = {citation.passage for citation in answer.citations}
    for place, hit in enumerate(answer.retrieved, start=1):
        ranks = f"{hit.rank_dense or '–'} / {hit.rank_lexical or '–'}"
        reader = "" if hit.score_reader is None else f" · reader {hit.score_reader:.2f}"
        mark = " · **cited**" if hit.passage.id in cited else ""
        lines.append(f"{place}\\. {brief(hit.passage.source.title, 70)} ({ranks} · {hit.score:.3f}{reader}){mark}")
    notes = [f"Dropped: {brief(item.text, 120)} — {brief(item.why, 80)}" for item in answer.trace.dropped]
    notes.extend(f"Note: {brief(note, 160)}" for note in answer.trace.notes)
    engine = f"-# engine {brief(answer.engine, 60)} · index {brief(answer.index_version, 40)}"
    room = CONTENT_LIMIT - width(engine) - 2 - min(600, width("\n".join(notes)) + 1)
    shown = join_within((line for line in lines if line), room, more="-# …and {} more passages")
    dropped = join_within(notes, 598, more="-# …and {} more") if notes else ""
    return "\n".join(part for part in (shown, dropped, engine) if part)


def check_panel(checks: Sequence[Check]) -> str:
    """What the sources say of each claim, with the passages for and against. One message's content."""
    room = CONTENT_LIMIT // max(1, len(checks)) - 2
    return "\n\n".join(_check_block(check, room) for check in checks)


def sources_pages(sources: Sequence[Source]) -> list[str]:
    """The list of sources as contents of messages, newest first."""
    if not sources:
        return ["There is no source yet. A server manager can add one with `/parley ingest`."]
    ordered = sorted(sources, key=lambda source: source.date, reverse=True)
    lines = [f"- {source_line(source)}" for source in ordered]
    pages: list[list[str]] = [[f"**{plural(len(sources), 'source')}**, newest first"]]
    for line in lines:
        if width("\n".join([*pages[-1], line])) > CONTENT_LIMIT:
            pages.append([])
        pages[-1].append(line)
    return ["\n".join(page) for page in pages]


def _check_block(check: Check, room: int) -> str:
    sure = "" if check.verdict == "not_enough" else f" Support: {support_words(check.support)}"
    lines = [f"> {brief(check.claim, 200)}", _VERDICTS[check.verdict] + sure]
    for word, citations in (("For", check.evidence_for), ("Against", check.evidence_against)):
        lines.extend(f"{word}: “{brief(citation.quote, 240)}”\n{citation_line(citation)}" for citation in citations)
    return join_within(lines, room, more="-# …and {} more; the menu below shows them")


def _window(passage: Passage, citation: Citation, room: int) -> tuple[int, int]:
    """What of the passage is shown: all of it where it fits, else the cited words and as much round them as fits."""
    start, end = passage.start, passage.end
    first = min(max(citation.start, start), end)
    last = max(first, min(citation.end, end))
    around = max(first - start, end - last)
    while width(_body(passage, citation, start, end)) > room:
        if around > 8:
            around = around * 3 // 4
            start, end = max(passage.start, first - around), min(passage.end, last + around)
        else:
            end = start + (end - start) * 3 // 4
    return start, end


def _body(passage: Passage, citation: Citation, start: int, end: int) -> str:
    """The characters `[start, end)` of the document as a quotation, the cited words in bold."""
    spans = citation.bold or ((citation.start, citation.end),)
    return _bold(passage.slice(start, end), [(first - start, last - start) for first, last in spans])


def _bold(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text as a quotation, escaped, the spans (offsets into `text`) in bold paragraph by paragraph."""
    marks = [False] * len(text)
    for first, last in spans:
        for at in range(max(0, first), min(len(text), last)):
            marks[at] = True
    lines: list[str] = []
    at = 0
    for paragraph in text.split("\n"):
        lines.append(_bold_line(paragraph, marks[at : at + len(paragraph)]))
        at += len(paragraph) + 1
    return "\n".join(f"> {line}" for line in lines if line.strip())


def _bold_line(paragraph: str, marks: Sequence[bool]) -> str:
    parts: list[str] = []
    at = 0
    while at < len(paragraph):
        end = at
        while end < len(paragraph) and marks[end] == marks[at]:
            end += 1
        run = paragraph[at:end]
        bare = run.strip()
        if marks[at] and bare:
            before, after = run[: len(run) - len(run.lstrip())], run[len(run.rstrip()) :]
            parts.append(f"{before}**{escape(bare)}**{after}")
        else:
            parts.append(escape(run))
        at = end
    return "".join(parts)


def pieces(text: str) -> list[str]:
    """A text as contents of messages."""
    return split(text, CONTENT_LIMIT) or ["(nothing)"]
