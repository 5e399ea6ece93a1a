"""Owns axes: nice ticks and the scale from values to pixels."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil, floor, isfinite, log10
from typing import NamedTuple

from treadle.charts.numbers import tick

LARGEST = 1e300
"""Size beyond which values are drawn at the edge, so that sums of them stay numbers."""


def nice_step(span: float, count: int = 5) -> float:
    """Return 1, 2, 2.5 or 5 times a power of ten, so that about `count` steps cover `span`.

    After Heckbert, "Nice numbers for graph labels", Graphics Gems, 1990.
    """
    raw = span / max(count, 1)
    power = 10.0 ** floor(log10(raw))
    return next((nice * power for nice in (1, 2, 2.5, 5) if nice * power >= raw * 0.999), 10 * power)


def extent(values: Iterable[float], include: Iterable[float | None] = ()) -> tuple[float, float]:
    """Return smallest and largest finite value, never equal; (0, 1) where there is none."""
    known = [float(value) for value in (*values, *include) if value is not None and isfinite(value)]
    low, high = (max(min(known), -LARGEST), min(max(known), LARGEST)) if known else (0.0, 1.0)
    if high - low <= max(1e-12 * max(abs(low), abs(high)), 1 / LARGEST):
        pad = abs(low) * 0.1 or 1.0
        return low - pad, high + pad
    return low, high


class Scale(NamedTuple):
    """A straight map from values low..high to pixels start..end, with ticks (value, label)."""

    low: float
    high: float
    start: float
    end: float
    ticks: tuple[tuple[float, str], ...]

    def __call__(self, value: float) -> float:
        """Return the pixel of `value`, held within the axis."""
        held = min(max(value, self.low), self.high)
        return self.start + (held - self.low) / (self.high - self.low) * (self.end - self.start)


def scale(low: float, high: float, start: float, end: float, *, count: int = 5, exact: bool = False) -> Scale:
    """Return a scale over low..high, widened to whole ticks unless `exact`; `count` is about how many ticks."""
    low, high = extent((low, high))
    step = nice_step(high - low, count)
    first, last = (
        (ceil(low / step - 1e-9), floor(high / step + 1e-9)) if exact else (floor(low / step), ceil(high / step))
    )
    values = [index * step for index in range(first, last + 1)]
    bounds = (low, high) if exact else (values[0], values[-1])
    return Scale(*bounds, start, end, tuple((value, tick(value, step)) for value in values))


def labelled(labels: list[str], start: float, end: float, *, room: float) -> Scale:
    """Return a scale over positions 0..n-1 with texts as ticks, leaving some out where each needs `room` pixels."""
    count = len(labels)
    every = max(1, ceil(count * room / max(abs(end - start), 1)))
    ticks = tuple((float(index), labels[index]) for index in range(0, count, every))
    return Scale(-0.5, count - 0.5, start, end, ticks) if count > 1 else Scale(-1, 1, start, end, ticks)
