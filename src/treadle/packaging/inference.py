"""Owns how a signature is read off a frame, and which Polars types it stands for."""

from __future__ import annotations

from typing import Any

import polars as pl

from treadle.errors import PackageError
from treadle.packaging.signature import Field, Signature

KNOWN_VALUES = 1000


def type_of(kind: Any) -> str:
    """Return a signature's word for a Polars type; PackageError if there is none."""
    if kind.is_integer():
        return "int"
    if kind.is_float() or kind.is_decimal():
        return "float"
    if kind == pl.Boolean:
        return "bool"
    if kind == pl.Date:
        return "date"
    if kind.is_temporal():
        return "datetime"
    if kind in (pl.String, pl.Categorical, pl.Enum):
        return "str"
    raise PackageError(f"a model cannot take a column of type {kind}", expected="numbers, text, booleans or moments")


def field_of(column: pl.Series) -> Field:
    """Describe one column of raw inputs by what it holds; every input but a complete one may be missing."""
    kind = type_of(column.dtype)
    missing = column.null_count() > 0 or (kind == "float" and bool(column.is_nan().any()))
    values, low, high = None, None, None
    if kind == "str":
        found = column.cast(pl.String).drop_nulls().unique().sort()
        values = tuple(found.to_list()) if len(found) <= KNOWN_VALUES else None
    elif kind in ("int", "float") and len(kept := column.drop_nulls()):
        low, high = float(kept.min()), float(kept.max())  # type: ignore[arg-type]
    return Field(name=column.name, type=kind, null=missing, values=values, min=low, max=high)


def infer(frame: pl.DataFrame, target: pl.Series, task: str) -> Signature:
    """Return the signature of a model that maps the rows of `frame` to `target`."""
    kind = type_of(target.dtype) if task == "classification" else "float"
    outputs = [Field(name="prediction", type=kind)]
    if task == "classification":
        outputs.append(Field(name="probability", type="float"))
    return Signature(inputs=tuple(field_of(column) for column in frame.iter_columns()), outputs=tuple(outputs))


POLARS: dict[str, Any] = {
    "int": pl.Int64,
    "float": pl.Float64,
    "str": pl.String,
    "bool": pl.Boolean,
    "datetime": pl.Datetime("us"),
    "date": pl.Date,
}
"""The Polars type of each type of a signature."""


def schema_of(signature: Signature) -> dict[str, Any]:
    """Return the Polars schema of a signature's inputs."""
    return {field.name: POLARS[field.type] for field in signature.inputs}
