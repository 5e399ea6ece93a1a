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
from treadle.packaging.frames import answers, frame_of, over

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
