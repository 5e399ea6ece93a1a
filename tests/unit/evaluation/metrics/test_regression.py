"""Owns the tests of the regression metrics: hand-worked, and against scikit-learn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn import metrics as reference

from factories.answers import numbers
from treadle.evaluation.metrics import METRICS, TASKS, Answers, Undefined

HAND = Answers.of([1.0, 2.0, 3.0, 6.0], [2.0, 2.0, 1.0, 7.0])
"""Four rows with the errors 1, 0, -2, 1."""


def value(name: str, answers: Answers, weights: Any = None) -> float:
    """Return one metric, with every row counted once unless told."""
    ones = np.ones(len(answers.truth))
    return float(METRICS.load(name)(answers)(ones if weights is None else np.asarray(weights, dtype=float)))


@pytest.mark.parametrize(
    ("name", "worked"),
    [
        ("mae", 1),
        ("rmse", np.sqrt(6 / 4)),
        ("r2", 1 - 6 / 14),
        ("median_absolute_error", 1),
        ("mape", (1 + 0 + 2 / 3 + 1 / 6) / 4),
        ("bias", 0),
    ],
)
def test_four_rows_worked_by_hand(name: str, worked: float) -> None:
    assert value(name, HAND) == pytest.approx(worked)


REFERENCE = {
    "mae": reference.mean_absolute_error,
    "rmse": reference.root_mean_squared_error,
    "r2": reference.r2_score,
    "mape": reference.mean_absolute_percentage_error,
    "bias": lambda truth, said, sample_weight: np.average(said - truth, weights=sample_weight),
}


@pytest.mark.parametrize("name", REFERENCE)
@pytest.mark.parametrize("weighted", [False, True])
def test_every_metric_is_scikit_learns(name: str, weighted: bool) -> None:
    answers = numbers()
    weights = np.random.default_rng(3).integers(0, 4, 400).astype(float) if weighted else np.ones(400)
    expected = REFERENCE[name](answers.truth, answers.prediction, sample_weight=weights)
    assert value(name, answers, weights) == pytest.approx(float(expected), abs=1e-12)


@pytest.mark.parametrize("rows", [1, 2, 5, 400])
def test_the_median_error_is_scikit_learns(rows: int) -> None:
    answers = numbers(rows)
    expected = reference.median_absolute_error(answers.truth, answers.prediction)
    assert value("median_absolute_error", answers) == pytest.approx(expected)


@pytest.mark.parametrize("name", TASKS["regression"])
def test_counting_a_row_twice_is_having_it_twice(name: str) -> None:
    answers = numbers(61)
    times = 2 - np.arange(61) % 2
    assert value(name, answers, times) == pytest.approx(value(name, answers.take(np.repeat(np.arange(61), times))))


def test_the_sign_of_bias_says_too_much_or_too_little() -> None:
    assert value("bias", Answers.of([1, 1], [3, 3])) == 2
    assert value("bias", Answers.of([1, 1], [0, 0])) == -1


def test_a_share_of_nothing_is_undefined() -> None:
    with pytest.raises(Undefined, match="the target is 0"):
        value("mape", Answers.of([0.0, 1.0], [1.0, 1.0]))


def test_variance_of_one_value_is_undefined() -> None:
    with pytest.raises(Undefined, match="one value only"):
        value("r2", Answers.of([2.0, 2.0], [1.0, 3.0]))
    with pytest.raises(Undefined, match="one value only"):
        value("r2", HAND, [2, 0, 0, 0])


@pytest.mark.parametrize("name", TASKS["regression"])
def test_no_rows_are_undefined(name: str) -> None:
    with pytest.raises(Undefined):
        value(name, HAND.take(np.array([], dtype=int)))
