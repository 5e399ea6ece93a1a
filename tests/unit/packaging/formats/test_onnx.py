"""Tests compiled models against their originals, with missing values and text."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor, RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

from treadle.packaging.formats.onnx import compiled, load

RANDOM = np.random.default_rng(0)
FRAME = pl.DataFrame({"s": RANDOM.choice(["a", "b", "c"], 500), "x": RANDOM.normal(size=500)})
GAPS = FRAME.with_columns(x=pl.when(pl.col("x") > -1).then("x"), s=pl.when(pl.col("x") < 1).then("s"))
Y = ((FRAME["x"] + (FRAME["s"] == "a").cast(pl.Float64)) > 0.3).to_numpy()


def fitted(last: Any, encoder: Any, scaler: Any, frame: pl.DataFrame) -> Any:
    return make_pipeline(make_column_transformer((encoder, ["s"]), (scaler, ["x"])), last).fit(frame, Y.astype(int))


@pytest.mark.parametrize(
    ("last", "encoder", "scaler", "frame"),
    [
        (LogisticRegression(), OneHotEncoder(handle_unknown="ignore"), StandardScaler(), FRAME),
        (RandomForestClassifier(10), OneHotEncoder(handle_unknown="ignore"), "passthrough", FRAME),
        (HistGradientBoostingClassifier(max_iter=20), OneHotEncoder(sparse_output=False), "passthrough", GAPS),
        (
            HistGradientBoostingClassifier(max_iter=20),
            OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1),
            "passthrough",
            GAPS,
        ),
        (HistGradientBoostingRegressor(max_iter=20), OneHotEncoder(sparse_output=False), "passthrough", GAPS),
        (Ridge(), OneHotEncoder(), StandardScaler(), FRAME),
    ],
)
def test_answers_agree(last: Any, encoder: Any, scaler: Any, frame: pl.DataFrame) -> None:
    estimator = fitted(last, encoder, scaler, frame)
    session = load(compiled(estimator, {"s": True, "x": False}))
    found = session({"s": frame["s"].to_list(), "x": frame["x"].to_numpy()})
    if hasattr(estimator, "predict_proba"):
        assert np.abs(found[1] - estimator.predict_proba(frame)).max() < 1e-4
    else:
        assert np.abs(found[0].reshape(-1) - estimator.predict(frame)).max() < 1e-4


def test_a_missing_number_given_as_none_is_nan() -> None:
    estimator = fitted(
        HistGradientBoostingClassifier(max_iter=5), OneHotEncoder(sparse_output=False), "passthrough", FRAME
    )
    session = load(compiled(estimator, {"s": True, "x": False}))
    assert np.allclose(session({"s": ["a"], "x": [None]})[1], session({"s": ["a"], "x": [float("nan")]})[1])
