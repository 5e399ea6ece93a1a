"""Owns how rows are cut into train, validation and test, so that no row ever moves between them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl

from treadle.data.hashing import Words, hash_rows, mix, seed
from treadle.data.keys import key_columns
from treadle.errors import DataError, SettingsError
from treadle.records import canonical
from treadle.settings import Split
from treadle.store import digest

TRAIN, VALIDATION, TEST = "train", "validation", "test"
SPLITS = (TRAIN, VALIDATION, TEST)

WORDS = pl.Enum([TEST, VALIDATION, TRAIN])
"""Type of an assignment: the three words, in the order in which the hash cuts them."""

FORM = "splitmix64-1"
"""Name of the frozen hash and of the order test, validation, train on it; part of every rule."""


def assign(frame: pl.DataFrame, split: Split, key: Sequence[str], time: str | None = None) -> pl.Series:
    """Return the split of each row: the word train, validation or test (a Polars Enum).

    By key or group, a row's place in [0, 1) is its frozen hash mixed with the salt; test is [0, test), validation
    [test, test + validation), train the rest. So a row's split depends on its key alone, never on the other rows.
    By time, `time` is compared with the cut dates in the settings. By column, the column says.

    Raises SettingsError if the rule lacks what it needs, DataError if the column holds another word.
    """
    validate(split, time)
    match split.by:
        case "key" | "group":
            columns = split.group if split.by == "group" else key_columns(key, frame.columns)
            return _by_hash(hash_rows(frame, columns), split)
        case "time":
            return _by_time(frame[str(time)], split)
        case "column":
            return _by_column(frame[str(split.column)].cast(pl.String))


def needs(split: Split, time: str | None) -> tuple[str, ...]:
    """Return the columns besides the key that the rule reads, which must not be missing in any row."""
    validate(split, time)
    match split.by:
        case "group":
            return split.group
        case "time":
            return (str(time),)
        case "column":
            return (str(split.column),)
        case _:
            return ()


def validate(split: Split, time: str | None) -> None:
    """Raise SettingsError if the rule lacks what it needs or leaves nothing for train."""
    if split.by == "group" and not split.group:
        raise SettingsError("split.by is group, but split.group is empty", expected="the columns that name a group")
    if split.by == "column" and not split.column:
        raise SettingsError("split.by is column, but split.column is absent", expected="a column of words")
    if split.by == "time" and not time:
        raise SettingsError("split.by is time, but data.time is absent", expected="the column with the row's moment")
    if split.by in ("key", "group") and split.validation + split.test >= 1:
        raise SettingsError(
            f"split.validation {split.validation} and split.test {split.test} leave nothing for train",
            expected="a sum below 1",
        )
    if split.by == "time":
        cuts = [_moment(cut) for cut in (split.validation_from, split.test_from) if cut]
        if len(cuts) == 2 and cuts[0] >= cuts[1]:
            raise SettingsError(
                f"split.validation_from {split.validation_from} is not before split.test_from {split.test_from}",
                expected="train, then validation, then test",
            )


def rule(split: Split, key: Sequence[str], time: str | None = None) -> dict[str, Any]:
    """Return what the split of a row depends on, and nothing else."""
    match split.by:
        case "time":
            cuts = {"validation_from": split.validation_from, "test_from": split.test_from}
            return {"by": "time", "time": time, **cuts}
        case "column":
            return {"by": "column", "column": split.column}
        case _:
            columns = list(split.group if split.by == "group" else key)
            shares = {"test": split.test, "validation": split.validation}
            return {"by": split.by, "columns": columns, "hash": FORM, "salt": split.salt, **shares}


def rule_digest(split: Split, key: Sequence[str], time: str | None = None) -> str:
    """Return the digest that names the rule; equal rules split equal rows equally."""
    return digest(canonical(rule(split, key, time)))


def suggest_cuts(moments: pl.Series, split: Split) -> tuple[str, str]:
    """Return the dates (validation_from, test_from) that give about the shares asked for, to write in the settings."""
    ordered = moments.drop_nulls().sort()
    at = [int((1 - split.test - split.validation) * ordered.len()), int((1 - split.test) * ordered.len())]
    first, second = (str(ordered[min(i, ordered.len() - 1)])[:10] for i in at)
    return first, second


def _by_hash(hashes: Words, split: Split) -> pl.Series:
    places = hashes ^ seed(split.salt)
    mix(places)
    places >>= np.uint64(11)
    first, second = (np.uint64(round(share * 2**53)) for share in (split.test, split.test + split.validation))
    return _name(places >= first, places >= second)


def _by_time(moments: pl.Series, split: Split) -> pl.Series:
    if not split.test_from:
        raise SettingsError("split.by is time, but split.test_from is absent", expected="the first moment of test")
    ticks = moments.dt.epoch("us")
    test, later = (
        (ticks >= _moment(cut)).fill_null(True).to_numpy()
        for cut in (split.test_from, split.validation_from or split.test_from)
    )
    return _name(~test, ~later)


def _name(beyond_test: np.ndarray[Any, Any], beyond_validation: np.ndarray[Any, Any]) -> pl.Series:
    codes = pl.Series(beyond_test.astype(np.uint8) + beyond_validation)
    return pl.Series("split", [TEST, VALIDATION, TRAIN], dtype=WORDS).gather(codes)


def _by_column(words: pl.Series) -> pl.Series:
    odd = words.filter(~words.is_in(SPLITS) | words.is_null())
    if odd.len():
        raise DataError(
            f"column {words.name} holds {odd[0]!r}, which names no split",
            expected="train, validation or test in every row",
        )
    return words.cast(WORDS).alias("split")


def _moment(text: str) -> int:
    """Return microseconds since 1970 of a date or moment in ISO 8601; without an offset it is UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise SettingsError(f"{text!r} is no date", expected="a date or moment such as 2013-06-01") from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
