"""Owns the tests of calling features()."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from treadle.errors import CodeError, DataError, SettingsError
from treadle.settings import Data, Split
from treadle.training.features import build, input_columns

ROWS = pl.DataFrame({"x": [1.0, 2.0, None, 4.0], "word": ["a", "b", None, "a"]})


def test_the_model_sees_all_but_target_key_ignored_and_split_columns() -> None:
    data = Data(source="x.csv", target="late", key=("id",), ignore=("secret",))
    columns = ["id", "x", "late", "secret", "part", "y"]
    assert input_columns(columns, data, Split(by="column", column="part")) == ("x", "y")
    assert input_columns(columns, data, Split()) == ("x", "part", "y")


def test_named_inputs_are_taken_in_their_order() -> None:
    assert input_columns(["a", "b", "t"], Data(source="x", target="t", inputs=("b", "a")), Split()) == ("b", "a")


@pytest.mark.parametrize(("name", "why"), [("distanse", "is not in the rows"), ("late", "is the target")])
def test_an_input_that_cannot_be_is_refused(name: str, why: str) -> None:
    with pytest.raises(SettingsError, match=why):
        input_columns(["distance", "late"], Data(source="x", target="late", inputs=(name,)), Split())


def test_without_features_the_inputs_are_the_features() -> None:
    assert build(None, ROWS).equals(ROWS)


def test_polars_goes_in_and_comes_out() -> None:
    def features(rows: pl.DataFrame) -> pl.DataFrame:
        return rows.select(double=pl.col("x") * 2)

    assert build(features, ROWS).to_dict(as_series=False) == {"double": [2, 4, None, 8]}


def test_lazy_frames_are_collected() -> None:
    assert build(lambda rows: rows.lazy().select("x"), ROWS).columns == ["x"]


def test_pandas_goes_in_where_it_is_asked_for() -> None:
    def features(rows: pd.DataFrame) -> pd.DataFrame:
        assert isinstance(rows, pd.DataFrame)
        return rows.assign(double=rows["x"] * 2)[["double"]]

    assert build(features, ROWS)["double"].to_list()[:2] == [2, 4]


def test_rows_may_not_be_dropped_or_added() -> None:
    with pytest.raises(DataError, match="was given 4 rows and returned 3") as caught:
        build(lambda rows: rows.drop_nulls(), ROWS)
    assert __file__ in caught.value.next_move


@pytest.mark.parametrize(
    ("features", "column"),
    [
        (lambda rows: rows.select(pl.col("x") - pl.col("x").mean()), "x"),
        (lambda rows: rows.select(pl.col("x").rank()), "x"),
        (lambda rows: rows.select("word").to_dummies(), "word_"),
        (lambda rows: rows.select(pl.col("x").reverse()), "x"),
        (lambda rows: rows.select(pl.col("x").shift()), "x"),
        (lambda rows: rows.sort("x", nulls_last=False), "x"),
        (lambda rows: rows.select(noise=pl.Series(np.random.default_rng().random(rows.height))), "noise"),
        (lambda rows: rows if rows.height > 1 else rows.head(0), "x"),
    ],
    ids=["mean", "rank", "dummies", "reverse", "shift", "sort", "random", "no row alone"],
)
def test_features_that_depend_on_other_rows_are_refused_by_column(features: Any, column: str) -> None:
    with pytest.raises(DataError, match="features\\(\\) gives '" + column):
        build(features, ROWS)


def test_floats_may_differ_in_the_last_digits_and_missing_is_missing() -> None:
    def features(rows: pl.DataFrame) -> pl.DataFrame:
        return rows.select(pl.col("x") * (1 + 1e-15 * rows.height), nan=pl.lit(float("nan")), word="word")

    assert build(features, ROWS).height == 4


def test_something_else_than_a_frame_is_refused() -> None:
    with pytest.raises(DataError, match="returned ndarray"):
        build(lambda rows: rows["x"].to_numpy(), ROWS)


def test_a_fault_names_the_users_line() -> None:
    with pytest.raises(CodeError, match="features\\(\\) raised ColumnNotFoundError") as caught:
        build(lambda rows: rows.select("nonsense"), ROWS)
    assert f"{__file__}:" in caught.value.next_move


def test_no_rows_and_one_row_are_fine() -> None:
    assert build(lambda rows: rows.select("x"), ROWS.head(0)).height == 0
    assert build(lambda rows: rows.select("x"), ROWS.head(1)).height == 1
