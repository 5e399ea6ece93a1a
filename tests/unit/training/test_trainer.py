"""Owns the tests of fitting one estimator and scoring it."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from treadle.errors import CodeError
from treadle.training.trainer import answers, fit, score

TABLE = pl.DataFrame(np.random.default_rng(0).normal(size=(200, 2)), schema=["x", "y"])
LABELS = np.where(TABLE["x"].to_numpy() + TABLE["y"].to_numpy() > 0, "late", "on time")


def logistic(C: float = 1.0) -> Any:  # noqa: N803
    """Return a scaled logistic regression."""
    return make_pipeline(StandardScaler(), LogisticRegression(C=C))


def test_the_keywords_reach_the_estimator() -> None:
    assert fit(logistic, {"C": 0.5}, TABLE, LABELS, 0)[-1].C == 0.5


def test_column_names_reach_the_estimator() -> None:
    assert fit(logistic, {}, TABLE, LABELS, 0).feature_names_in_.tolist() == ["x", "y"]


def test_a_fitted_classifier_answers_with_labels_probabilities_and_classes() -> None:
    said = answers(fit(logistic, {}, TABLE, LABELS, 0), TABLE, LABELS, "classification")
    assert said.classes == ("late", "on time")
    assert said.probability is not None
    assert said.probability.shape == (200, 2)


def test_the_score_is_the_metric() -> None:
    fitted = fit(logistic, {}, TABLE, LABELS, 0)
    assert score(fitted, TABLE, LABELS, "classification", "accuracy") > 0.95
    ridge = fit(lambda: Ridge(), {}, TABLE, TABLE["x"].to_numpy(), 0)
    assert score(ridge, TABLE, TABLE["x"].to_numpy(), "regression", "mae") < 0.05


def test_a_model_of_labels_only_has_no_score_of_probabilities() -> None:
    fitted = fit(lambda: LinearSVC(), {}, TABLE, LABELS, 0)
    assert np.isnan(score(fitted, TABLE, LABELS, "classification", "roc_auc"))
    assert score(fitted, TABLE, LABELS, "classification", "f1") > 0.9


def test_what_is_random_takes_the_seed_however_deep() -> None:
    def forest() -> Any:
        return make_pipeline(StandardScaler(), RandomForestClassifier(5))

    one, again, other = (fit(forest, {}, TABLE, LABELS, seed).predict_proba(TABLE) for seed in (0, 0, 1))
    assert (one == again).all()
    assert (one != other).any()


def test_a_seed_that_the_user_set_stays() -> None:
    assert fit(lambda: RandomForestClassifier(2, random_state=9), {}, TABLE, LABELS, 0).random_state == 9


def test_an_estimator_that_raises_names_its_line() -> None:
    def broken(depth: int) -> Any:
        raise ValueError("no such depth")

    with pytest.raises(CodeError) as caught:
        fit(broken, {"depth": 3}, TABLE, LABELS, 0)
    assert caught.value.met == "estimator(depth=3) raised ValueError: no such depth"
    assert 'raise ValueError("no such depth")' in caught.value.next_move


def test_a_value_that_the_library_refuses_points_to_the_estimator() -> None:
    with pytest.raises(CodeError, match="fitting estimator\\(C=-1\\) raised InvalidParameterError") as caught:
        fit(logistic, {"C": -1}, TABLE, LABELS, 0)
    assert f"{__file__}:" in caught.value.next_move


def test_something_that_cannot_fit_is_refused() -> None:
    with pytest.raises(CodeError, match="returned dict, which cannot fit and predict"):
        fit(lambda: {}, {}, TABLE, LABELS, 0)
