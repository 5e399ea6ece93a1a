"""Owns the tests of slices."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from factories.answers import numbers, two_classes
from treadle.errors import SettingsError
from treadle.evaluation.metrics import Answers
from treadle.evaluation.slices import slices


def test_each_value_is_a_slice_with_its_own_figures_largest_first() -> None:
    frame = pl.DataFrame({"carrier": ["AA"] * 60 + ["UA"] * 40})
    said = np.r_[np.ones(60), np.zeros(40)]
    answers = Answers.of(np.ones(100, dtype=int), said.astype(int), None, [0, 1])
    found = slices(frame, ["carrier"], answers, ["accuracy"], "classification")
    assert [(one.value, one.rows, one.metrics["accuracy"]) for one in found] == [("AA", 60, 1), ("UA", 40, 0)]


def test_few_rows_are_left_out() -> None:
    frame = pl.DataFrame({"c": ["many"] * 90 + ["few"] * 10})
    assert [one.value for one in slices(frame, ["c"], numbers(100), ["mae"], "regression")] == ["many"]
    assert len(slices(frame, ["c"], numbers(100), ["mae"], "regression", min_rows=5)) == 2


def test_missing_values_are_a_slice() -> None:
    frame = pl.DataFrame({"c": ["a"] * 50 + [None] * 50})
    assert {one.value for one in slices(frame, ["c"], numbers(100), ["mae"], "regression")} == {"a", "missing"}


def test_many_different_numbers_are_cut_into_quarters_with_missing_last() -> None:
    frame = pl.DataFrame({"x": [*map(float, range(400)), *[None] * 40, *[float("nan")] * 10]})
    found = slices(frame, ["x"], numbers(450), ["mae"], "regression")
    assert [(one.value, one.rows) for one in found] == [
        ("0 to 99.75", 100),
        ("99.75 to 199.5", 100),
        ("199.5 to 299.2", 100),
        ("299.2 to 399", 100),
        ("missing", 50),
    ]


def test_few_different_numbers_are_values() -> None:
    frame = pl.DataFrame({"month": [1, 2] * 50})
    assert [one.value for one in slices(frame, ["month"], numbers(100), ["mae"], "regression")] == ["1", "2"]


def test_a_lopsided_number_still_has_ranges() -> None:
    frame = pl.DataFrame({"x": [0] * 900 + list(range(1, 101))})
    found = slices(frame, ["x"], numbers(1000), ["mae"], "regression")
    assert sum(one.rows for one in found) == 1000


@pytest.mark.parametrize(
    "values",
    [
        [True, False] * 50,
        [date(2013, 1, 1), date(2013, 2, 1)] * 50,
        pl.Series(["a", "b"] * 50, dtype=pl.Categorical),
        pl.Series([None] * 100, dtype=pl.Float64),
        [float("nan")] * 100,
    ],
    ids=["bool", "date", "categorical", "null", "nan"],
)
def test_any_type_of_column_has_slices(values: list[object] | pl.Series) -> None:
    found = slices(pl.DataFrame({"c": values}), ["c"], numbers(100), ["mae"], "regression")
    assert sum(one.rows for one in found) == 100


def test_only_the_twelve_most_frequent_values_are_slices() -> None:
    frame = pl.DataFrame({"c": [f"value {index % 20}" for index in range(2000)]})
    assert len(slices(frame, ["c"], numbers(2000), ["mae"], "regression")) == 12


def test_a_slice_of_one_class_has_undefined_figures_not_a_fault() -> None:
    answers = two_classes(200)
    frame = pl.DataFrame({"truth": answers.truth})
    found = slices(frame, ["truth"], answers, ["roc_auc"], "classification")
    assert all(np.isnan(one.metrics["roc_auc"]) for one in found)


def test_an_unknown_column_names_the_nearest() -> None:
    with pytest.raises(SettingsError, match="did you mean 'carrier'"):
        slices(pl.DataFrame({"carrier": ["a"]}), ["carier"], numbers(1), ["mae"], "regression")
