"""Owns the fall of performance: a realised metric against what windows of the reference showed."""

from __future__ import annotations

from math import sqrt

import msgspec
from scipy.special import stdtr, stdtrit

from treadle.monitoring.detectors.figure import Figure

CHANCE = 0.00135
"""Chance beyond three standard deviations of a normal distribution, one side."""


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """A metric over windows of the reference: its mean, its standard deviation, how many windows, rows in each."""

    metric: str
    greater_is_better: bool
    mean: float
    sd: float
    windows: int
    rows: float


def band(spread: Spread, rows: int) -> float:
    """Return how far from the mean a window of `rows` rows may lie, in the metric's unit: three standard deviations.

    Few reference windows know their spread badly, so the factor is that of a prediction interval (Student's t at the
    same chance); a window with fewer rows than those of the reference gets the wider band of its size.
    """
    factor = -float(stdtrit(spread.windows - 1, CHANCE)) * sqrt(1 + 1 / spread.windows)
    return factor * spread.sd * sqrt(max(1.0, spread.rows / rows))


def fall(spread: Spread, value: float, rows: int, tolerance: float) -> Figure:
    """Return the figure of a window's metric; it drifted if worse than the mean by the band and by `tolerance`.

    `spread.windows` is at least 2. `rows` are those with a label.
    """
    sign = 1 if spread.greater_is_better else -1
    worse = sign * (spread.mean - value)
    width = band(spread, rows)
    scale = spread.sd * sqrt(1 + 1 / spread.windows) * sqrt(max(1.0, spread.rows / rows))
    p_value = float(stdtr(spread.windows - 1, -worse / scale)) if scale else float(worse <= 0)
    return Figure(
        column=spread.metric,
        kind="performance",
        value=value,
        p_value=p_value,
        limit=spread.mean - sign * max(width, tolerance),
        floor=spread.mean - sign * tolerance,
        season=spread.mean - sign * width,
        significant=worse > width,
        drifted=worse > max(width, tolerance),
        also={"reference": spread.mean},
    )
