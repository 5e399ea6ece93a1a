"""Owns the tests of rules: each refuses what it should, in words that name the value, and bad rules are refused."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from factories.frames import text
from treadle.data.schema import check
from treadle.data.schema.rules import validate
from treadle.errors import SettingsError
from treadle.settings import Column


def reasons(column: Column, *values: Any, dtype: Any = pl.String) -> list[list[str]]:
    """Return the reasons of each refused row of a one-column frame."""
    frame = pl.DataFrame({"x": values}, schema={"x": dtype})
    return check(frame, {"x": column})[1]["_reasons"].to_list()


def test_a_missing_value_is_refused_unless_allowed() -> None:
    assert reasons(Column(type="int"), "1", None, "NA") == [["x: is missing"], ["x: is missing"]]
    assert reasons(Column(type="int", null=True), "1", None, "NA") == []


def test_nan_is_missing() -> None:
    assert reasons(Column(type="float"), float("nan"), 1.0, dtype=pl.Float64) == [["x: is missing"]]


def test_a_value_of_another_type_is_quoted() -> None:
    assert reasons(Column(type="int", null=True), "abc") == [["x: 'abc' is not a whole number"]]
    assert reasons(Column(type="float"), "inf") == [["x: 'inf' is not a finite number"]]


def test_a_very_long_value_is_cut_in_the_reason() -> None:
    assert len(reasons(Column(type="int"), "a" * 1000)[0][0]) < 100


def test_limits_include_themselves() -> None:
    column = Column(type="int", min=0, max=10)
    assert reasons(column, "0", "10", "-5", "11") == [["x: -5 is below 0"], ["x: 11 is above 10"]]
    assert reasons(Column(type="float", min=0.5), "0.25") == [["x: 0.25 is below 0.5"]]


def test_only_listed_values_pass() -> None:
    assert reasons(Column(type="str", values=("EWR", "JFK")), "EWR", "LAX") == [["x: 'LAX' is not one of EWR, JFK"]]
    assert reasons(Column(type="int", values=(1, 2)), "1", "3") == [["x: '3' is not one of 1, 2"]]
    assert reasons(Column(type="str", values=tuple("abcdefg")), "z") == [["x: 'z' is not one of a, b, c, d, e, ..."]]


def test_a_pattern_must_match_the_whole_text() -> None:
    column = Column(type="str", regex="N[0-9]+|none")
    assert reasons(column, "N123", "none", "XN123", "N12X") == [
        [f"x: 'XN123' does not match {column.regex}"],
        [f"x: 'N12X' does not match {column.regex}"],
    ]


def test_a_missing_value_breaks_no_other_rule() -> None:
    column = Column(type="int", null=True, min=0, max=1, values=(1,))
    assert reasons(column, None) == []


def test_one_value_can_break_several_rules() -> None:
    assert reasons(Column(type="int", min=0, values=(1, 2)), "-1") == [
        ["x: -1 is below 0", "x: '-1' is not one of 1, 2"]
    ]


def test_a_row_collects_the_reasons_of_all_its_columns() -> None:
    frame = text(a=["1", "x"], b=["y", None])
    found = check(frame, {"a": Column(type="int"), "b": Column(type="str")})[1]
    assert found["_reasons"].to_list() == [["a: 'x' is not a whole number", "b: is missing"]]


@pytest.mark.parametrize(
    ("column", "message"),
    [
        (Column(type="str", min=0), "min and max do not fit type str"),
        (Column(type="int", min=2, max=1), "min 2 is above max 1"),
        (Column(type="int", regex="a"), "regex does not fit type int"),
        (Column(type="str", regex="("), "is not a pattern"),
        (Column(type="int", values=("a",)), "do not all have type int"),
    ],
)
def test_a_rule_that_cannot_work_is_refused_by_column(column: Column, message: str) -> None:
    with pytest.raises(SettingsError, match=f"schema.toml: column 'x': .*{message}"):
        validate({"x": column}, "schema.toml")


@pytest.mark.parametrize("name", ["_row", "_source", "_reasons", "typed:x", "broken:0"])
def test_a_name_kept_for_treadle_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match="kept for Treadle"):
        validate({name: Column(type="int")})


def test_rules_that_fit_pass() -> None:
    validate(
        {
            "a": Column(type="int", min=0, max=9, values=(1, 2), unique=True),
            "b": Column(type="str", regex="x+", values=("x",)),
            "c": Column(type="date", null=True),
        }
    )
