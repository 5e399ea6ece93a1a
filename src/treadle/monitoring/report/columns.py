"""Owns the picture of one column: what it was in the reference beside what it is now, drawn from summaries."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from treadle.charts import bars, histogram
from treadle.data.profile import Levels, Numbers

BINS = 32
"""Bins that a number is drawn in, at most about 1.5 times as many for whole numbers."""

LEVELS = 12
"""Levels that are drawn, those with the most rows on either side."""


def picture(name: str, reference: Numbers | Levels, current: Numbers | Levels) -> str:
    """Return the figure of a column, empty if either side has no value."""
    if not reference.present or not current.present:
        return ""
    if isinstance(reference, Numbers) and isinstance(current, Numbers):
        bounds = _bounds(reference, current)
        now, before = _between(current, bounds), _between(reference, bounds)
        return histogram(
            bounds.tolist(), now.tolist(), title=name, reference=before.tolist(), names=("now", "reference")
        )
    if isinstance(reference, Levels) and isinstance(current, Levels):
        return _levels(name, reference, current)
    return ""


def _bounds(reference: Numbers, current: Numbers) -> NDArray[np.float64]:
    """Return the bounds of bins of equal width over the middle 99 % of both, at most thrice as wide as the reference.

    Whole numbers get bins that are whole numbers wide.
    """
    edges = np.array(reference.edges)
    span = edges[-1] - edges[0]
    ends = np.array([_quantiles(reference), _quantiles(current)])
    low, high = max(ends[:, 0].min(), edges[0] - span), min(ends[:, 1].max(), edges[-1] + span)
    if np.abs(edges - np.round(edges)).max() < 1e-6:
        step = max(1.0, np.ceil((high - low) / BINS))
        return np.arange(np.round(low) - 0.5, np.round(high) + step, step)
    return np.linspace(low, max(high, np.nextafter(low, np.inf)), BINS + 1)


def _quantiles(side: Numbers) -> tuple[float, float]:
    """Return about the 0.5 % and the 99.5 % quantile."""
    edges, below = _below(side)
    low, high = np.interp([0.005 * side.present, 0.995 * side.present], below, edges)
    return float(low), float(high)


def _below(side: Numbers) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return rising values and how many values of the column are at or below each, from none to all."""
    edges, below = np.array(side.edges), np.cumsum(side.counts)[:-1].astype(np.float64)
    low, high = side.min or 0.0, side.max or 0.0
    if low < edges[0]:
        edges, below = np.append(low, edges), np.append(0.0, below)
    if high > edges[-1]:
        edges, below = np.append(edges, high), np.append(below, side.present)
    return edges, below


def _between(side: Numbers, bounds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return about how many values lie between the bounds, those beyond in the outer bins.

    Exact where a bound is an edge of the summary, else values count as spread evenly between two edges.
    """
    counts = np.interp(bounds, *_below(side))
    counts[0], counts[-1] = 0, side.present
    return np.diff(counts)


def _levels(name: str, reference: Levels, current: Levels) -> str:
    before, now = reference.counts | reference.new, current.counts | current.new
    n, m = reference.present, current.present
    shares = {level: (now.get(level, 0) / m, before.get(level, 0) / n) for level in before.keys() | now.keys()}
    shown = sorted(shares, key=lambda level: (-max(shares[level]), level))[:LEVELS]
    rest = [1 - sum(shares[level][side] for level in shown) for side in (0, 1)]
    labels = [*shown, f"{len(shares) - LEVELS:,} others"] if len(shares) > LEVELS else shown
    values = [[100 * shares[level][side] for level in shown] + [100 * rest[side]] for side in (0, 1)]
    return bars(
        labels,
        values[0][: len(labels)],
        title=name,
        against=values[1][: len(labels)],
        names=("now", "reference"),
        unit="%",
    )
