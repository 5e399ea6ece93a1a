"""Owns the line figure: several series, an optional limit, a band, and intervals."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import NamedTuple

from treadle.charts.figures.axis import extent
from treadle.charts.figures.plane import HEIGHT, WIDTH, Key, Plane, colour, plane
from treadle.charts.figures.svg import element, path, text, tip
from treadle.charts.numbers import pretty, short

MOST_POINTS = 200
"""Points of one series that are drawn; more are thinned."""
MARKED = 60
"""Points of all series together up to which each is marked and can be pointed at."""


class Series(NamedTuple):
    """One line: x and y of equal length (y may be NaN: a gap), optional interval low..high.

    `muted` draws a reference line, `dots` draws marks without a line.
    """

    name: str
    x: Sequence[float]
    y: Sequence[float]
    low: Sequence[float] | None = None
    high: Sequence[float] | None = None
    muted: bool = False
    dots: bool = False


def line(
    series: Sequence[Series],
    *,
    title: str,
    x_label: str = "",
    y_label: str = "",
    x_labels: Sequence[str] | None = None,
    limit: float | None = None,
    limit_name: str = "limit",
    band: tuple[float, float] | None = None,
    band_name: str = "reference",
    x_range: tuple[float, float] | None = None,
    y_range: tuple[float, float] | None = None,
    width: float = WIDTH,
    height: float = HEIGHT,
) -> str:
    """Return a line figure as SVG.

    `x_labels` names the positions 0..n-1 (windows, dates) when x are positions. `limit` is a horizontal line,
    `band` a horizontal stripe. Ranges are taken from the data unless given. More than 200 points are thinned.
    """
    classes = _classes(series)
    keys = [Key(one.name, class_) for one, class_ in zip(series, classes, strict=True)]
    keys += [Key(band_name, "band", filled=True)] if band else []
    keys += [Key(limit_name, "limit")] if limit is not None else []
    whole_y = [
        value for one in series for column in (one.y, one.low, one.high) if column is not None for value in column
    ]
    frame = plane(
        x_range or extent(value for one in series for value in one.x),
        y_range or extent(whole_y, (limit, *(band or ()))),
        x_label=x_label,
        y_label=y_label,
        x_labels=x_labels,
        keys=keys if len(keys) > 1 else (),
        exact_y=y_range is not None,
        width=width,
        height=height,
    )
    marked = sum(len(one.x) for one in series) <= MARKED
    marks = "".join(_draw(one, class_, frame, x_labels, marked) for one, class_ in zip(series, classes, strict=True))
    return frame.draw(title, _describe(series, limit), _behind(frame, limit, limit_name, band) + marks)


def thin(x: Sequence[float], y: Sequence[float], most: int = MOST_POINTS) -> list[int]:
    """Return at most `most` indices that keep the shape: largest triangle of three buckets (Steinarsson, 2013)."""
    count = len(x)
    if count <= most:
        return list(range(count))
    kept, size = [0], (count - 2) / (most - 2)
    for bucket in range(most - 2):
        start, end = int(bucket * size) + 1, int((bucket + 1) * size) + 1
        following = range(end, min(int((bucket + 2) * size) + 1, count))
        mean_x = sum(x[index] for index in following) / len(following)
        mean_y = sum(y[index] for index in following) / len(following)
        at_x, at_y = x[kept[-1]], y[kept[-1]]
        kept.append(
            max(
                range(start, end),
                key=lambda i: abs((at_x - mean_x) * (y[i] - at_y) - (at_x - x[i]) * (mean_y - at_y)),
            )
        )
    return [*kept, count - 1]


def _classes(series: Sequence[Series]) -> list[str]:
    """Return the CSS classes by series; muted ones take no colour of the palette."""
    shown = iter(range(len(series)))
    return ["muted" if one.muted else colour(next(shown)) for one in series]


def _draw(one: Series, class_: str, frame: Plane, names: Sequence[str] | None, marked: bool) -> str:
    """Return the interval, the line with its gaps, and the marks of one series."""
    kept = thin(one.x, one.y)
    runs: list[list[int]] = [[]]
    for index in kept:
        if isfinite(one.y[index]):
            runs[-1].append(index)
        elif runs[-1]:
            runs.append([])
    marks = ""
    for run in filter(None, runs):
        if one.low is not None and one.high is not None:
            sure = [i for i in run if isfinite(one.low[i]) and isfinite(one.high[i])]
            edge = [(frame.x(one.x[i]), frame.y(one.high[i])) for i in sure]
            edge += [(frame.x(one.x[i]), frame.y(one.low[i])) for i in reversed(sure)]
            marks += element("path", d=path(edge) + "Z", class_=f"area {class_}") if edge else ""
        if not one.dots:
            track = [(frame.x(one.x[i]), frame.y(one.y[i])) for i in run]
            marks += element("path", d=path(track), class_=f"line {class_}")
    if (marked or one.dots) and not one.muted:
        for i in kept:
            if isfinite(one.y[i]):
                where = names[int(one.x[i])] if names is not None else pretty(one.x[i])
                words = tip(f"{one.name} · {where}: {pretty(one.y[i])}")
                marks += element(
                    "circle", words, cx=frame.x(one.x[i]), cy=frame.y(one.y[i]), r=3.5, class_=f"dot {class_}"
                )
    return marks


def _behind(frame: Plane, limit: float | None, name: str, band: tuple[float, float] | None) -> str:
    """Return the band and the limit, which lie behind the series."""
    marks, left, right = "", frame.x.start, frame.x.end
    if band is not None:
        high, low = frame.y(max(band)), frame.y(min(band))
        marks += element("rect", x=left, y=high, width=right - left, height=max(low - high, 1.0), class_="band")
    if limit is not None:
        edge = [(left, frame.y(limit)), (right, frame.y(limit))]
        marks += element("path", tip(f"{name} {short(limit)}"), d=path(edge), class_="line limit")
        marks += text(right, frame.y(limit) - 5, short(limit), "value limit", "end")
    return marks


def _describe(series: Sequence[Series], limit: float | None) -> str:
    """Return the figure in words: each series with its last, smallest and largest value."""
    said = []
    for one in series:
        known = [value for value in one.y if isfinite(value)]
        if known:
            said.append(f"{one.name}: {len(known)} points from {pretty(min(known))} to {pretty(max(known))}")
    return "; ".join(said) + (f"; limit {pretty(limit)}" if limit is not None else "")
