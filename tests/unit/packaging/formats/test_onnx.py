"""Tests how a compiled model takes columns: lists or arrays, missing values, names of any kind, one thread."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import polars as pl
import pytest
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from treadle.packaging.conversion import compiled
from treadle.packaging.formats.onnx import Session, load

RANDOM = np.random.default_rng(0)
FRAME = pl.DataFrame({"s s": RANDOM.choice(["a", "b"], 300), "x": RANDOM.normal(size=300)})
UP = (FRAME["x"] > 0.3).to_numpy().astype(int)


def the_bytes(last: Any, true: str) -> bytes:
    columns = make_column_transformer((OneHotEncoder(handle_unknown="ignore"), ["s s"]), ("passthrough", ["x"]))
    estimator = make_pipeline(columns, last).fit(FRAME, UP)
    return compiled(estimator, FRAME, getattr(estimator, true)(FRAME), 1e-5)[0]


def a_session(last: Any, true: str) -> Session:
    return load(the_bytes(last, true), FRAME.columns)


CLASSES = a_session(HistGradientBoostingClassifier(max_iter=10), "predict_proba")


def test_a_classifier_answers_probabilities() -> None:
    found = CLASSES({"s s": ["a", "b"], "x": [-1.0, 1.0]})
    assert found.shape == (2, 2)
    assert found.argmax(axis=1).tolist() == [0, 1]
    assert np.allclose(found.sum(axis=1), 1.0, atol=1e-6)


def test_a_regressor_answers_values() -> None:
    found = a_session(HistGradientBoostingRegressor(max_iter=10), "predict")({"s s": ["a"], "x": [1.0]})
    assert found.shape == (1, 1)


@pytest.mark.parametrize("x", [[0.9, -0.9], (0.9, -0.9), np.array([0.9, -0.9]), pl.Series([0.9, -0.9])])
def test_columns_are_any_sequences(x: Any) -> None:
    assert CLASSES({"s s": ("a", "b"), "x": x}).argmax(axis=1).tolist() == [1, 0]


def test_a_missing_number_given_as_none_is_nan() -> None:
    assert (CLASSES({"s s": ["a"], "x": [None]}) == CLASSES({"s s": ["a"], "x": [float("nan")]})).all()


def test_a_missing_text_is_as_one_never_seen() -> None:
    assert (CLASSES({"s s": [None], "x": [1.0]}) == CLASSES({"s s": ["???"], "x": [1.0]})).all()


def test_further_columns_are_ignored() -> None:
    assert CLASSES({"s s": ["a"], "x": [1.0], "more": [object()]}).shape == (1, 2)


@pytest.mark.parametrize("columns", [["x"], ["s s", "x", "y"]])
def test_another_number_of_columns_is_not_its_model(columns: list[str]) -> None:
    with pytest.raises(ValueError, match=r"zip\(\)"):
        load(the_bytes(HistGradientBoostingClassifier(max_iter=2), "predict_proba"), columns)


def test_the_module_needs_neither_scikit_learn_nor_polars() -> None:
    code = "import sys, treadle.packaging.formats.onnx; assert not {'sklearn', 'skl2onnx', 'polars'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
