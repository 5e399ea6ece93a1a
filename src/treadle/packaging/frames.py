"""Owns the models that need frames: features() over Polars, and scikit-learn's own predict."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from treadle.errors import PackageError
from treadle.packaging.inference import schema_of
from treadle.packaging.signature import Signature

__all__ = ["answers", "is_text", "over", "plain", "prepared", "schema_of"]


def frame_of(columns: Mapping[str, Sequence[Any]], schema: Mapping[str, Any]) -> pl.DataFrame:
    """Return raw input columns as a frame with the signature's types; text moments are parsed as ISO 8601."""
    ready = []
    for name, kind in schema.items():
        column = pl.Series(name, columns[name], dtype=kind if kind == pl.Float64 else None)
        if kind.is_temporal() and column.dtype == pl.String:
            column = column.str.to_datetime(strict=True) if kind != pl.Date else column.str.to_date(strict=True)
        if kind == pl.Datetime("us") and column.dtype == pl.Datetime("us", "UTC"):
            column = column.dt.replace_time_zone(None)
        ready.append(column.cast(kind))
    return pl.DataFrame(ready)


def prepared(features: Callable[..., Any], signature: Signature, *, text: bool) -> Callable[..., Any]:
    """Return a function from raw input columns to feature columns; a frame where the runtime wants one (`text`)."""
    schema = schema_of(signature)

    def prepare(columns: Mapping[str, Sequence[Any]]) -> Any:
        made = features(frame_of(columns, schema))
        frame = made if isinstance(made, pl.DataFrame) else pl.from_pandas(made)
        return frame if text else plain(frame)

    return prepare


def is_text(kind: Any) -> bool:
    """Return whether a Polars type holds text."""
    return kind in (pl.String, pl.Categorical, pl.Enum)


def plain(frame: pl.DataFrame) -> dict[str, Any]:
    """Return feature columns as a compiled model takes them: lists of text, or arrays of 64-bit floats."""
    return {
        column.name: column.cast(pl.String).to_list()
        if is_text(column.dtype)
        else column.cast(pl.Float64, strict=False).to_numpy()
        for column in frame.iter_columns()
    }


def over(estimator: Any, columns: Sequence[str], schema: Mapping[str, Any], classifies: bool) -> Callable[..., Any]:
    """Return a runtime that calls a fitted estimator over a frame of feature `columns`."""

    def answer(rows: Any) -> dict[str, NDArray[Any]]:
        frame = rows if isinstance(rows, pl.DataFrame) else frame_of(rows, schema)
        return answers(estimator, frame.select(columns), classifies)

    return answer


def answers(estimator: Any, frame: pl.DataFrame, classifies: bool) -> dict[str, NDArray[Any]]:
    """Return prediction (n) and, for a classifier, probability (n, k) of an estimator over feature rows."""
    if not classifies:
        return {"prediction": np.asarray(estimator.predict(frame), dtype=float).reshape(-1)}
    if not hasattr(estimator, "predict_proba"):
        raise PackageError(
            f"{type(estimator).__name__} gives no probabilities", next_move="wrap it in CalibratedClassifierCV"
        )
    probability = np.asarray(estimator.predict_proba(frame), dtype=float)
    return {"prediction": np.asarray(estimator.classes_)[probability.argmax(axis=1)], "probability": probability}
