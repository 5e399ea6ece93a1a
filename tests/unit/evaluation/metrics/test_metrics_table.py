"""Owns the tests of the table of metrics."""

from __future__ import annotations

import math

import numpy as np
import pytest

from factories.answers import numbers, two_classes
from treadle.errors import SettingsError, UnknownKind
from treadle.evaluation.metrics import (
    METRICS,
    TASKS,
    Task,
    check,
    compute,
    default_metrics,
    greater_is_better,
    measure,
    oriented,
    search_metric,
)


def test_every_kind_loads_and_lives_in_the_file_of_its_task() -> None:
    for name, address in METRICS.table.items():
        assert METRICS.load(name).__module__ == address.partition(":")[0]
        assert METRICS.load(name).__doc__


def test_an_unknown_metric_names_the_nearest() -> None:
    with pytest.raises(UnknownKind, match="did you mean 'roc_auc'") as caught:
        compute(["roc_acu"], "classification", [0, 1], [0, 1])
    assert "accuracy" in caught.value.expected


def test_a_metric_of_the_other_task_is_refused() -> None:
    with pytest.raises(SettingsError, match="metric 'roc_auc' is not for regression"):
        check(["mae", "roc_auc"], "regression")


@pytest.mark.parametrize(("task", "metric"), [("classification", "roc_auc"), ("regression", "mae")])
def test_each_task_has_defaults(task: Task, metric: str) -> None:
    assert search_metric(task) == metric
    assert metric in default_metrics(task) == TASKS[task]


def test_the_better_way_is_known_and_oriented() -> None:
    assert greater_is_better("roc_auc")
    assert greater_is_better("r2")
    assert not greater_is_better("log_loss")
    assert oriented("accuracy", 0.9) == 0.9
    assert oriented("mae", 3) == -3
    assert oriented("bias", -2) == oriented("bias", 2) == -2
    with pytest.raises(UnknownKind):
        greater_is_better("nonsense")


def test_all_metrics_of_a_task_are_computed_in_order() -> None:
    answers = two_classes()
    found = compute(
        TASKS["classification"], "classification", answers.truth, answers.prediction, answers.probability, [False, True]
    )
    assert tuple(found) == TASKS["classification"]
    assert all(0 <= value <= 1.5 for value in found.values())


def test_an_undefined_metric_is_nan_with_a_note() -> None:
    found = measure(["roc_auc", "accuracy"], "classification", two_classes(3).take(np.array([0])))
    assert math.isnan(found.values["roc_auc"])
    assert found.notes == {"roc_auc": "only one class occurs in these rows"}
    assert found.values["accuracy"] in {0, 1}


def test_labels_alone_leave_the_metrics_of_probabilities_undefined() -> None:
    found = compute(["log_loss", "f1"], "classification", ["a", "b"], ["a", "b"], None, ["a", "b"])
    assert math.isnan(found["log_loss"])
    assert found["f1"] == 1


def test_regression_needs_no_classes() -> None:
    answers = numbers()
    assert compute(["rmse"], "regression", answers.truth, answers.prediction)["rmse"] == pytest.approx(1, abs=0.15)
