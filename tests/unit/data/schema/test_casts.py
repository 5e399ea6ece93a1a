"""Owns the tests of casting: what each type accepts, and that nothing is lost on the way."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from treadle.data.schema.casts import TYPES, cast, missing, readable


def values(raw: pl.Series, to: str) -> list[Any]:
    found = raw.alias("x").to_frame().select(cast("x", raw.dtype, to)).to_series()
    assert found.dtype == TYPES[to]
    return found.to_list()


def words(*texts: str | None) -> pl.Series:
    return pl.Series(texts, dtype=pl.String)


def test_text_becomes_int_only_if_whole() -> None:
    assert values(words("7", " -8 ", "3.0", "1e3"), "int") == [7, -8, 3, 1000]
    assert values(words("2.5", "x", "1_000", "", "inf"), "int") == [None] * 5


def test_an_integer_text_beyond_53_bits_keeps_every_digit() -> None:
    assert values(words("9007199254740993"), "int") == [9007199254740993]


def test_numbers_become_int_only_if_whole() -> None:
    assert values(pl.Series([1.0, 2.5, float("nan"), 1e300]), "int") == [1, None, None, None]
    assert values(pl.Series([2**63, 5], dtype=pl.UInt64), "int") == [None, 5]
    assert values(pl.Series([True, False]), "int") == [1, 0]
    assert values(pl.Series([Decimal("4.0"), Decimal("4.5")]), "int") == [4, None]


def test_float_takes_finite_numbers() -> None:
    assert values(words("1.5", "1e-3", "-2"), "float") == [1.5, 0.001, -2.0]
    assert values(words("inf", "nan", "x", "1,5"), "float") == [None] * 4
    assert values(pl.Series([1, None]), "float") == [1.0, None]
    assert values(pl.Series([float("inf"), float("nan"), 0.5]), "float") == [None, None, 0.5]


def test_bool_takes_words_and_digits_of_truth() -> None:
    assert values(words("true", "FALSE", "1", "0", "yes"), "bool") == [True, False, True, False, None]
    assert values(pl.Series([0, 1, 2]), "bool") == [False, True, None]
    assert values(pl.Series([True]), "bool") == [True]


def test_datetimes_are_utc_without_a_zone() -> None:
    five = datetime(2013, 6, 1, 5)
    forms = ["2013-06-01T05:00:00Z", "2013-06-01 05:00:00", "2013-06-01T07:00:00+02:00", "2013-06-01T05:00"]
    assert values(words(*forms), "datetime") == [five] * 4
    assert values(words("2013-06-01", "2013-06-01T05:00:00.25", "1 June"), "datetime") == [
        datetime(2013, 6, 1),
        five + timedelta(milliseconds=250),
        None,
    ]
    aware = pl.Series([datetime(2013, 6, 1, 7, tzinfo=timezone(timedelta(hours=2))).astimezone(UTC)])
    assert values(aware.dt.convert_time_zone("Europe/Berlin"), "datetime") == [five]
    assert values(pl.Series([five]).dt.cast_time_unit("ns"), "datetime") == [five]


def test_a_date_has_no_time_of_day() -> None:
    day = date(2013, 6, 1)
    assert values(words("2013-06-01", "2013-06-01 00:00:00", "2013-06-01T05:00", "6/1/2013"), "date") == [
        day,
        day,
        None,
        None,
    ]
    assert values(pl.Series([datetime(2013, 6, 1), datetime(2013, 6, 1, 5)]), "date") == [day, None]
    assert values(pl.Series([day]), "date") == [day]
    assert values(pl.Series([day]), "datetime") == [datetime(2013, 6, 1)]


def test_everything_becomes_text_as_it_is() -> None:
    assert values(words(" a ", "", "NA"), "str") == [" a ", "", "NA"]
    assert values(pl.Series([7]), "str") == ["7"]
    assert values(pl.Series([1.5, float("nan")]), "str") == ["1.5", None]
    assert values(pl.Series([date(2013, 6, 1)]), "str") == ["2013-06-01"]
    assert values(pl.Series(["a"], dtype=pl.Categorical), "str") == ["a"]


@pytest.mark.parametrize("to", ["int", "float", "bool"])
def test_a_date_is_no_number(to: str) -> None:
    raw = pl.DataFrame({"x": [date(2013, 6, 1)]})
    assert raw.with_columns(cast("x", pl.Date(), to).alias("x")).to_series().to_list() == [None]


@pytest.mark.parametrize("to", ["datetime", "date"])
def test_a_number_is_no_date(to: str) -> None:
    raw = pl.DataFrame({"x": [1370044800]})
    assert raw.with_columns(cast("x", pl.Int64(), to).alias("x")).to_series().to_list() == [None]


@pytest.mark.parametrize("to", list(TYPES))
def test_an_empty_column_becomes_any_type(to: str) -> None:
    assert pl.DataFrame({"x": [None]}).with_columns(cast("x", pl.Null(), to).alias("x")).to_series().to_list() == [None]


def test_what_counts_as_missing() -> None:
    def absent(raw: pl.Series, to: str) -> list[bool]:
        return raw.alias("x").to_frame().select(missing("x", raw.dtype, to)).to_series().to_list()

    assert absent(words(None, "", " NA ", "nan", "0"), "int") == [True, True, True, True, False]
    assert absent(words(None, "", "NA"), "str") == [True, False, False]
    assert absent(pl.Series([None, float("nan"), 0.0]), "float") == [True, True, False]
    assert absent(pl.Series([None, 0]), "int") == [True, False]


def test_lists_structs_binaries_and_durations_cannot_be_read() -> None:
    odd = [pl.List(pl.Int64), pl.Struct({"a": pl.Int64}), pl.Binary(), pl.Duration(), pl.Time()]
    assert not any(readable(dtype) for dtype in odd)
    assert all(readable(dtype) for dtype in (*TYPES.values(), pl.Null(), pl.Categorical(), pl.Decimal(9, 2)))
