"""Realised performance, against scikit-learn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from treadle.monitoring.realised import Answers, realised


def score(answers: Answers, metric: str, classes: tuple[Any, ...]) -> float | None:
    return realised(answers, task="classification", metric=metric, classes=classes)


def test_accuracy_matches_labels_by_their_text() -> None:
    answers = Answers(prediction=[1, 0, 1, 1], label=["1", 0.0, 0, True])
    assert score(answers, "accuracy", (0, 1)) == pytest.approx(2 / 3), "True is no class of these"
    assert score(answers, "accuracy", (False, True)) == pytest.approx(3 / 4)


def test_area_under_the_curve_is_that_of_scikit_learn() -> None:
    random = np.random.default_rng(1)
    chance = random.random(200)
    label = (random.random(200) < chance).astype(int)
    answers = Answers(
        prediction=["yes" if value > 0.5 else "no" for value in chance],
        probability=[[1 - value, value] for value in chance],
        label=["yes" if value else "no" for value in label],
    )
    assert score(answers, "roc_auc", ("no", "yes")) == pytest.approx(roc_auc_score(label, chance))


def test_one_class_alone_has_no_area() -> None:
    answers = Answers(prediction=["yes"], probability=[[0.1, 0.9]], label=["yes"])
    assert score(answers, "roc_auc", ("no", "yes")) is None


def test_no_row_no_value() -> None:
    assert score(Answers(), "accuracy", ("no", "yes")) is None
    assert realised(Answers(), task="regression", metric="mae", classes=()) is None


def test_error_of_a_regression_leaves_out_what_is_no_number() -> None:
    answers = Answers(prediction=[1.0, 2.0, 3.0, None], label=[2, "4", "unknown", 1])
    assert realised(answers, task="regression", metric="mae", classes=()) == pytest.approx(1.5)


def test_bias_counts_by_its_size() -> None:
    answers = Answers(prediction=[1.0, 2.0], label=[3.0, 4.0])
    assert realised(answers, task="regression", metric="bias", classes=()) == pytest.approx(2.0)


def test_answers_grow() -> None:
    answers = Answers(prediction=[1], probability=[[0.5, 0.5]], label=[0])
    answers.extend(Answers(prediction=[0], probability=[[0.9, 0.1]], label=[1]))
    assert (answers.prediction, answers.probability, answers.label) == ([1, 0], [[0.5, 0.5], [0.9, 0.1]], [0, 1])
    assert Answers().prediction == []
