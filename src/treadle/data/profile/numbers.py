"""Owns the summary of a numeric column: a histogram whose edges a reference froze, and its moments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import polars as pl
from numpy.typing import NDArray

BINS = 256
"""Edges frozen at most: the largest error of a Kolmogorov-Smirnov distance is then about 1e-4."""


class Numbers(msgspec.Struct, frozen=True, kw_only=True, tag="numbers"):
    """Counts of one column between frozen edges.

    `edges` rise; `counts` has one entry more: `counts[i]` is how many values lie in (edges[i-1], edges[i]], the
    first at or below edges[0], the last above edges[-1]. The edges start just below the reference's smallest value
    and end at its largest, so the two outer counts are the values out of the reference's range. At an edge the
    cumulative count is the exact empirical distribution.
    """

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    missing: int
    min: float | None
    max: float | None
    sum: float
    sum_squares: float

    @property
    def present(self) -> int:
        """How many values are not missing."""
        return sum(self.counts)

    @property
    def out_of_range(self) -> int:
        """How many values lie outside the smallest and largest of the reference."""
        return self.counts[0] + self.counts[-1] if self.edges else self.present

    @property
    def mean(self) -> float | None:
        """Mean of the values present, in the column's unit."""
        return self.sum / self.present if self.present else None

    @property
    def sd(self) -> float | None:
        """Standard deviation (divided by n) of the values present, in the column's unit."""
        if not self.present:
            return None
        mean = self.sum / self.present
        return float(np.sqrt(max(self.sum_squares / self.present - mean * mean, 0.0)))

    @classmethod
    def freeze(cls, column: pl.Series) -> Numbers:
        """Summarise a Float64 column and take its own quantiles as edges."""
        values = np.sort(_finite(column))
        edges = _edges(values)
        below = np.searchsorted(values, edges, side="right")
        counts = np.diff(below, prepend=0, append=values.size)
        return cls._of(column, values, edges.tolist(), counts)

    @classmethod
    def count(cls, column: pl.Series, edges: Sequence[float]) -> Numbers:
        """Summarise a Float64 column between `edges`."""
        values = _finite(column)
        bins = np.searchsorted(np.asarray(edges, dtype=np.float64), values, side="left")
        return cls._of(column, values, edges, np.bincount(bins, minlength=len(edges) + 1))

    @classmethod
    def _of(
        cls, column: pl.Series, values: NDArray[np.float64], edges: Sequence[float], counts: NDArray[Any]
    ) -> Numbers:
        return cls(
            edges=tuple(edges),
            counts=tuple(counts.tolist()),
            missing=column.len() - values.size,
            min=float(values.min()) if values.size else None,
            max=float(values.max()) if values.size else None,
            sum=float(values.sum()),
            sum_squares=float(values @ values),
        )

    def merge(self, other: Numbers) -> Numbers:
        """Return the summary of both sets of values; the edges must be equal."""
        lows = [low for low in (self.min, other.min) if low is not None]
        highs = [high for high in (self.max, other.max) if high is not None]
        return Numbers(
            edges=self.edges,
            counts=tuple(a + b for a, b in zip(self.counts, other.counts, strict=True)),
            missing=self.missing + other.missing,
            min=min(lows, default=None),
            max=max(highs, default=None),
            sum=self.sum + other.sum,
            sum_squares=self.sum_squares + other.sum_squares,
        )


def _finite(column: pl.Series) -> NDArray[np.float64]:
    values = column.drop_nulls().to_numpy()
    finite = np.isfinite(values)
    return values if finite.all() else values[finite]


def _edges(ordered: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return up to BINS edges: quantiles that are values of the column, each heavy value in a bin of its own."""
    if not ordered.size:
        return ordered
    at = np.linspace(0, ordered.size - 1, BINS - 1).astype(np.int64)
    edges, hits = np.unique(ordered[at], return_counts=True)
    heavy = np.nextafter(edges[hits > 1], -np.inf)
    return np.unique(np.concatenate([[np.nextafter(ordered[0], -np.inf)], heavy, edges]))
