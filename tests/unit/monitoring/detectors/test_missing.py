"""The change of the share of missing values."""

from __future__ import annotations

import pytest
from scipy import stats

from treadle.monitoring.detectors.missing import drift, two_proportions


def test_change_is_signed_and_chance_is_that_of_the_chi_squared_test() -> None:
    change, chance = two_proportions(20, 1000, 30, 500)
    assert change == pytest.approx(0.04)
    oracle = stats.chi2_contingency([[20, 980], [30, 470]], correction=False)
    assert chance == pytest.approx(oracle.pvalue)
    assert two_proportions(30, 500, 20, 1000)[0] == pytest.approx(-0.04)


def test_none_missing_or_all_missing_on_both_sides_is_certain() -> None:
    assert two_proportions(0, 100, 0, 50) == (0.0, 1.0)
    assert two_proportions(100, 100, 50, 50) == (0.0, 1.0)


def test_figure_says_both_shares() -> None:
    (figure,) = drift("x", 10, 1000, 300, 1000)
    assert figure.name == "x:missing"
    assert figure.value == pytest.approx(0.29)
    assert figure.detail == "1.00% missing, now 30.00%"


def test_values_that_come_back_are_a_change_too() -> None:
    (figure,) = drift("x", 300, 1000, 0, 1000)
    assert figure.value == pytest.approx(0.3)


def test_no_rows_no_figure() -> None:
    assert drift("x", 0, 0, 5, 10) == []
    assert drift("x", 5, 10, 0, 0) == []
