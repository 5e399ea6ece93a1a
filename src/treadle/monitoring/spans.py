"""Owns the span of a window: moments as seconds since 1970, cut into equal lengths aligned to that epoch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import polars as pl

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(text: str) -> float | None:
    """Return the seconds since 1970 of an ISO 8601 date or time (UTC unless it says otherwise), None if it is none."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (read - (EPOCH if read.tzinfo else EPOCH.replace(tzinfo=None))).total_seconds()


def moments(values: Sequence[Any] | pl.Series) -> pl.Series:
    """Return moments as seconds since 1970 (Float64): from dates, times, ISO 8601 texts or such seconds; null if none.

    Texts may stand among numbers, as JSON allows.
    """
    if isinstance(values, pl.Series) and values.dtype in (pl.Date, pl.Datetime):
        return values.dt.epoch("us") / 1e6
    read = [moment(value) if isinstance(value, str) else value for value in values]
    return pl.Series(read, dtype=pl.Float64, strict=False).fill_nan(None)


def starts(at: pl.Series, length: int) -> pl.Series:
    """Return the start (seconds since 1970, Int64) of the window of `length` seconds that each moment falls in."""
    return (at / length).floor().cast(pl.Int64) * length


def text(start: float) -> str:
    """Return seconds since 1970 as records write moments."""
    return datetime.fromtimestamp(start, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
