"""Four plots of a run as inline SVG: by tag, calibration, risk against coverage, latency.

Colours are the page's CSS variables, so that a plot follows light and dark. Knows numbers, not runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.evaluate.aggregates import CALIBRATION_BINS

WIDTH, ROW, LEFT, RIGHT = 500, 26, 176, 96
SQUARE, MARGIN = 300, 46


class Bar(NamedTuple):
    """A row of a bar plot: a value with its interval (in the plot's unit) and a word after it."""

    label: str
    value: float
    low: float
    high: float
    note: str


def plot_bars(bars: Sequence[Bar], title: str, most: float = 1.0) -> str:
    """Horizontal bars from 0 to `most`, with whiskers for the intervals."""
    span = WIDTH - LEFT - RIGHT
    height = ROW * len(bars) + 24

    def x(value: float) -> float:
        return LEFT + span * min(value, most) / (most or 1.0)

    parts = [_line(x(most * part), 4, x(most * part), height - 18, "grid") for part in (0, 0.25, 0.5, 0.75, 1)]
    for place, bar in enumerate(bars):
        middle = ROW * place + ROW / 2 + 2
        parts += [
            _text(LEFT - 8, middle + 4, _clip(bar.label), "end"),
            f'<rect class="bar" x="{LEFT}" y="{middle - 7:.1f}" width="{x(bar.value) - LEFT:.1f}" height="14" rx="2"/>',
        ]
        if bar.high > bar.low:
            parts.append(_line(x(bar.low), middle, x(bar.high), middle, "whisker"))
            parts += [_line(x(end), middle - 4, x(end), middle + 4, "whisker") for end in (bar.low, bar.high)]
        parts.append(_text(WIDTH - RIGHT + 8, middle + 4, bar.note, "start", "value"))
    parts += [_text(x(most * part), height - 3, _number(most * part), "middle", "tick") for part in (0, 0.5, 1)]
    return _svg(WIDTH, height, title, parts)


def plot_calibration(support: NDArray[np.float64], right: NDArray[np.float64], title: str) -> str:
    """Share right against support in ten bins; a dot's area is the number of answers in it."""
    bins = np.minimum((support * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    parts = [*_frame("support", "share right"), _line(*_at(0, 0), *_at(1, 1), "diagonal")]
    points: list[tuple[float, float]] = []
    for number in np.unique(bins):
        inside = bins == number
        x, y, count = float(support[inside].mean()), float(right[inside].mean()), int(inside.sum())
        points.append(_at(x, y))
        radius = 3 + 9 * (count / len(bins)) ** 0.5
        told = f"support {x:.2f}: {y:.2f} right of {count}"
        parts.append(
            f'<circle class="dot" cx="{points[-1][0]:.1f}" cy="{points[-1][1]:.1f}" r="{radius:.1f}">'
            f"<title>{told}</title></circle>"
        )
    return _svg(SQUARE, SQUARE, title, [*parts, _path(points)])


def plot_risk(support: NDArray[np.float64], right: NDArray[np.float64], cases: int, title: str) -> str:
    """Share wrong among the answers with most support, against the share of all `cases` that they are.

    El-Yaniv and Wiener 2010, "On the Foundations of Noise-free Selective Classification".
    """
    order = np.argsort(-support, kind="stable")
    wrong = np.cumsum(1 - right[order])
    counts = np.arange(1, len(order) + 1)
    ends = np.flatnonzero(np.diff(support[order], append=-1.0))  # answers with equal support come together
    points = [_at(float(counts[end] / cases), float(wrong[end] / counts[end])) for end in ends]
    parts = _frame("coverage (share answered)", "risk (share wrong)")
    if points:
        x, y = points[-1]
        parts.append(f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="5"><title>as run</title></circle>')
    return _svg(SQUARE, SQUARE, title, [*parts, _path(points)])


def _at(x: float, y: float) -> tuple[float, float]:
    """From the unit square to the picture."""
    side = SQUARE - MARGIN - 12
    return MARGIN + side * x, SQUARE - MARGIN - side * y


def _frame(across: str, up: str) -> list[str]:
    parts = []
    for part in (0.0, 0.25, 0.5, 0.75, 1.0):
        parts += [_line(*_at(part, 0), *_at(part, 1), "grid"), _line(*_at(0, part), *_at(1, part), "grid")]
    for part in (0.0, 0.5, 1.0):
        x, y = _at(part, 0)
        parts.append(_text(x, y + 15, f"{part:g}", "middle", "tick"))
        x, y = _at(0, part)
        parts.append(_text(x - 6, y + 4, f"{part:g}", "end", "tick"))
    x, y = _at(0.5, 0)
    parts.append(_text(x, y + 32, across, "middle"))
    _, middle = _at(0, 0.5)
    parts.append(f'<g transform="translate(12 {middle:.1f}) rotate(-90)">{_text(0, 0, up, "middle")}</g>')
    return parts


def _svg(width: float, height: float, title: str, parts: Sequence[str]) -> str:
    inside = "".join(parts)
    shape = "square" if width == height else "wide"
    return f'<svg class="{shape}" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(title)}">{inside}</svg>'


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _text(x: float, y: float, words: str, anchor: str, kind: str = "label") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _path(points: Sequence[tuple[float, float]]) -> str:
    listed = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline class="curve" points="{listed}"/>' if len(points) > 1 else ""


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def _clip(label: str, characters: int = 24) -> str:
    return label if len(label) <= characters else label[: characters - 1] + "…"
