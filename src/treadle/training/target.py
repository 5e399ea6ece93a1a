"""Owns the target: its labels as an array that scikit-learn takes, refused where they are missing or all alike."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from treadle.errors import DataError, SettingsError
from treadle.evaluation.metrics import Task


def labels(rows: pl.DataFrame, target: str, task: Task) -> NDArray[Any]:
    """Return n labels: floats for regression; texts, whole numbers or booleans for classification.

    Raises DataError for rows without a label, for a single class, and for a target of a type the task cannot use.
    """
    column = rows[target]
    missing = int((column.is_null() | column.is_nan() if column.dtype.is_float() else column.is_null()).sum())
    if missing:
        raise DataError(
            f"the target {target!r} is missing in {missing:,} of {rows.height:,} rows",
            expected="a value in every row that a model learns from",
            next_move=f"set null = false in [data.schema.{target}], so that ingest sets such rows aside",
        )
    if task == "regression":
        return _numbers(column)
    if column.n_unique() < 2:
        raise DataError(
            f"the target {target!r} has {column.n_unique()} class in {rows.height:,} rows",
            expected="at least two classes to tell apart",
            next_move="add rows of the other class, or change [data] target",
        )
    if column.dtype.is_float() and column.n_unique() > 50:
        raise SettingsError(
            f"the target {target!r} holds {column.n_unique():,} different decimal numbers",
            expected='classes, for task = "classification"',
            next_move='set task = "regression" in [data]',
        )
    if column.dtype.is_integer() or column.dtype.is_float() or column.dtype == pl.Boolean:
        return column.to_numpy()
    return np.asarray(column.cast(pl.String).to_list(), dtype=np.str_)


def _numbers(column: pl.Series) -> NDArray[np.float64]:
    """Return a target as floats; raises DataError if it holds no numbers."""
    if not (column.dtype.is_numeric() or column.dtype == pl.Boolean):
        raise DataError(
            f"the target {column.name!r} is {column.dtype}, which no regression can learn",
            expected="numbers",
            next_move='set task = "classification" in [data], or correct the type in [data.schema]',
        )
    return column.cast(pl.Float64).to_numpy()
