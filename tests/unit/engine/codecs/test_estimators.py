"""Tests fitted estimators in the store."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from factories.sources import imported, write
from treadle.engine.codecs.estimators import SKOPS
from treadle.errors import PackageError

X = np.random.default_rng(0).normal(size=(60, 3))
Y = (X[:, 0] > 0).astype(int)
OWN = """
    from sklearn.base import BaseEstimator
    class Constant(BaseEstimator):
        def __init__(self, value=1):
            self.value = value
"""


@pytest.mark.parametrize(
    "estimator",
    [make_pipeline(StandardScaler(), LogisticRegression()), HistGradientBoostingClassifier(max_iter=5)],
    ids=["pipeline", "boosting"],
)
def test_a_fitted_estimator_answers_the_same_and_has_one_form(estimator: Any) -> None:
    estimator.fit(X, Y)
    data = SKOPS.encode(estimator, Any)
    again = SKOPS.decode(data, Any)
    np.testing.assert_array_equal(again.predict_proba(X), estimator.predict_proba(X))
    assert SKOPS.encode(estimator, Any) == data


def test_an_estimator_of_the_project_itself_comes_back(tmp_path: Path) -> None:
    write(tmp_path, {"steps.py": OWN})
    with imported(tmp_path) as steps:
        again = SKOPS.decode(SKOPS.encode(steps.Constant(3), Any), Any)
        assert again.value == 3
        assert type(again) is steps.Constant


def test_a_type_that_nothing_vouches_for_is_not_loaded(tmp_path: Path) -> None:
    write(tmp_path, {"steps.py": OWN})
    with imported(tmp_path) as steps:
        data = SKOPS.encode(steps.Constant(3), Any)
    with pytest.raises(PackageError, match=r"steps\.Constant"):
        SKOPS.decode(data, Any)
