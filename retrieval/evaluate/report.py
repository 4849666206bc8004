"""One run as one HTML page: figures, plots, every case with answer, gold quotes and cited quotes side by side.

The page fetches nothing and can be read without script; the script only filters. All text of a run is escaped.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from retrieval.evaluate.cases import Question
from retrieval.evaluate.metrics import outcomes_of
from retrieval.evaluate.metrics_answer import Outcome
from retrieval.evaluate.plots import Bar, plot_bars, plot_calibration, plot_risk
from retrieval.evaluate.report_case import case_html
from retrieval.evaluate.results import Run
from retrieval.evaluate.summary import Figure, Summary

WORST_FIRST: tuple[Outcome, ...] = ("error", "false answer", "wrong answer", "missed", "right", "right to abstain")
HEADLINES = {
    "right": "ended right",
    "Recall@5": "gold quotes in the first 5 passages",
    "nDCG@10": "nDCG@10 of the passages",
    "citation_recall": "statements that cite gold",
    "citation_precision": "citations that are gold",
    "balanced_accuracy": "abstention, balanced accuracy",
    "claim_accuracy": "claims with the right verdict",
    "ECE": "calibration error of support",
    "delivered": "delivered without a fault",
    "p95_total": "95th percentile of all seconds",
}


def write_report(run: Run, summary: Summary, path: Path) -> None:
    """Writes the page of a run to `path`."""
    page = files("retrieval.evaluate").joinpath("report.html").read_text(encoding="utf-8")
    for name, part in _parts(run, summary).items():
        before, _, after = page.partition(f"@{name}@")
        page = before + part + after  # not replace: a run's own text may hold such a word
    path.write_text(page, encoding="utf-8", newline="\n")


def _parts(run: Run, summary: Summary) -> dict[str, str]:
    """The page's parts by name, the last place first, so that none can stand inside an earlier one."""
    outcomes = outcomes_of(run)
    tags = sorted({tag for case in run.cases for tag in case.tags})
    order = sorted(range(len(run.cases)), key=lambda place: WORST_FIRST.index(outcomes[place]))
    ended = [outcome for outcome in WORST_FIRST if outcome in outcomes]
    return {
        "stamp": _stamp(run.stamp),
        "cases": "\n".join(case_html(run, place, outcomes[place]) for place in order),
        "tagnames": _options([("", "every tag"), *((tag, tag) for tag in tags)]),
        "outcomes": _options([("", "every outcome"), ("misses", "all misses"), *((one, one) for one in ended)]),
        "confusion": _confusion(summary.confusion),
        "tags": _by_tag(summary),
        "figures": _figures(summary.figures),
        "plots": _plots(run, summary, outcomes),
        "head": _head(run, summary),
        "title": escape(f"Run {run.folder.name}: {len(run.cases)} cases"),
    }


def show(figure: Figure, value: float) -> str:
    """A figure's value as the page writes it: milliseconds for latency, three places for the rest."""
    if figure.group != "latency":
        return f"{value:.3f}"
    ms = 1000 * value
    return f"{ms:.0f} ms" if ms >= 100 else f"{ms:.2g} ms"


def _head(run: Run, summary: Summary) -> str:
    cards = []
    for name, words in HEADLINES.items():
        if figure := summary.figure(name):
            interval = f"{show(figure, figure.low)} – {show(figure, figure.high)}, n={figure.cases}"
            cards.append(
                f'<div class="card"><b>{show(figure, figure.value)}</b>{escape(words)}'
                f'<div class="small soft">{interval}</div></div>'
            )
    counts = ", ".join(f"{count} {outcome}" for outcome, count in summary.outcomes.items() if count)
    of = escape(str(run.stamp.get("set", {}).get("path", "")))
    return (
        f"<h1>Run {escape(run.folder.name)}</h1>"
        f'<p class="soft">{len(run.cases)} cases of {of}: {counts}. Finished {escape(str(run.stamp["finished"]))}. '
        '<a href="#cases">Every case, misses first</a></p>'
        f'<div class="cards">{"".join(cards)}</div>'
    )


