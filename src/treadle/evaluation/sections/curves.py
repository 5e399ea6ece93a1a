"""Owns the curves behind the plots of a classifier: ROC, precision-recall, calibration, in a few hundred points."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
MOST_POINTS = 400
"""Points of a curve that are kept, evenly over its distinct scores."""
BINS = 10
"""Bins of a calibration plot, each of about as many rows."""


class Curve(NamedTuple):
    """Points x, y of a curve, ascending in x; where it has intervals, their ends."""

    x: list[float]
    y: list[float]
    low: list[float] | None = None
    high: list[float] | None = None


def roc(score: Numbers, positive: NDArray[Any]) -> Curve:
    """Return false positive rate and true positive rate over the thresholds; both classes must occur."""
    true, false = _counts(score, positive)
    return _thinned(np.append(0.0, false / false[-1]), np.append(0.0, true / true[-1]))


def precision_recall(score: Numbers, positive: NDArray[Any]) -> Curve:
    """Return recall and precision over the thresholds; the positive class must occur."""
    true, false = _counts(score, positive)
    precision = true / (true + false)
    return _thinned(np.append(0.0, true / true[-1]), np.append(precision[0], precision))


def calibration(chance: Numbers, happened: NDArray[Any]) -> Curve:
    """Return mean probability and share that happened in 10 bins of equal rows, with Wilson's 95 % interval (1927)."""
    order = np.argsort(chance, kind="stable")
    bins = [rows for rows in np.array_split(order, BINS) if len(rows)]
    said = [float(chance[rows].mean()) for rows in bins]
    seen = [float(happened[rows].mean()) for rows in bins]
    spread = [_wilson(share, len(rows)) for share, rows in zip(seen, bins, strict=True)]
    return Curve(said, seen, [low for low, _ in spread], [high for _, high in spread])


def _counts(score: Numbers, positive: NDArray[Any]) -> tuple[Numbers, Numbers]:
    """Return true and false positives above each distinct score, from the highest."""
    order = np.argsort(-score, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(score[order])), len(score) - 1)
    true = np.cumsum(positive[order].astype(np.float64))[ends]
    return true, ends + 1.0 - true


def _thinned(x: Numbers, y: Numbers) -> Curve:
    """Return at most 400 of the points, first and last among them."""
    kept = np.unique(np.linspace(0, len(x) - 1, MOST_POINTS).astype(int))
    return Curve(x[kept].tolist(), y[kept].tolist())


def _wilson(share: float, rows: int, z: float = 1.96) -> tuple[float, float]:
    """Return the score interval of a share of `rows`."""
    middle, wide = share + z * z / (2 * rows), z * np.sqrt(share * (1 - share) / rows + z * z / (4 * rows * rows))
    whole = 1 + z * z / rows
    return float((middle - wide) / whole), float((middle + wide) / whole)
