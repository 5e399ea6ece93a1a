"""Tests frames made from request columns, and estimators over them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import polars as pl
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.svm import LinearSVC

from treadle.errors import PackageError
from treadle.packaging.frames import answers, frame_of, over, plain

SCHEMA: dict[str, Any] = {"at": pl.Datetime("us"), "x": pl.Float64}


@pytest.mark.parametrize("moment", ["2013-07-01T05:15:00", datetime(2013, 7, 1, 5, 15)])
def test_moments_come_as_text_or_datetime(moment: object) -> None:
    frame = frame_of({"at": [moment], "x": [1]}, SCHEMA)
    assert frame["at"][0] == datetime(2013, 7, 1, 5, 15)
    assert frame.schema == pl.Schema(SCHEMA)


def test_missing_numbers_stay_missing() -> None:
    assert frame_of({"at": [None], "x": [None]}, SCHEMA).null_count().row(0) == (1, 1)


def test_over_selects_the_columns_the_estimator_was_fitted_on() -> None:
    frame = pl.DataFrame({"x": [1.0, 2.0], "noise": [9.0, 9.0]})
    estimator = LinearRegression().fit(frame.select("x"), [2.0, 4.0])
    found = over(estimator, ["x"], {"x": pl.Float64}, False)(frame)
    assert np.allclose(found["prediction"], [2.0, 4.0])


def test_a_classifier_without_probabilities_is_refused() -> None:
    frame = pl.DataFrame({"x": [0.0, 1.0]})
    with pytest.raises(PackageError, match="LinearSVC gives no probabilities"):
        answers(LinearSVC().fit(frame, [0, 1]), frame, True)


def test_whole_and_broken_numbers_mix_in_a_column_of_floats() -> None:
    assert frame_of({"at": [None] * 3, "x": [1, 2.5, None]}, SCHEMA)["x"].to_list() == [1.0, 2.5, None]


def test_feature_columns_become_lists_of_text_and_arrays_of_numbers() -> None:
    frame = pl.DataFrame({"s": ["a", None], "n": [1, None], "b": [True, None], "d": [datetime(2020, 1, 1), None]})
    found = plain(frame.with_columns(c=pl.col("s").cast(pl.Categorical)))
    assert found["s"] == found["c"] == ["a", None]
    for name, value in (("n", 1.0), ("b", 1.0), ("d", 1577836800e6)):
        assert found[name].dtype == np.float64
        assert found[name][0] == value
        assert np.isnan(found[name][1])
