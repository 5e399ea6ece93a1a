"""Owns the six types a column can have: how raw values become them safely, and what counts as missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import polars as pl

Type = Literal["int", "float", "str", "bool", "datetime", "date"]

TYPES: Mapping[str, pl.DataType] = {
    "int": pl.Int64(),
    "float": pl.Float64(),
    "str": pl.String(),
    "bool": pl.Boolean(),
    "datetime": pl.Datetime("us"),
    "date": pl.Date(),
}
"""How each type is kept. Datetimes are UTC without a zone, to the microsecond."""

WORDS: Mapping[str, str] = {
    "int": "a whole number",
    "float": "a finite number",
    "str": "text",
    "bool": "true or false",
    "datetime": "a moment such as 2013-06-01T05:00:00Z",
    "date": "a date such as 2013-06-01",
}
"""How each type is called in a message."""

MARKERS = ("", "NA", "N/A", "NaN", "nan", "NULL", "null", "None")
"""Texts that mean missing in a column of any type but str, where they stay what they are."""

TRUTH = {"true": True, "1": True, "false": False, "0": False}
EXACT = 2.0**53
FORMATS = ("%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M")


def readable(dtype: pl.DataType) -> bool:
    """Return whether a source column of this type can be cast at all; lists, structs and binaries cannot."""
    return dtype.is_numeric() or is_text(dtype) or dtype in (pl.Boolean, pl.Date, pl.Datetime, pl.Null)


def is_text(dtype: pl.DataType) -> bool:
    """Return whether values are words."""
    return dtype in (pl.String, pl.Categorical, pl.Enum)


def missing(name: str, dtype: pl.DataType, to: str) -> pl.Expr:
    """Return the expression that is true where the raw value is missing: null, NaN, or a marker for missing."""
    raw = pl.col(name)
    if dtype.is_float():
        return raw.is_null() | raw.is_nan()
    if is_text(dtype) and to != "str":
        return raw.is_null() | raw.cast(pl.String).str.strip_chars().is_in(MARKERS)
    return raw.is_null()


def cast(name: str, dtype: pl.DataType, to: str) -> pl.Expr:
    """Return the expression that gives the raw column as type `to`, null where a value has no such form.

    No information is lost on the way: 2.5 is no int, 2013-06-01T05:00 no date, infinity no float.
    """
    raw = pl.col(name).cast(pl.String).str.strip_chars() if is_text(dtype) else pl.col(name)
    match to:
        case "int":
            return _int(raw, dtype)
        case "float":
            number = raw.cast(pl.Float64, strict=False) if _counts(dtype) else pl.lit(None, pl.Float64)
            return pl.when(number.is_finite()).then(number)
        case "bool":
            return _bool(raw, dtype)
        case "datetime":
            return _datetime(raw, dtype)
        case "date":
            return _date(raw, dtype)
        case _:
            text = pl.col(name).cast(pl.String)
            return pl.when(pl.col(name).is_not_nan()).then(text) if dtype.is_float() else text


def _counts(dtype: pl.DataType) -> bool:
    return is_text(dtype) or dtype.is_numeric() or dtype == pl.Boolean


def _int(raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if not _counts(dtype):
        return pl.lit(None, pl.Int64)
    if dtype.is_integer() or dtype == pl.Boolean:
        return raw.cast(pl.Int64, strict=False)
    number = raw.cast(pl.Float64, strict=False)
    whole = pl.when((number == number.round()) & (number.abs() < EXACT)).then(number.cast(pl.Int64, strict=False))
    return pl.coalesce(raw.cast(pl.Int64, strict=False), whole) if is_text(dtype) else whole


def _bool(raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if dtype == pl.Boolean:
        return raw
    if is_text(dtype):
        return raw.str.to_lowercase().replace_strict(TRUTH, default=None, return_dtype=pl.Boolean)
    if dtype.is_numeric():
        return pl.when(raw.is_in([0, 1])).then(raw == 1)
    return pl.lit(None, pl.Boolean)


def _datetime(raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if isinstance(dtype, pl.Datetime):
        moment = raw.dt.convert_time_zone("UTC").dt.replace_time_zone(None) if dtype.time_zone else raw
        return moment.dt.cast_time_unit("us")
    if dtype == pl.Date:
        return raw.cast(pl.Datetime("us"))
    if not is_text(dtype):
        return pl.lit(None, pl.Datetime("us"))
    text = raw.str.replace(" ", "T", literal=True)
    offset = text.str.to_datetime("%+", strict=False, time_unit="us").dt.replace_time_zone(None)
    plain = [text.str.to_datetime(form, strict=False, time_unit="us") for form in FORMATS]
    return pl.coalesce(offset, *plain, raw.str.to_date("%Y-%m-%d", strict=False).cast(pl.Datetime("us")))


def _date(raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if dtype == pl.Date:
        return raw
    if not (is_text(dtype) or dtype == pl.Datetime):
        return pl.lit(None, pl.Date)
    moment = _datetime(raw, dtype)
    return pl.when(moment == moment.dt.truncate("1d")).then(moment.dt.date())
