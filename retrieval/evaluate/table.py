"""A run and a comparison as tables on the terminal, through rich. Knows wording and columns, computes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from retrieval.evaluate.compare import Comparison, Difference
from retrieval.evaluate.summary import Figure, Summary

LISTED = 40  # changed cases shown; the rest are counted, and are in --json
TAG_COLUMNS = {  # with heads short enough for a terminal of 80 columns
    "right": "right",
    "Recall@5": "R@5",
    "nDCG@10": "nDCG",
    "contains_each": "contains",
    "citation_recall": "cited\nrecall",
    "citation_precision": "cited\nprec.",
    "claim_accuracy": "claims",
}


def print_summary(console: Console, summary: Summary) -> None:
    """Every metric with its interval and how many cases it counts, then the main ones by tag."""
    print_figures(console, summary.figures)
    print_by_tag(console, summary.by_tag)
    counts = ", ".join(f"{count} {outcome}" for outcome, count in summary.outcomes.items() if count)
    console.print(Text(f"\n{summary.cases} cases: {counts}"))


def print_figures(console: Console, figures: Sequence[Figure]) -> None:
    """Metrics with their intervals, a blank line between groups."""
    table = Table("metric", "value", "95 % interval", "cases", box=None, header_style="dim", pad_edge=False)
    for place, figure in enumerate(figures):
        if place and figure.group != figures[place - 1].group:
            table.add_row()
        interval = f"{show_value(figure, figure.low)} – {show_value(figure, figure.high)}"
        table.add_row(show_name(figure), show_value(figure, figure.value), Text(interval, "dim"), str(figure.cases))
    console.print(table)


def print_by_tag(console: Console, by_tag: Mapping[str, Sequence[Figure]]) -> None:
    """The main metrics by tag; a dash where a metric says nothing of a tag."""
    names = [name for name in TAG_COLUMNS if any(name == one.name for row in by_tag.values() for one in row)]
    if not by_tag or not names:
        return
    table = Table("tag", "cases", *(TAG_COLUMNS[name] for name in names), box=None, header_style="dim", pad_edge=False)
    table.columns[0].no_wrap = True
    for tag, figures in by_tag.items():
        values = {figure.name: f"{figure.value:.3f}" for figure in figures}
        cases = max((figure.cases for figure in figures), default=0)
        table.add_row(Text(tag), str(cases), *(values.get(name, "–") for name in names))
    console.print()
    console.print(table)


def print_comparison(console: Console, comparison: Comparison) -> None:
    """Each metric before and after, the difference with its interval and p, then the cases that changed."""
    console.print(Text(f"{comparison.before.folder} → {comparison.after.folder}\n"))
    heads = ("metric", "before", "after", "difference", "95 % interval", "p", "won", "lost", "smallest seen", "cases")
    table = Table(*heads, box=None, header_style="dim", pad_edge=False)
    for one in comparison.differences:
        table.add_row(*_difference_row(one))
    console.print(table)
    console.print(Text("smallest seen: the difference this set finds 4 times of 5; * p < 0.05", style="dim"))
    _print_changed(console, comparison)
    if comparison.unpaired:
        console.print(Text(f"\nonly in one of the runs: {', '.join(comparison.unpaired)}"))


def show_name(figure: Figure | Difference) -> str:
    """A metric's name, with an arrow where lower is better."""
    return f"{figure.name} ↓" if figure.lower_is_better else figure.name


def show_value(figure: Figure | Difference, value: float, sign: str = "") -> str:
    """A metric's value: milliseconds for latency, three places for the rest."""
    return f"{1000 * value:{sign}.1f} ms" if figure.group == "latency" else f"{value:{sign}.3f}"


def _difference_row(one: Difference) -> Iterable[Text | str]:
    sure = one.p < 0.05
    style = ("green" if one.gain > 0 else "red") if sure and one.change else ""
    yield show_name(one)
    yield show_value(one, one.before)
    yield show_value(one, one.after)
    yield Text(show_value(one, one.change, "+"), style)
    yield Text(f"{show_value(one, one.interval.low, '+')} – {show_value(one, one.interval.high, '+')}", "dim")
    yield Text(("<0.001" if one.p < 0.001 else f"{one.p:.3f}") + "*" * sure, style)
    yield "–" if one.wins is None else str(one.wins)
    yield "–" if one.losses is None else str(one.losses)
    yield "–" if one.smallest is None else show_value(one, one.smallest)
    yield str(one.cases)


def _print_changed(console: Console, comparison: Comparison) -> None:
    console.print(Text(f"\n{len(comparison.changed)} of {len(comparison.before.cases)} cases ended otherwise"))
    for one in comparison.changed[:LISTED]:
        style = "green" if one.after.startswith("right") else "red"
        console.print(Text.assemble("  ", (f"{one.before} → {one.after}", style), f"  {one.id}: {one.text}"))
    if len(comparison.changed) > LISTED:
        console.print(Text(f"  and {len(comparison.changed) - LISTED} more; --json lists them all", style="dim"))
