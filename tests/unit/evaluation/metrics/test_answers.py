"""Owns the tests of answers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from treadle.errors import DataError
from treadle.evaluation.metrics import Answers, Undefined
from treadle.evaluation.metrics.answers import weighted_mean


def test_labels_become_places_among_the_classes_and_strangers_the_last() -> None:
    answers = Answers.of(["b", "a", "z"], ["a", "a", "b"], None, ["a", "b"])
    assert answers.truth_codes.tolist() == [1, 0, 2]
    assert answers.prediction_codes.tolist() == [0, 0, 1]


def test_booleans_and_numbers_find_their_class_whatever_they_come_from() -> None:
    answers = Answers.of(np.array([True, False]), [1, 0], None, np.array([False, True]))
    assert answers.truth_codes.tolist() == answers.prediction_codes.tolist() == [1, 0]


def test_some_rows_can_be_taken_by_mask_or_index() -> None:
    chances = np.array([[1, 0], [0, 1], [0.5, 0.5]])
    answers = Answers.of(["a", "b", "a"], ["a", "b", "b"], chances, ["a", "b"])
    some = answers.take(np.array([False, True, True]))
    assert some.truth.tolist() == ["b", "a"]
    assert some.probability is not None
    assert some.probability.tolist() == [[0, 1], [0.5, 0.5]]
    assert answers.take(np.array([2])).prediction.tolist() == ["b"]


def test_errors_are_prediction_minus_truth() -> None:
    assert Answers.of([1, 2], [3.0, 1.0]).error.tolist() == [2, -1]


@pytest.mark.parametrize(("prediction", "probability"), [([1], None), ([0, 1], [[0.5, 0.5]]), ([0, 1], [[1.0], [1.0]])])
def test_answers_that_do_not_fit_together_are_refused(prediction: list[int], probability: Any) -> None:
    with pytest.raises(DataError, match="answers do not fit together: truth"):
        Answers.of([0, 1], prediction, probability, [0, 1])


def test_without_probabilities_there_is_a_reason() -> None:
    with pytest.raises(Undefined, match="gives no probabilities"):
        Answers.of([0], [0], None, [0, 1]).chances()


def test_a_weighted_mean_counts_rows_by_weight() -> None:
    assert weighted_mean(np.array([1.0, 4.0]))(np.array([2.0, 1.0])) == 2
    with pytest.raises(Undefined, match="no rows"):
        weighted_mean(np.array([]))
