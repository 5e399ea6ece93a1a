"""Owns the pictures over time: each figure of the windows with the very limit that it is judged by."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan

from treadle.charts import Series, line
from treadle.monitoring.detectors.performance import Spread
from treadle.monitoring.windows import figures
from treadle.records import Window

KINDS = {
    "distance": "Kolmogorov-Smirnov distance",
    "mix": "share of rows that moved",
    "new_levels": "share of rows at new levels",
    "vanished_levels": "share of levels gone",
    "missing": "change of the share missing",
    "range": "share of rows out of range",
}
"""What each kind of figure is, on an axis."""

WIDE = 1000.0
"""Width of a figure that stands alone, in pixels."""


def day(window: Window) -> str:
    """Return the start of a window as a label: the day, with the hour unless it starts at midnight."""
    return window.start[:10] if window.start[11:13] == "00" else f"{window.start[5:10]} {window.start[11:16]}"


def drift(name: str, windows: Sequence[Window]) -> str:
    """Return the line of the figure `name` over the windows, with its latest limit."""
    values, limit = [], None
    for window in windows:
        figure = figures(window).get(name)
        values.append(nan if figure is None else figure.value)
        limit = limit if figure is None else figure.limit
    column, _, kind = name.rpartition(":")
    return line(
        [Series(KINDS[kind], range(len(values)), values)],
        title=column,
        x_labels=[day(window) for window in windows],
        limit=limit,
    )


def performance(spread: Spread, windows: Sequence[Window]) -> str:
    """Return the line of the realised metric over the windows, with the normal band and the latest limit."""
    name = f"{spread.metric}:performance"
    values = [window.metrics.get(spread.metric, nan) for window in windows]
    judged = [figures(window)[name] for window in windows if name in window.figures]
    width = abs(spread.mean - judged[-1].season) if judged else None
    return line(
        [Series(spread.metric, range(len(values)), values)],
        title=f"{spread.metric} of answers whose labels are known",
        x_labels=[day(window) for window in windows],
        limit=judged[-1].limit if judged else None,
        band=None if width is None else (spread.mean - width, spread.mean + width),
        band_name="windows of the reference",
        width=WIDE,
    )


def rows(windows: Sequence[Window]) -> str:
    """Return the lines of the rows and of the labelled rows of each window."""
    place = range(len(windows))
    return line(
        [
            Series("predictions", place, [window.rows for window in windows]),
            Series("with a label", place, [window.labelled for window in windows]),
        ],
        title="rows of each window",
        x_labels=[day(window) for window in windows],
        width=WIDE,
    )
