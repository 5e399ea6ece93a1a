"""Owns small frames of flights for tests, the settings that fit them, and a source that holds frames in memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from treadle.data.parts import to_parquet
from treadle.settings import Column, Data, Split
from treadle.store import digest

EVERY_SPLIT = Split(test=0.3, validation=0.2)
BY_FLIGHT = Data(source="flights/*.csv", target="delay", key=("flight",))


def flights(rows: int = 100, *, start: int = 0) -> pl.DataFrame:
    """Return flights numbered from `start`; a flight's other values follow from its number."""
    numbers = range(start, start + rows)
    return pl.DataFrame(
        {
            "flight": pl.Series(numbers, dtype=pl.Int64),
            "carrier": pl.Series([["UA", "AA", "B6"][n % 3] for n in numbers], dtype=pl.String),
            "distance": pl.Series([100.0 + 7 * (n % 90) for n in numbers], dtype=pl.Float64),
            "departure": pl.Series(
                [datetime(2013, 1, 1) + timedelta(hours=n) for n in numbers], dtype=pl.Datetime("us")
            ),
            "delay": pl.Series([float(n % 41 - 10) for n in numbers], dtype=pl.Float64),
        }
    )


def flights_schema(**changes: Column) -> dict[str, Column]:
    """Return the schema of `flights`; a keyword puts another column in the place of one."""
    return {
        "flight": Column(type="int"),
        "carrier": Column(type="str"),
        "distance": Column(type="float"),
        "departure": Column(type="datetime"),
        "delay": Column(type="float", null=True),
        **changes,
    }


def text(**columns: list[str | None]) -> pl.DataFrame:
    """Return a frame of text, as a CSV file is read."""
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


class Frames:
    """A source whose batches are the frames it was made with; `after` runs once each batch was handed out."""

    def __init__(self, frames: dict[str, pl.DataFrame], after: Any = None) -> None:
        self.frames = frames
        self._after = after

    def batches(self) -> Iterator[tuple[str, pl.DataFrame]]:
        for name, frame in list(self.frames.items()):
            yield name, frame
            if self._after:
                self._after()

    def fingerprint(self) -> dict[str, str]:
        return {name: digest(to_parquet(frame)) for name, frame in self.frames.items()}
