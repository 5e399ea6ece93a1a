"""Owns the guess at a schema from rows: a type for each column, and whether values are missing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Protocol, cast

import polars as pl

from treadle.data.schema import casts
from treadle.errors import DataError
from treadle.kinds import nearest
from treadle.settings import Column

UNKNOWN = "unknown"
"""Type of a column without a single value; any other type wins over it, and alone it becomes str."""


class Batches(Protocol):
    """What can be read batch by batch: a name and its rows."""

    def batches(self) -> Iterator[tuple[str, pl.DataFrame]]:
        """Yield each batch with its name."""


def infer(frame: pl.DataFrame) -> dict[str, Column]:
    """Guess a settings.Column for each column, in the frame's order.

    Text (all a CSV file holds) is tried as bool (true, false), int, float, date, datetime; what starts with a
    needless zero, such as a postal code 02138, stays str. Only types and missing values are guessed: limits and
    lists of allowed values are a person's knowledge.

    Raises DataError for a column that holds neither plain values nor nothing, such as lists.
    """
    return _columns({column.name: _guess(column) for column in frame})


def infer_source(source: Batches, ignore: Collection[str] = ()) -> dict[str, Column]:
    """Guess a schema that fits every batch of a source; columns in `ignore` may be absent from some and are left out.

    Where batches differ, int and float make float, date and datetime make datetime, others make str.

    Raises DataError if batches have different columns, naming both, or if there is no batch.
    """
    first, guesses = "", dict[str, tuple[str, bool]]()
    for name, frame in source.batches():
        found = {column.name: _guess(column) for column in frame}
        if first:
            _same(first, guesses, name, found, ignore)
            guesses = {column: _wider(guess, found[column]) for column, guess in guesses.items() if column in found}
        else:
            first, guesses = name, found
    if not first:
        raise DataError("the source gave no rows to infer a schema from", expected="at least one batch")
    return _columns(guesses)


def _columns(guesses: dict[str, tuple[str, bool]]) -> dict[str, Column]:
    return {
        name: Column(type=cast(casts.Type, "str" if kind == UNKNOWN else kind), null=null)
        for name, (kind, null) in guesses.items()
    }


def _guess(column: pl.Series) -> tuple[str, bool]:
    """Return type and whether a value is missing."""
    dtype = column.dtype
    if not casts.readable(dtype):
        raise DataError(
            f"column {column.name!r} holds {dtype}",
            expected="numbers, text, booleans, dates or datetimes",
            next_move="turn it into plain values at the source",
        )
    kind = _guess_text(column) if casts.is_text(dtype) else _kind(dtype)
    absent = column.to_frame().select(casts.missing(column.name, dtype, kind)).to_series()
    return kind, bool(absent.any())


def _kind(dtype: pl.DataType) -> str:
    if dtype == pl.Null:
        return UNKNOWN
    if dtype.is_integer():
        return "int"
    if dtype.is_numeric():
        return "float"
    return {pl.Boolean: "bool", pl.Date: "date"}.get(type(dtype), "datetime")


def _guess_text(column: pl.Series) -> str:
    frame = column.to_frame()
    values = frame.filter(~casts.missing(column.name, column.dtype, "int"))
    if values.is_empty():
        return "str" if column.drop_nulls().len() else UNKNOWN
    text = values.to_series().cast(pl.String).str.strip_chars()
    if text.str.to_lowercase().is_in(["true", "false"]).all():
        return "bool"
    digits = text.str.contains(r"^[+-]?\d+$")
    if not text.str.contains(r"^[+-]?0\d").any():
        if digits.all():
            return "int" if text.cast(pl.Int64, strict=False).null_count() == 0 else "str"
        if _fits(values, column, "float"):
            return "float"
    moment = "date" if text.str.contains(r"^\d{4}-\d\d-\d\d$").all() else "datetime"
    return moment if _fits(values, column, moment) else "str"


def _fits(values: pl.DataFrame, column: pl.Series, kind: str) -> bool:
    return values.select(casts.cast(column.name, column.dtype, kind)).to_series().null_count() == 0


def _wider(a: tuple[str, bool], b: tuple[str, bool]) -> tuple[str, bool]:
    null = a[1] or b[1]
    kinds = {a[0], b[0]} - {UNKNOWN} or {UNKNOWN}
    if len(kinds) == 1:
        return kinds.pop(), null
    return {frozenset(("int", "float")): "float", frozenset(("date", "datetime")): "datetime"}.get(
        frozenset(kinds), "str"
    ), null


def _same(first: str, had: Collection[str], name: str, has: Collection[str], ignore: Collection[str]) -> None:
    absent = [column for column in had if column not in has and column not in ignore]
    extra = [column for column in has if column not in had and column not in ignore]
    if not absent and not extra:
        return
    lacks = f"lacks {', '.join(map(repr, absent))}" if absent else ""
    adds = f"has {', '.join(map(repr, extra))} besides" if extra else ""
    near = nearest(absent[0], extra) if absent and extra else ""
    raise DataError(
        f"the columns of {name} differ from those of {first}: it {' and '.join(filter(None, [lacks, adds]))}",
        expected="the same columns in every file",
        next_move=near or "correct the files, or list the column in data.ignore",
    )
