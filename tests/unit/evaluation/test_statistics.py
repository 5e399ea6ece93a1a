"""Owns the tests of intervals and of the paired test; its error rates are simulated."""

from __future__ import annotations

import math

import numpy as np
import pytest

from factories.answers import numbers, two_classes
from treadle.evaluation.metrics import METRICS, Answers
from treadle.evaluation.statistics import FEWEST_SAMPLES, compare, intervals, resample


def labels(right: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Answers:
    """Return answers to truths that are all 1, right where told."""
    return Answers.of(np.ones(len(right), dtype=int), right.astype(int), None, [0, 1])


def test_the_interval_of_a_mean_is_the_textbooks() -> None:
    answers = numbers(2000)
    low, high = intervals(["mae"], answers, samples=2000)["mae"]
    errors = np.abs(answers.error)
    half = 1.96 * errors.std() / math.sqrt(2000)
    assert low == pytest.approx(errors.mean() - half, abs=half / 5)
    assert high == pytest.approx(errors.mean() + half, abs=half / 5)


def test_the_same_seed_gives_the_same_interval_and_another_seed_another() -> None:
    answers = two_classes()
    assert intervals(["roc_auc"], answers) == intervals(["roc_auc"], answers)
    assert intervals(["roc_auc"], answers) != intervals(["roc_auc"], answers, seed=1)


def test_undefined_metrics_have_no_interval() -> None:
    answers = two_classes().take(np.flatnonzero(two_classes().truth))
    assert list(intervals(["roc_auc", "recall"], answers)) == ["recall"]
    assert intervals([], answers) == {}


def test_resamples_that_miss_a_class_are_left_out() -> None:
    answers = Answers.of([0, 0, 0, 1], [0, 0, 0, 1], [[1, 0]] * 3 + [[0, 1]], [0, 1])
    values = resample([METRICS.load("roc_auc")(answers)], 4, samples=200)
    assert 0 < np.isnan(values).sum() < 200
    assert intervals(["roc_auc"], answers) == {"roc_auc": (1, 1)}


def test_many_rows_take_fewer_resamples() -> None:
    figure = METRICS.load("accuracy")(labels(np.ones(200_000, dtype=bool)))
    assert resample([figure], 200_000).shape == (FEWEST_SAMPLES, 1)
    assert resample([figure], 200_000, samples=10).shape == (10, 1)


def test_whole_groups_are_drawn_together_and_widen_the_interval() -> None:
    groups = np.repeat(np.arange(20), 50)
    right = np.repeat(np.random.default_rng(0).random(20) < 0.5, 50)
    alone = intervals(["accuracy"], labels(right))["accuracy"]
    together = intervals(["accuracy"], labels(right), groups=groups)["accuracy"]
    assert together[1] - together[0] > 4 * (alone[1] - alone[0])


def test_a_comparison_is_oriented_so_that_more_is_better() -> None:
    better, worse = numbers(error=1), numbers(error=2)
    found = compare("mae", better, worse, samples=200)
    assert found.challenger < found.champion
    assert found.difference > 0
    assert 0 < found.low <= found.bound <= found.difference <= found.high
    assert compare("mae", worse, better, samples=200).high < 0


def test_a_model_against_itself_differs_by_nothing() -> None:
    found = compare("roc_auc", two_classes(), two_classes(), samples=100)
    assert (found.difference, found.low, found.high) == (0, 0, 0)


def test_pairing_makes_the_difference_far_surer_than_two_intervals() -> None:
    champion = numbers(500, error=2)
    challenger = Answers.of(champion.truth, champion.truth + champion.error * 0.95)
    found = compare("mae", challenger, champion)
    one = intervals(["mae"], challenger)["mae"]
    assert found.bound > 0
    assert found.high - found.low < (one[1] - one[0]) / 5


def test_an_undefined_metric_gives_a_note_and_no_figure() -> None:
    positives = two_classes().take(np.flatnonzero(two_classes().truth))
    found = compare("roc_auc", positives, positives)
    assert math.isnan(found.bound)
    assert found.note == "only one class occurs in these rows"
    assert found.samples == 0


@pytest.mark.parametrize(("gain", "low", "high"), [(-0.03, 0.0, 0.12), (0.0, 0.3, 0.75), (0.03, 0.92, 1.0)])
def test_a_challenger_passes_as_often_as_stated(gain: float, low: float, high: float) -> None:
    """Accuracy 0.8, 800 rows, margin 3 points: truly at the margin, about one in twenty passes."""
    passed = 0
    for trial in range(60):
        generator = np.random.default_rng(trial)
        champion = generator.random(800) < 0.8
        challenger = np.where(generator.random(800) < 0.5, champion, generator.random(800) < 0.8 + 2 * gain)
        passed += compare("accuracy", labels(challenger), labels(champion), samples=300, seed=trial).bound > -0.03
    assert low <= passed / 60 <= high
