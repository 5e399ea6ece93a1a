"""Owns what a column's settings demand, compiled to Polars expressions that say which rows break it and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from treadle.data.schema.casts import TYPES, WORDS, cast, missing
from treadle.errors import SettingsError
from treadle.settings import Column

TYPED, BROKEN = "typed:", "broken:"
"""Prefixes of the columns a check works with: values in their type beside the raw ones, and what they break."""

SOURCE, ROW, REASONS = "_source", "_row", "_reasons"
"""Columns a refused row has besides its own: its source, its place there from 1, why it was refused."""


class Rule:
    """One demand: `broken` is true in the rows that break it, `reason` says why in words that name the value."""

    def __init__(self, broken: pl.Expr, reason: pl.Expr) -> None:
        self.broken = broken.fill_null(False)
        self.reason = reason


def typed(schema: Mapping[str, Column], dtypes: pl.Schema) -> list[pl.Expr]:
    """Return, for each column, the expression of its values in their type, named with the prefix TYPED."""
    return [cast(name, dtypes[name], column.type).alias(TYPED + name) for name, column in schema.items()]


def compiled(schema: Mapping[str, Column], dtypes: pl.Schema) -> list[Rule]:
    """Return the rules of all columns, over a frame that holds each raw column and its typed twin."""
    return [rule for name, column in schema.items() for rule in _rules(name, column, dtypes[name])]


def _rules(name: str, column: Column, dtype: pl.DataType) -> Iterator[Rule]:
    absent = missing(name, dtype, column.type)
    value = pl.col(TYPED + name)
    text = pl.col(name).cast(pl.String)
    quoted = pl.lit("'") + text.str.slice(0, 60) + "'"
    if not column.null:
        yield Rule(absent, pl.lit(f"{name}: is missing"))
    yield Rule(value.is_null() & ~absent, pl.lit(f"{name}: ") + quoted + f" is not {WORDS[column.type]}")
    if column.min is not None:
        yield Rule(value < column.min, pl.lit(f"{name}: ") + text + f" is below {column.min:g}")
    if column.max is not None:
        yield Rule(value > column.max, pl.lit(f"{name}: ") + text + f" is above {column.max:g}")
    if column.values is not None:
        few = ", ".join(map(str, column.values[:5])) + (", ..." if len(column.values) > 5 else "")
        allowed = pl.Series(column.values, dtype=TYPES[column.type])
        yield Rule(~value.is_in(allowed.implode()), pl.lit(f"{name}: ") + quoted + f" is not one of {few}")
    if column.regex is not None:
        fits = value.str.contains(f"^(?:{column.regex})$")
        yield Rule(~fits, pl.lit(f"{name}: ") + quoted + f" does not match {column.regex}")


def validate(schema: Mapping[str, Column], where: str = "data.schema") -> None:
    """Raise SettingsError, naming the column, if its rules do not fit its type or each other."""
    for name, column in schema.items():
        if problem := _problem(column):
            raise SettingsError(f"{where}: column {name!r}: {problem[0]}", expected=problem[1])
        if name in (SOURCE, ROW, REASONS) or name.startswith((TYPED, BROKEN)):
            raise SettingsError(f"{where}: column {name!r} bears a name kept for Treadle", expected="another name")


def _problem(column: Column) -> tuple[str, str] | None:
    """Return what is wrong with a column's settings and what was expected, if anything."""
    bounded = column.min is not None or column.max is not None
    if bounded and column.type not in ("int", "float"):
        return f"min and max do not fit type {column.type}", "min and max on int or float only"
    if column.min is not None and column.max is not None and column.min > column.max:
        return f"min {column.min:g} is above max {column.max:g}", "min at most max"
    if column.regex is not None and column.type != "str":
        return f"regex does not fit type {column.type}", "regex on str only"
    try:
        pl.Series([""]).str.contains(column.regex or "")
    except pl.exceptions.PolarsError:
        return f"regex {column.regex!r} is not a pattern", "a regular expression (Rust syntax, no look-around)"
    try:
        pl.Series(column.values or (), dtype=TYPES[column.type], strict=True)
    except (TypeError, pl.exceptions.PolarsError):
        return f"values {list(column.values or ())} do not all have type {column.type}", f"values of type {column.type}"
    return None
