"""Owns the tests of the curves."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics as reference

from factories.answers import two_classes
from treadle.evaluation.metrics import METRICS
from treadle.evaluation.sections.curves import BINS, MOST_POINTS, calibration, precision_recall, roc

SCORE = np.array([0.1, 0.4, 0.4, 0.8])
POSITIVE = np.array([False, True, False, True])


def test_a_roc_curve_worked_by_hand() -> None:
    curve = roc(SCORE, POSITIVE)
    assert (curve.x, curve.y) == ([0, 0, 0.5, 1], [0, 0.5, 1, 1])


def test_a_precision_recall_curve_worked_by_hand() -> None:
    curve = precision_recall(SCORE, POSITIVE)
    assert curve.x == [0, 0.5, 1, 1]
    assert curve.y == pytest.approx([1, 1, 2 / 3, 1 / 2])


def test_the_area_under_the_drawn_curve_is_the_metric() -> None:
    answers = two_classes(50_000)
    assert answers.probability is not None
    curve = roc(answers.probability[:, 1], answers.truth_codes == 1)
    assert len(curve.x) == MOST_POINTS
    metric = METRICS.load("roc_auc")(answers)(np.ones(50_000))
    assert np.trapezoid(curve.y, curve.x) == pytest.approx(metric, abs=1e-3)
    assert reference.auc(curve.x, curve.y) == pytest.approx(metric, abs=1e-3)


def test_a_calibrated_model_lies_on_the_diagonal_within_its_intervals() -> None:
    generator = np.random.default_rng(0)
    chance = generator.random(20_000)
    curve = calibration(chance, generator.random(20_000) < chance)
    assert len(curve.x) == BINS
    assert curve.low is not None
    assert curve.high is not None
    inside = sum(low <= said <= high for said, low, high in zip(curve.x, curve.low, curve.high, strict=True))
    assert inside >= 8


def test_an_overconfident_model_lies_off_it() -> None:
    generator = np.random.default_rng(0)
    chance = generator.random(20_000)
    curve = calibration(chance, generator.random(20_000) < 0.5)
    assert curve.y[-1] < 0.6 < 0.9 < curve.x[-1]


def test_fewer_rows_than_bins_make_fewer_bins() -> None:
    curve = calibration(np.array([0.2, 0.9]), np.array([False, True]))
    assert (curve.x, curve.y) == ([0.2, 0.9], [0, 1])
