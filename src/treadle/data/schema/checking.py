"""Owns the check of rows against a schema: good ones in their types, refused ones with every reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from treadle.data.keys import Seen
from treadle.data.schema.casts import TYPES, readable
from treadle.data.schema.rules import BROKEN, REASONS, ROW, TYPED, Rule, compiled, typed
from treadle.errors import DataError
from treadle.kinds import nearest
from treadle.settings import Column


def dtypes(schema: Mapping[str, Column]) -> pl.Schema:
    """Return the Polars type of each column of rows that passed `schema`."""
    return pl.Schema({name: TYPES[column.type] for name, column in schema.items()})


def fit(frame: pl.DataFrame, schema: Mapping[str, Column], name: str, ignore: Sequence[str] = ()) -> pl.DataFrame:
    """Return the columns of `frame` that the schema names, in its order; `name` is the source, for messages.

    Raises DataError if the frame has no rows, lacks a column, has one that neither the schema nor `ignore` knows,
    or one whose values (such as lists) cannot be cast.
    """
    if absent := [column for column in schema if column not in frame.columns]:
        near = nearest(absent[0], [column for column in frame.columns if column not in schema])
        raise DataError(
            f"{name} lacks column {', '.join(map(repr, absent))}",
            expected=f"the {len(schema)} columns of the schema: {_few(list(schema))}",
            next_move=near or f"it has {_few(frame.columns)}; correct the source, or take the column out of the schema",
        )
    if extra := [column for column in frame.columns if column not in schema and column not in ignore]:
        raise DataError(
            f"{name} has column {', '.join(map(repr, extra))}, which the schema does not know",
            expected=f"only the {len(schema)} columns of the schema: {_few(list(schema))}",
            next_move="add it to the schema, or to data.ignore to leave it out",
        )
    for column in schema:
        if not readable(frame.schema[column]):
            raise DataError(
                f"{name}: column {column!r} holds {frame.schema[column]}",
                expected=f"values that can be read as {schema[column].type}",
                next_move="turn it into plain values at the source, or move it from the schema to data.ignore",
            )
    if frame.is_empty():
        raise DataError(
            f"{name} has no rows", expected="at least one row", next_move="remove it from the source, or fill it"
        )
    return frame.select(*schema)


def check(
    frame: pl.DataFrame, schema: Mapping[str, Column], *, key: Sequence[str] = (), seen: Seen | None = None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return (good rows in their types, refused rows as text with `_row` from 1 and `_reasons`).

    Every row that breaks a rule is refused with all its reasons. Then, among the others, a row whose key or whose
    value in a unique column stood before, here or in what `seen` remembers, is refused: the first one stays.
    `frame` has the columns of `schema` (see `fit`).
    """
    seen = seen or Seen()
    rules = compiled(schema, frame.schema)
    broken = [rule.broken.alias(f"{BROKEN}{number}") for number, rule in enumerate(rules)]
    marked = frame.lazy().with_row_index(ROW, offset=1).with_columns(typed(schema, frame.schema))
    judged = marked.with_columns(pl.any_horizontal([False, *broken]).alias(BROKEN)).collect()
    bad = judged.filter(BROKEN)
    refused = [_refused(bad, schema, rules)]
    sound = judged.filter(~pl.col(BROKEN))
    for columns in _once(schema, key):
        present = sound.select(pl.all_horizontal(pl.col(columns).is_not_null())).to_series()
        held = sound.filter(present)
        values = held.select(pl.col(TYPED + name).alias(name) for name in columns)
        again = held.filter(~pl.Series(seen.first(values, columns)))
        refused.append(_refused(again, schema, [_repeated(columns)]))
        sound = sound.filter(~pl.col(ROW).is_in(again[ROW].implode()))
    good = sound.select(pl.col(TYPED + name).alias(name) for name in schema)
    return good, pl.concat(refused).sort(ROW)


def explain(refused: pl.DataFrame) -> str:
    """Return the three columns refused most, each with its count and its first row and reason."""
    reasons = refused.select(ROW, pl.col(REASONS)).explode(REASONS)
    column = pl.col(REASONS).str.extract(r"^(.*?): ").alias("column")
    counts = reasons.group_by(column, maintain_order=True).agg(pl.len(), pl.first(ROW), pl.first(REASONS))
    worst = counts.sort("len", descending=True, maintain_order=True).head(3)
    return "; ".join(f"{reason} (row {row}, {count:,} such)" for _, count, row, reason in worst.iter_rows())


def _refused(rows: pl.DataFrame, schema: Mapping[str, Column], rules: Sequence[Rule]) -> pl.DataFrame:
    reasons = [pl.when(rule.broken).then(rule.reason) for rule in rules]
    listed = pl.concat_list(reasons).list.drop_nulls() if reasons else pl.lit([], pl.List(pl.String))
    return rows.select(pl.col(ROW).cast(pl.Int64), pl.col(list(schema)).cast(pl.String), listed.alias(REASONS))


def _once(schema: Mapping[str, Column], key: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the sets of columns whose values may stand only once."""
    unique: list[tuple[str, ...]] = [(name,) for name, column in schema.items() if column.unique]
    return [tuple(key), *(one for one in unique if one != tuple(key))] if key else unique


def _repeated(columns: tuple[str, ...]) -> Rule:
    values = pl.concat_str([pl.col(name).cast(pl.String).fill_null("") for name in columns], separator=", ")
    return Rule(pl.lit(True), pl.lit(f"{', '.join(columns)}: ") + values + " stands more than once")


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")
