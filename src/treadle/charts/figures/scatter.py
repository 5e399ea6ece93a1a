"""Owns the scatter figure: at most 500 points, with an optional diagonal."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from treadle.charts.figures.axis import extent
from treadle.charts.figures.plane import HEIGHT, WIDTH, plane
from treadle.charts.figures.svg import element, number, path
from treadle.charts.numbers import pretty

MOST_POINTS = 500
"""Points that are drawn; of more, every n-th is taken."""


def scatter(
    x: Sequence[float],
    y: Sequence[float],
    *,
    title: str,
    x_label: str = "",
    y_label: str = "",
    diagonal: bool = False,
    width: float = WIDTH,
    height: float = HEIGHT,
) -> str:
    """Return points x, y (equal length) as SVG; `diagonal` draws y = x and gives both axes one range.

    Of more than 500 points evenly spaced ones are drawn, so the size does not grow with the rows.
    """
    count = min(len(x), len(y))
    taken = range(count) if count <= MOST_POINTS else [index * count // MOST_POINTS for index in range(MOST_POINTS)]
    points = [(float(x[i]), float(y[i])) for i in taken if isfinite(x[i]) and isfinite(y[i])]
    x_range, y_range = extent(at for at, _ in points), extent(at for _, at in points)
    if diagonal:
        x_range = y_range = extent((*x_range, *y_range))
    frame = plane(x_range, y_range, x_label=x_label, y_label=y_label, exact_x=False, width=width, height=height)
    dots = "".join(f"M{number(frame.x(at))},{number(frame.y(up))}h0" for at, up in points)
    marks = element("path", d=dots, class_="points c1") if points else ""
    if diagonal:
        low, high = max(frame.x.low, frame.y.low), min(frame.x.high, frame.y.high)
        edge = [(frame.x(low), frame.y(low)), (frame.x(high), frame.y(high))]
        marks = element("path", d=path(edge), class_="line muted") + marks
    described = f"{len(points)} of {count} points; x from {pretty(x_range[0])} to {pretty(x_range[1])}"
    return frame.draw(title, described, marks)
