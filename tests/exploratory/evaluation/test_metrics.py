"""Owns the search for answers on which a metric breaks a law or differs from scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, matthews_corrcoef, roc_auc_score

from treadle.evaluation.metrics import METRICS, TASKS, Answers, measure
from treadle.evaluation.statistics import compare, intervals

LABELS = st.lists(st.sampled_from([0, 1]), min_size=2, max_size=60)
FINITE = st.floats(-1e6, 1e6)
PAIRS = st.lists(st.tuples(FINITE, FINITE), min_size=1, max_size=60)


@st.composite
def classified(draw: st.DrawFn) -> Answers:
    """Return up to 60 answers of a classifier of two classes, with many ties."""
    truth = draw(LABELS)
    chance = np.array([draw(st.sampled_from([0, 0.1, 0.25, 0.5, 0.75, 1])) for _ in truth])
    return Answers.of(truth, (chance > 0.5).astype(int), np.column_stack([1 - chance, chance]), [0, 1])


@given(answers=classified())
def test_every_classification_metric_has_a_value_or_a_reason(answers: Answers) -> None:
    found = measure(TASKS["classification"], "classification", answers)
    for name, value in found.values.items():
        assert np.isfinite(value) != (name in found.notes)
        if np.isfinite(value) and name != "log_loss":
            assert -1 - 1e-9 <= value <= 1 + 1e-9


@given(answers=classified())
def test_rankings_are_scikit_learns_with_ties(answers: Answers) -> None:
    assert answers.probability is not None
    found = measure(["roc_auc", "pr_auc", "mcc"], "classification", answers).values
    if len(set(answers.truth.tolist())) == 2:
        score = answers.probability[:, 1]
        assert found["roc_auc"] == pytest.approx(roc_auc_score(answers.truth, score))
        assert found["pr_auc"] == pytest.approx(average_precision_score(answers.truth, score))
        assert found["mcc"] == pytest.approx(matthews_corrcoef(answers.truth, answers.prediction), abs=1e-9)


@given(answers=classified(), name=st.sampled_from(TASKS["classification"]))
def test_the_order_of_the_rows_does_not_matter(answers: Answers, name: str) -> None:
    backwards = answers.take(np.arange(len(answers.truth))[::-1])
    one, other = (measure([name], "classification", some).values[name] for some in (answers, backwards))
    assert one == pytest.approx(other, nan_ok=True)


@given(pairs=PAIRS)
def test_every_regression_metric_has_a_value_or_a_reason(pairs: list[tuple[float, float]]) -> None:
    truth, said = zip(*pairs, strict=True)
    found = measure(TASKS["regression"], "regression", Answers.of(truth, said))
    assert all(np.isfinite(value) != (name in found.notes) for name, value in found.values.items())
    assert abs(found.values["bias"]) <= found.values["mae"] + 1e-6
    assert found.values["mae"] <= found.values["rmse"] * (1 + 1e-9) + 1e-9


@given(pairs=PAIRS, shift=FINITE)
def test_regression_errors_do_not_care_where_zero_is(pairs: list[tuple[float, float]], shift: float) -> None:
    truth, said = (np.array(column) for column in zip(*pairs, strict=True))
    ones = np.ones(len(truth))
    for name in ("mae", "rmse", "median_absolute_error", "bias"):
        here = METRICS.load(name)(Answers.of(truth, said))(ones)
        assert METRICS.load(name)(Answers.of(truth + shift, said + shift))(ones) == pytest.approx(here, abs=1e-6)


@given(answers=classified(), seed=st.integers(0, 5))
def test_intervals_and_comparisons_never_fail_and_stand_in_order(answers: Answers, seed: int) -> None:
    for low, high in intervals(TASKS["classification"], answers, samples=20, seed=seed).values():
        assert low <= high
    found = compare("roc_auc", answers, answers, samples=20, seed=seed)
    assert found.note or found.difference == 0