def _plots(run: Run, summary: Summary, outcomes: Sequence[Outcome]) -> str:
    figures = []
    for name in ("right", "Recall@5", "claim_accuracy"):
        told = {tag: next((one for one in row if one.name == name), None) for tag, row in summary.by_tag.items()}
        bars = [Bar(t, f.value, f.low, f.high, f"{f.value:.2f}  (n={f.cases})") for t, f in told.items() if f]
        if bars:
            figures.append(_figure(f"{name} by tag", "95 % intervals", plot_bars(bars, f"{name} by tag")))
    answered = [place for place, row in enumerate(run.rows) if row.get("answered")]
    if answered:
        support = np.array([float(run.rows[place]["support"]) for place in answered])
        right = np.array([float(outcomes[place] == "right") for place in answered])
        asked = sum(isinstance(case, Question) for case in run.cases)
        figures += [
            _figure(
                "Calibration of support",
                "on the dashed line, support says how many are right; area: answers",
                plot_calibration(support, right, "share right against support"),
            ),
            _figure(
                "Risk and coverage",
                "answering only above a support: how many, and how many of them wrong",
                plot_risk(support, right, asked, "risk against coverage"),
            ),
        ]
    if latency := _latency_bars(summary):
        most = max(bar.value for bar in latency) or 1.0
        figures.append(_figure("Latency by stage", "milliseconds", plot_bars(latency, "latency by stage", most)))
    return f'<h2>Plots</h2><div class="plots">{"".join(figures)}</div>' if figures else ""


def _latency_bars(summary: Summary) -> list[Bar]:
    bars = []
    for figure in summary.figures:
        if figure.group == "latency":
            spot, _, stage = figure.name.partition("_")
            ms = 1000 * figure.value
            bars.append(Bar(f"{stage} {spot}", ms, ms, ms, f"{ms:.1f} ms"))
    return bars


def _figure(caption: str, words: str, plot: str) -> str:
    return f"<figure><figcaption>{escape(caption)}<span>{escape(words)}</span></figcaption>{plot}</figure>"


def _figures(figures: Iterable[Figure]) -> str:
    rows = [
        (
            escape(figure.name) + (' <span class="soft">lower is better</span>' if figure.lower_is_better else ""),
            show(figure, figure.value),
            f"{show(figure, figure.low)} – {show(figure, figure.high)}",
            str(figure.cases),
        )
        for figure in figures
    ]
    return _table(("metric", "value", "95 % interval", "cases"), rows)


def _by_tag(summary: Summary) -> str:
    told = {figure.name for figures in summary.by_tag.values() for figure in figures}
    names = [figure.name for figure in summary.figures if figure.name in told]
    rows = []
    for tag, figures in summary.by_tag.items():
        values = {figure.name: show(figure, figure.value) for figure in figures}
        cases = max((figure.cases for figure in figures), default=0)
        rows.append((escape(tag), str(cases), *(values.get(name, "–") for name in names)))
    return "<h2>By tag</h2>" + _table(("tag", "cases", *names), rows) if rows else ""


def _confusion(confusion: Mapping[str, Mapping[str, int]]) -> str:
    if not confusion:
        return ""
    verdicts = list(next(iter(confusion.values())))
    rows = [(escape(label), *(str(counts[verdict]) for verdict in verdicts)) for label, counts in confusion.items()]
    return "<h2>Claims: label (down) and verdict (across)</h2>" + _table(("label", *verdicts), rows)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Cells are HTML already."""
    head = "".join(f"<th>{escape(name)}</th>" for name in heads)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _options(choices: Iterable[tuple[str, str]]) -> str:
    return "".join(f'<option value="{escape(value)}">{escape(words)}</option>' for value, words in choices)


def _stamp(stamp: Mapping[str, Any]) -> str:
    items = "".join(
        f"<dt>{escape(key)}</dt><dd>{escape(value if isinstance(value, str) else json.dumps(value))}</dd>"
        for key, value in stamp.items()
    )
    return f"<dl>{items}</dl>"
