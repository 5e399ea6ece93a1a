"""Tests what is read off a frame of raw inputs."""

from __future__ import annotations

from datetime import date, datetime

import polars as pl
import pytest

from treadle.errors import PackageError
from treadle.packaging.inference import KNOWN_VALUES, infer, schema_of

FRAME = pl.DataFrame(
    {
        "s": ["b", "a", None],
        "i": [1, 2, 3],
        "f": [0.5, float("nan"), 2.0],
        "b": [True, False, True],
        "t": [datetime(2013, 1, 1)] * 3,
        "d": [date(2013, 1, 1)] * 3,
    }
)


def test_types_values_ranges_and_missing() -> None:
    s, i, f, *_ = fields = infer(FRAME, pl.Series("y", [0, 1, 1]), "classification").inputs
    assert [field.type for field in fields] == ["str", "int", "float", "bool", "datetime", "date"]
    assert (s.null, s.values) == (True, ("a", "b"))
    assert (i.null, i.min, i.max) == (False, 1.0, 3.0)
    assert f.null


def test_outputs_follow_the_purpose() -> None:
    names = [f.name for f in infer(FRAME, pl.Series("y", ["a", "b", "a"]), "classification").outputs]
    assert names == ["prediction", "probability"]
    assert infer(FRAME, pl.Series("y", [1, 2, 3]), "regression").outputs[0].type == "float"


def test_very_many_values_are_not_listed() -> None:
    frame = pl.DataFrame({"s": [str(n) for n in range(KNOWN_VALUES + 1)]})
    assert infer(frame, pl.Series("y", range(KNOWN_VALUES + 1)), "regression").inputs[0].values is None


def test_schema_gives_polars_types() -> None:
    schema = schema_of(infer(FRAME, pl.Series("y", [0, 1, 1]), "classification"))
    assert schema["i"] == pl.Int64
    assert schema["t"] == pl.Datetime("us")


def test_a_list_column_is_refused() -> None:
    with pytest.raises(PackageError, match="cannot take a column of type"):
        infer(pl.DataFrame({"x": [[1], [2]]}), pl.Series("y", [0, 1]), "classification")
