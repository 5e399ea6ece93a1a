"""Owns the profile of a frame: small, mergeable figures of every column, with bins frozen by a reference."""

from __future__ import annotations

import msgspec
import polars as pl

from treadle.data.profile.levels import Levels
from treadle.data.profile.numbers import Numbers
from treadle.errors import DataError

__all__ = ["Levels", "Numbers", "Profile", "merge", "profile"]

WORDS = (pl.String, pl.Categorical, pl.Enum, pl.Boolean)


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """`rows` seen and one summary a column; JSON by msgspec, a few kilobytes a column whatever the rows."""

    rows: int
    columns: dict[str, Numbers | Levels]


def profile(frame: pl.DataFrame, like: Profile | None = None) -> Profile:
    """Summarise every column of `frame`; with `like`, the columns and bins of that reference.

    Numbers, dates and datetimes (as seconds since 1970, UTC) become `Numbers`; text, categories and booleans
    become `Levels`. Missing is null or a number that is not finite. With `like`, a column the frame lacks counts
    as missing throughout, and a column the reference lacks is left out.

    Raises DataError for a column that is none of these, such as a list.
    """
    if like is None:
        return Profile(rows=frame.height, columns={column.name: _freeze(column) for column in frame})
    columns = {name: _summarise(frame, name, reference) for name, reference in like.columns.items()}
    return Profile(rows=frame.height, columns=columns)


def merge(a: Profile, b: Profile) -> Profile:
    """Return the profile of the rows of `a` and `b` together; both must share one reference.

    Every count is exact; sums are added as floats. Raises DataError if the columns or their bins differ.
    """
    if a.columns.keys() != b.columns.keys():
        odd = ", ".join(sorted(a.columns.keys() ^ b.columns.keys()))
        raise DataError(f"profiles of different columns cannot be merged: {odd}", expected="profiles of one reference")
    return Profile(
        rows=a.rows + b.rows,
        columns={name: _merged(name, mine, b.columns[name]) for name, mine in a.columns.items()},
    )


def _freeze(column: pl.Series) -> Numbers | Levels:
    return Levels.freeze(column) if column.dtype in WORDS else Numbers.freeze(_as_float(column))


def _summarise(frame: pl.DataFrame, name: str, like: Numbers | Levels) -> Numbers | Levels:
    column = frame[name] if name in frame.columns else pl.Series(name, [None] * frame.height, pl.Null)
    if isinstance(like, Levels):
        return Levels.count(column, like)
    return Numbers.count(_as_float(column), like.edges)


def _merged(name: str, a: Numbers | Levels, b: Numbers | Levels) -> Numbers | Levels:
    if isinstance(a, Numbers) and isinstance(b, Numbers) and a.edges == b.edges:
        return a.merge(b)
    if isinstance(a, Levels) and isinstance(b, Levels):
        return a.merge(b)
    raise DataError(
        f"profiles of column {name} have different bins and cannot be merged", expected="profiles of one reference"
    )


def _as_float(column: pl.Series) -> pl.Series:
    """Return the column as Float64; moments become seconds since 1970 in UTC."""
    if column.dtype in (pl.Date, pl.Datetime):
        return column.dt.epoch("us") / 1e6
    if column.dtype.is_numeric() or column.dtype in (pl.Null, *WORDS):
        text = column.dtype in (pl.Categorical, pl.Enum)
        return (column.cast(pl.String) if text else column).cast(pl.Float64, strict=False)
    raise DataError(
        f"column {column.name} holds {column.dtype}, which has no profile",
        expected="numbers, text, booleans, dates or datetimes",
        next_move="leave it out, or turn it into one of these in features()",
    )
