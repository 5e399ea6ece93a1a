"""Owns how features() is called: on which columns, in which frame, and the proof that it works row by row."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Sequence
from typing import Any

import polars as pl

from treadle import settings
from treadle.errors import DataError, SettingsError
from treadle.kinds import nearest
from treadle.training.user_code import calling, place

Features = Callable[[Any], Any]
"""From rows to features: a Polars or pandas frame in and out, row i to row i, each row on its own."""
PROBES = 5
"""Rows on which features() is called one by one."""


def input_columns(columns: Sequence[str], data: settings.Data, split: settings.Split) -> tuple[str, ...]:
    """Return the columns the model may see: [data] inputs, or all but target, key, ignored and the split's own.

    Raises SettingsError for an input that the rows do not have, or that is the target.
    """
    if not data.inputs:
        hidden = {data.target, *data.key, *data.ignore, split.column}
        return tuple(column for column in columns if column not in hidden)
    for column in data.inputs:
        if column not in columns or column == data.target:
            why = "is the target" if column == data.target else "is not in the rows"
            others = [name for name in columns if name != data.target]
            raise SettingsError(
                f"[data] inputs names {column!r}, which {why}",
                expected=f"some of {', '.join(others)}",
                next_move=nearest(column, others) or "correct the name, or remove it",
            )
    return data.inputs


def build(features: Features | None, rows: pl.DataFrame, *, probes: int = PROBES) -> pl.DataFrame:
    """Return the features of rows (inputs only), proven to be row-wise on up to `probes` of them; None: the inputs.

    Raises CodeError if features() raises or gives no frame, DataError if it drops, adds, mixes or moves rows.
    """
    if features is None:
        return rows
    table = _call(features, rows)
    if table.height != rows.height:
        raise DataError(
            f"features() was given {rows.height:,} rows and returned {table.height:,}",
            expected="one row of features for each row, in the same order",
            next_move=f"see {place(features)}; rows are dropped by [data.schema], not by features()",
        )
    last = rows.height - 1
    for row in sorted({round(last * probe / max(probes - 1, 1)) for probe in range(probes)} if rows.height else ()):
        _compare(features, table, _call(features, rows[row : row + 1]), row)
    return table


def _call(features: Features, rows: pl.DataFrame) -> pl.DataFrame:
    """Return what features() makes of rows as a Polars frame; pandas is given where its annotation asks for it."""
    with calling("features()", features):
        made = features(rows.to_pandas() if _wants_pandas(features) else rows)
        if type(made).__module__.startswith("pandas"):
            made = pl.from_pandas(made)
        if isinstance(made, pl.LazyFrame):
            made = made.collect()
    if not isinstance(made, pl.DataFrame):
        raise DataError(
            f"features() returned {type(made).__name__}",
            expected="a Polars or pandas DataFrame",
            next_move=f"see {place(features)}",
        )
    return made


def _wants_pandas(features: Features) -> bool:
    """Tell whether the first parameter is annotated as a pandas frame."""
    parameters = list(inspect.signature(features).parameters.values())
    annotation = parameters[0].annotation if parameters else None
    words = annotation if isinstance(annotation, str) else getattr(annotation, "__module__", "")
    return words.startswith(("pd.", "pandas"))


def _compare(features: Features, table: pl.DataFrame, alone: pl.DataFrame, row: int) -> None:
    """Check that the row's features do not depend on the rows around it; raises DataError naming the column."""
    for column in dict.fromkeys([*table.columns, *alone.columns]):
        batch = table[column][row] if column in table.columns else "nothing"
        single = (alone[column][0] if alone.height else "no row") if column in alone.columns else "nothing"
        if not _same(batch, single):
            raise DataError(
                f"features() gives {column!r} = {batch!r} for row {row} among the others, but {single!r} for it alone",
                expected="features that depend on their own row only, as a prediction is asked for one row",
                next_move=f"see {place(features)}; means, ranks and dummies belong into estimator(), which learns them",
            )


def _same(one: Any, other: Any) -> bool:
    """Tell whether two values are the same, floats to nine digits."""
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12) or (one != one and other != other)
    return bool(one == other)
