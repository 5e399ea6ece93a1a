"""Owns the tests of keys: what names a row, and what was seen before."""

from __future__ import annotations

import polars as pl
import pytest

from factories.frames import flights, flights_schema
from treadle.data.keys import Seen, key_columns, known, required
from treadle.errors import SettingsError


def ids(*values: int) -> pl.DataFrame:
    return pl.DataFrame({"id": values}, schema={"id": pl.Int64})


def test_without_a_key_the_whole_row_by_name_is_the_key() -> None:
    assert key_columns((), ["b", "a"]) == ("a", "b")
    assert key_columns(("z", "y"), ["y", "z", "a"]) == ("z", "y")


def test_an_unknown_column_is_named_with_the_nearest() -> None:
    with pytest.raises(SettingsError) as error:
        known(flights_schema(), "data.target", ("delays",))
    assert "data.target names column 'delays'" in error.value.met
    assert error.value.next_move == "did you mean 'delay'?"


def test_required_columns_are_never_missing_and_others_stay() -> None:
    schema = flights_schema()
    strict = required(schema, "data.target", ("delay",))
    assert not strict["delay"].null
    assert schema["delay"].null
    assert {name: rule for name, rule in strict.items() if name != "delay"} == {
        name: rule for name, rule in schema.items() if name != "delay"
    }


def test_the_first_of_equal_values_is_new_the_rest_are_not() -> None:
    assert Seen().first(ids(7, 8, 7, 7), ["id"]).tolist() == [True, True, False, False]


def test_values_are_remembered_from_frame_to_frame() -> None:
    seen = Seen()
    for start in (0, 10, 20):
        assert seen.first(ids(*range(start, start + 10)), ["id"]).all()
    assert seen.first(ids(5, 15, 25, 35), ["id"]).tolist() == [False, False, False, True]


def test_each_set_of_columns_is_remembered_by_itself() -> None:
    seen = Seen()
    frame = flights(3)
    assert seen.first(frame, ["flight"]).all()
    assert seen.first(frame, ["carrier"]).all()
    assert not seen.first(frame, ["flight"]).any()


def test_several_columns_are_one_value_together() -> None:
    frame = pl.DataFrame({"a": [1, 1, 2, 1], "b": ["x", "y", "x", "x"]})
    assert Seen().first(frame, ["a", "b"]).tolist() == [True, True, True, False]


def test_no_rows_are_no_trouble() -> None:
    assert Seen().first(ids(), ["id"]).tolist() == []
