"""Owns what names a row: its key columns, and whether the same key was seen before in any file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from msgspec.structs import replace
from numpy.typing import NDArray

from treadle.data.hashing import hash_rows
from treadle.errors import SettingsError
from treadle.kinds import nearest
from treadle.settings import Column


def key_columns(key: Sequence[str], columns: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that name a row: `key`, or every column by name if there is none."""
    return tuple(key) or tuple(sorted(columns))


def known(schema: Mapping[str, Column], use: str, columns: Sequence[str]) -> None:
    """Raise SettingsError if the schema lacks one of `columns`; `use` says what they are for, e.g. `data.key`."""
    for name in columns:
        if name not in schema:
            raise SettingsError(
                f"{use} names column {name!r}, which the data do not have",
                expected=f"one of {', '.join(schema)}",
                next_move=nearest(name, list(schema)),
            )


def required(schema: Mapping[str, Column], use: str, columns: Sequence[str]) -> dict[str, Column]:
    """Return `schema` with `columns` never missing; `use` and errors as in `known`."""
    known(schema, use, columns)
    return {name: replace(rule, null=False) if name in columns else rule for name, rule in schema.items()}


class Seen:
    """Remembers which values were met, eight bytes a row, so duplicates are found across files.

    Values are told apart by their 64-bit hash: exact for one integer column; otherwise two of ten million rows
    clash with a chance of about 3 in a million.
    """

    def __init__(self) -> None:
        self._met: dict[tuple[str, ...], NDArray[np.uint64]] = {}

    def first(self, frame: pl.DataFrame, columns: Sequence[str]) -> NDArray[np.bool_]:
        """Return a mask of the rows whose `columns` were never met before, and remember them."""
        hashes = hash_rows(frame, columns)
        fresh, at = np.unique(hashes, return_index=True)
        met = self._met.get(tuple(columns), np.empty(0, dtype=np.uint64))
        new = np.ones(fresh.size, dtype=np.bool_)
        if met.size:
            place = np.minimum(np.searchsorted(met, fresh), met.size - 1)
            new = met[place] != fresh
        self._met[tuple(columns)] = np.sort(np.concatenate([met, fresh[new]]), kind="stable")
        mask = np.zeros(frame.height, dtype=np.bool_)
        mask[at[new]] = True
        return mask
