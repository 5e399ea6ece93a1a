"""Owns the histogram: one or two distributions over the same edges, as shares of their rows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import isfinite

from treadle.charts.figures.axis import Scale
from treadle.charts.figures.plane import HEIGHT, WIDTH, Key, plane
from treadle.charts.figures.svg import element, number, tip
from treadle.charts.numbers import pretty

MOST_BINS = 48
"""Bins that are drawn; neighbours are merged until there are no more."""


def histogram(
    edges: Sequence[float],
    counts: Sequence[float],
    *,
    title: str,
    reference: Sequence[float] | None = None,
    names: tuple[str, str] = ("current", "reference"),
    x_label: str = "",
    width: float = WIDTH,
    height: float = HEIGHT,
) -> str:
    """Return counts between edges (one edge more than counts, ascending) as SVG; `reference` has the same edges.

    Heights are shares of rows, or density where bins differ in width. Infinite outer edges are drawn one
    neighbouring bin wide. More than 48 bins are merged.
    """
    bounds, main = merged(edges, counts)
    other = merged(edges, reference)[1] if reference is not None else None
    widths = [high - low for low, high in pairwise(bounds)]
    even = max(widths) <= 1.01 * min(widths)
    tops = [_heights(column, widths, even) for column in (main, other) if column is not None]
    keys = [Key(names[0], "c1", filled=True), Key(names[1], "c2")] if other is not None else []
    frame = plane(
        (bounds[0], bounds[-1]),
        (0.0, max([height for column in tops for height in column]) or 1.0),
        x_label=x_label,
        y_label="share of rows" if even else "density",
        keys=keys,
        width=width,
        height=height,
    )
    marks = "".join(
        _column(frame.x, frame.y, low, high, top, f"{pretty(low)} to {pretty(high)}: {pretty(count)} rows")
        for low, high, top, count in zip(bounds, bounds[1:], tops[0], main, strict=False)
    )
    if other is not None:
        marks += element("path", d=_outline(frame.x, frame.y, bounds, tops[1]), class_="line c2")
    said = f"{names[0]}: {_middle(bounds, main)}" + (f"; {names[1]}: {_middle(bounds, other)}" if other else "")
    return frame.draw(title, said, marks)


def merged(edges: Sequence[float], counts: Sequence[float], most: int = MOST_BINS) -> tuple[list[float], list[float]]:
    """Return finite edges and counts with at most `most` bins, each the union of equally many neighbours."""
    bounds, sums = [float(edge) for edge in edges], [float(count) for count in counts]
    if len(bounds) != len(sums) + 1 or not sums:
        raise ValueError(
            f"a histogram of {len(sums)} counts needs {len(sums) + 1} edges, at least 2, not {len(bounds)}"
        )
    if not isfinite(bounds[0]):
        bounds[0] = bounds[1] - (bounds[2] - bounds[1] if len(bounds) > 3 else abs(bounds[1]) or 1.0)
    if not isfinite(bounds[-1]):
        bounds[-1] = bounds[-2] + (bounds[-2] - bounds[-3] if len(bounds) > 3 else abs(bounds[-2]) or 1.0)
    kept = [0] + [i + 1 for i in range(len(sums)) if bounds[i + 1] > bounds[i]]
    each = -(-(len(kept) - 1) // most) or 1
    taken = [*kept[:-1:each], kept[-1]] if len(kept) > 1 else [0, len(sums)]
    if bounds[taken[-1]] <= bounds[0]:
        return [bounds[0] - 0.5, bounds[0] + 0.5], [sum(sums)]
    merged_counts = [sum(sums[start:end]) for start, end in pairwise(taken)]
    merged_counts[-1] += sum(sums[taken[-1] :])
    return [bounds[index] for index in taken], merged_counts


def _heights(counts: list[float], widths: list[float], even: bool) -> list[float]:
    """Return the height of each bin: share of rows, or share for each unit of width."""
    whole = sum(counts) or 1.0
    return [count / whole / (1.0 if even else width) for count, width in zip(counts, widths, strict=True)]


def _column(x: Scale, y: Scale, low: float, high: float, top: float, words: str) -> str:
    """Return one filled bin."""
    left, right = x(low), x(high)
    gap = 1.0 if right - left > 4 else 0.0
    return element(
        "rect",
        tip(words),
        x=left + gap / 2,
        y=y(top),
        width=max(right - left - gap, 0.5),
        height=max(y(0) - y(top), 0.0),
        class_="fill soft c1",
    )


def _outline(x: Scale, y: Scale, bounds: list[float], tops: list[float]) -> str:
    """Return the steps of the reference as path data."""
    steps = "".join(f"V{number(y(top))}H{number(x(high))}" for top, high in zip(tops, bounds[1:], strict=True))
    return f"M{number(x(bounds[0]))},{number(y(0))}{steps}V{number(y(0))}"


def _middle(bounds: list[float], counts: list[float]) -> str:
    """Return in words how many rows there are and where the middle one lies."""
    whole, seen = sum(counts), 0.0
    for low, high, count in zip(bounds, bounds[1:], counts, strict=False):
        seen += count
        if whole and seen >= whole / 2:
            return f"{pretty(whole)} rows, the middle one between {pretty(low)} and {pretty(high)}"
    return "no rows"
