"""Owns slices: the metrics of the rows that share a value of a column."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import msgspec
import numpy as np
import polars as pl

from treadle.charts.numbers import pretty
from treadle.errors import SettingsError
from treadle.evaluation.metrics import Answers, Task, measure
from treadle.kinds import nearest

MIN_ROWS = 30
"""Rows below which a slice's figures are mostly chance, so that it is left out."""
MOST_VALUES = 12
"""Values of one column that become slices, the most frequent; numbers with more are cut into quantile bins."""
BINS = 4


class Slice(msgspec.Struct, frozen=True, kw_only=True):
    """The rows where `column` has `value` (a value or a range in words), how many, and their metrics."""

    column: str
    value: str
    rows: int
    metrics: dict[str, float]


def slices(
    frame: pl.DataFrame,
    columns: Sequence[str],
    answers: Answers,
    metrics: Sequence[str],
    task: Task,
    *,
    min_rows: int = MIN_ROWS,
) -> list[Slice]:
    """Return the metrics of every slice of at least `min_rows` rows; `frame` and `answers` have the same rows.

    Columns come in the order given, values by falling number of rows (ranges by rising value). Raises SettingsError
    for a column that is not in the frame.
    """
    found: list[Slice] = []
    for column in columns:
        if column not in frame.columns:
            raise SettingsError(
                f"[test] slices names the column {column!r}, which the rows do not have",
                expected=f"some of {', '.join(frame.columns)}",
                next_move=nearest(column, frame.columns),
            )
        for value, rows in _parts(frame[column]):
            if len(rows) >= min_rows:
                figures = measure(metrics, task, answers.take(rows)).values
                found.append(Slice(column=column, value=value, rows=len(rows), metrics=figures))
    return found


def _parts(column: pl.Series) -> list[tuple[str, np.ndarray[tuple[int], np.dtype[np.uint32]]]]:
    """Return each value of a column, or range of a number, with the indices of its rows."""
    if column.dtype.is_numeric() and column.n_unique() > MOST_VALUES:
        labels, order = _ranges(column)
    else:
        labels, order = column.cast(pl.String).fill_null("missing"), None
    rows = pl.DataFrame({"value": labels}).with_row_index("row").group_by("value", maintain_order=True).agg("row")
    parts = {str(value): places.to_numpy() for value, places in zip(rows["value"], rows["row"], strict=True)}
    names = order or sorted(parts, key=lambda name: (-len(parts[name]), name))[:MOST_VALUES]
    return [(name, parts[name]) for name in names if name in parts]


def _ranges(column: pl.Series) -> tuple[pl.Series, list[str]]:
    """Return each number's quantile range in words, and the ranges in rising order with `missing` last."""
    numbers = column.cast(pl.Float64).fill_nan(None)
    known = numbers.drop_nulls().to_numpy()
    cuts = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)))
    names = [f"{pretty(low)} to {pretty(high)}" for low, high in pairwise(cuts)]
    places = np.clip(np.searchsorted(cuts, numbers.fill_null(cuts[0]).to_numpy(), side="right") - 1, 0, len(names) - 1)
    labels = pl.Series([names[place] for place in places.tolist()])
    return pl.select(pl.when(numbers.is_null()).then(pl.lit("missing")).otherwise(labels)).to_series(), [
        *names,
        "missing",
    ]
