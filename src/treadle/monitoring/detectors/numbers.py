"""Owns the drift of a number: Kolmogorov-Smirnov distance on frozen bins, with PSI and Wasserstein beside it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from treadle.data.profile import Numbers
from treadle.monitoring.detectors.figure import Figure
from treadle.monitoring.detectors.ranges import outside, unit

Counts = NDArray[np.int64]

CELLS = 10
"""Cells the bins are merged into for PSI, about equal in the reference."""


def kolmogorov_smirnov(reference: Counts, current: Counts) -> tuple[float, float]:
    """Return D, the largest gap between the two distribution functions (0 to 1), and its p-value.

    The counts are of the same bins, so D is a lower bound of the exact one. p is the limit of Kolmogorov (1933) and
    Smirnov (1948) with Stephens' (1970) correction for small samples; ties make it larger than true, never smaller.
    """
    n, m = reference.sum(), current.sum()
    distance = float(np.abs(np.cumsum(reference) / n - np.cumsum(current) / m).max())
    root = np.sqrt(n * m / (n + m))
    scaled = (root + 0.12 + 0.11 / root) * distance
    if scaled < 0.3:
        return distance, 1.0
    k = np.arange(1, 101)
    chance = 2 * float(np.sum((-1.0) ** (k - 1) * np.exp(-2 * (k * scaled) ** 2)))
    return distance, min(1.0, max(0.0, chance))


def stability_index(reference: Counts, current: Counts) -> float:
    """Return the population stability index over ten cells of about equal share of the reference.

    Sum of (q - p) ln(q / p), each cell half a row richer. With nothing changed its mean is about 9 (1/n + 1/m)
    (Yurdakul and Naranjo 2020), so its usual limits mean nothing for small windows.
    """
    before = (np.cumsum(reference) - reference / 2) / reference.sum()
    cell = np.minimum((before * CELLS).astype(np.int64), CELLS - 1)
    p = np.bincount(cell, weights=reference, minlength=CELLS) + 0.5
    q = np.bincount(cell, weights=current, minlength=CELLS) + 0.5
    p, q = p / p.sum(), q / q.sum()
    return float(np.sum((q - p) * np.log(q / p)))


def wasserstein(reference: Numbers, current: Numbers) -> float:
    """Return the first Wasserstein distance in the column's unit: how far the average value moved, at least.

    Between the frozen edges it is the area between the two distribution functions; beyond them values count as
    spread evenly out to the current extreme. It is never less than the distance of the means.
    """
    gap = np.abs(np.cumsum(reference.counts) / reference.present - np.cumsum(current.counts) / current.present)[:-1]
    edges = np.array(reference.edges)
    below = max(0.0, edges[0] - (edges[0] if current.min is None else current.min))
    above = max(0.0, (edges[-1] if current.max is None else current.max) - edges[-1])
    area = gap[:-1] @ np.diff(edges) + gap[0] * below / 2 + gap[-1] * above / 2
    return float(max(area, abs(reference.sum / reference.present - current.sum / current.present)))


def drift(column: str, reference: Numbers, current: Numbers) -> list[Figure]:
    """Return the figures `distance` and `range` of a column; none if either side has no value."""
    if not reference.present or not current.present:
        return []
    before, now = np.array(reference.counts), np.array(current.counts)
    distance, chance = kolmogorov_smirnov(before, now)
    mean, sd = reference.sum / reference.present, reference.sd or 0.0
    mean_now, sd_now = current.sum / current.present, current.sd or 0.0
    likely = unit(mean, sd, mean_now, sd_now)
    also = {"psi": stability_index(before, now)}
    if sd:
        also["wasserstein / sd"] = wasserstein(reference, current) / sd
    share, luck = outside(reference.present, current.out_of_range, current.present)
    return [
        Figure(
            column=column,
            kind="distance",
            value=distance,
            p_value=chance,
            also=also,
            detail=f"mean {mean:.4g}, now {mean_now:.4g}" + (f": {likely}?" if likely else ""),
        ),
        Figure(
            column=column,
            kind="range",
            value=share,
            p_value=luck,
            detail=f"between {reference.min:.4g} and {reference.max:.4g}, now {current.min:.4g} and {current.max:.4g}",
        ),
    ]
