"""Owns the drift of missing values: by how much the share of rows without a value changed."""

from __future__ import annotations

from math import erfc, sqrt

from treadle.monitoring.detectors.figure import Figure


def two_proportions(hits: int, rows: int, hits_now: int, rows_now: int) -> tuple[float, float]:
    """Return the change of a share (signed, now minus before) and its two-sided p-value, by the pooled z test."""
    change = hits_now / rows_now - hits / rows
    pooled = (hits + hits_now) / (rows + rows_now)
    spread = sqrt(pooled * (1 - pooled) * (1 / rows + 1 / rows_now))
    return change, erfc(abs(change) / spread / sqrt(2)) if spread else 1.0


def drift(column: str, missing: int, rows: int, missing_now: int, rows_now: int) -> list[Figure]:
    """Return the figure `missing` of a column: the change of the share of rows without a value; none for no rows."""
    if not rows or not rows_now:
        return []
    change, chance = two_proportions(missing, rows, missing_now, rows_now)
    words = f"{missing / rows:.2%} missing, now {missing_now / rows_now:.2%}"
    return [Figure(column=column, kind="missing", value=abs(change), p_value=chance, detail=words)]
