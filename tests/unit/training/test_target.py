"""Owns the tests of the target."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from treadle.errors import DataError, SettingsError
from treadle.training.target import labels


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([True, False], np.bool_),
        ([0, 1], np.int64),
        (["late", "on time"], np.str_),
        (pl.Series(["a", "b"], dtype=pl.Categorical), np.str_),
        ([0.0, 1.0], np.float64),
        ([date(2013, 1, 1), date(2013, 1, 2)], np.str_),
    ],
)
def test_classes_keep_their_type_and_texts_are_texts(values: Any, kind: type) -> None:
    assert issubclass(labels(pl.DataFrame({"t": values}), "t", "classification").dtype.type, kind)


def test_a_regression_learns_floats() -> None:
    found = labels(pl.DataFrame({"t": [1, 2]}), "t", "regression")
    assert found.dtype == np.float64
    assert found.tolist() == [1, 2]


@pytest.mark.parametrize("values", [[1.0, None, 2.0], [1.0, float("nan"), 2.0]])
def test_a_missing_target_is_refused_with_the_next_move(values: list[float | None]) -> None:
    with pytest.raises(DataError, match="the target 't' is missing in 1 of 3 rows") as caught:
        labels(pl.DataFrame({"t": values}), "t", "regression")
    assert "[data.schema.t]" in caught.value.next_move


@pytest.mark.parametrize("values", [["a", "a"], []])
def test_a_single_class_is_refused(values: list[str]) -> None:
    with pytest.raises(DataError, match=f"has {len(set(values))} class in"):
        labels(pl.DataFrame({"t": pl.Series(values, dtype=pl.String)}), "t", "classification")


def test_decimals_as_classes_are_taken_for_a_slip() -> None:
    with pytest.raises(SettingsError, match="100 different decimal numbers") as caught:
        labels(pl.DataFrame({"t": [index / 7 for index in range(100)]}), "t", "classification")
    assert 'task = "regression"' in caught.value.next_move


def test_words_cannot_be_regressed() -> None:
    with pytest.raises(DataError, match="is String, which no regression can learn"):
        labels(pl.DataFrame({"t": ["a", "b"]}), "t", "regression")
