"""Tests compiled models against their originals: every estimator the module names, missing values, odd names, ties."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray
from sklearn.compose import make_column_transformer
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.neighbors import NearestCentroid
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler, TargetEncoder

from treadle.packaging.conversion import Agreement, compare, compiled
from treadle.packaging.formats.onnx import load
from treadle.packaging.frames import answers

RANDOM = np.random.default_rng(0)
COUNT = 1000
WHOLE = pl.DataFrame(
    {
        "town": RANDOM.choice(["Åre", "None", "c"], COUNT),
        "x": RANDOM.normal(size=COUNT),
        "wind speed": RANDOM.gamma(2.0, 40.0, COUNT),
        "label": RANDOM.integers(0, 12, COUNT),
        "sunny": RANDOM.random(COUNT) > 0.5,
    }
)
GAPS = WHOLE.with_columns(
    pl.when(pl.Series(RANDOM.random(COUNT) > 0.1)).then(pl.col(name)).alias(name) for name in ("town", "x", "sunny")
)
NUMBERS = ["x", "wind speed", "label"]
SIGNAL = WHOLE["x"].to_numpy() + (WHOLE["town"] == "Åre").to_numpy() + RANDOM.normal(size=COUNT) / 2
WORDS = np.where(SIGNAL > 0.3, "late", "on time")

onehot = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
ordinal = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
imputed = make_pipeline(SimpleImputer(), StandardScaler())
text_imputed = make_pipeline(SimpleImputer(missing_values=None, strategy="most_frequent"), onehot)
boosted = HistGradientBoostingClassifier(max_iter=20)
boosted_values = HistGradientBoostingRegressor(max_iter=20)


def fitted(last: Any, words: Any, numbers: Any, frame: pl.DataFrame) -> Any:
    columns = make_column_transformer((words, ["town"]), (numbers, NUMBERS))
    target = WORDS if hasattr(last, "predict_proba") else SIGNAL
    return make_pipeline(columns, last).fit(frame, target)


def true_of(estimator: Any, frame: pl.DataFrame) -> NDArray[Any]:
    classifies = hasattr(estimator, "predict_proba")
    return answers(estimator, frame, classifies)["probability" if classifies else "prediction"]


@pytest.mark.parametrize(
    ("last", "words", "numbers", "frame"),
    [
        (LogisticRegression(), onehot, StandardScaler(), WHOLE),
        (LogisticRegression(), OneHotEncoder(handle_unknown="ignore"), imputed, GAPS),
        (LogisticRegression(), text_imputed, imputed, GAPS),
        (LinearRegression(), onehot, StandardScaler(), WHOLE),
        (Ridge(), onehot, imputed, GAPS),
        (RandomForestClassifier(10), onehot, "passthrough", WHOLE),
        (RandomForestClassifier(10), ordinal, SimpleImputer(), GAPS),
        (RandomForestRegressor(10), onehot, "passthrough", WHOLE),
        (boosted, onehot, "passthrough", GAPS),
        (boosted, ordinal, "passthrough", GAPS),
        (boosted, TargetEncoder(), "passthrough", GAPS),
        (boosted_values, onehot, "passthrough", GAPS),
    ],
    ids=lambda value: f"{len(value)} rows" if isinstance(value, pl.DataFrame) else type(value).__name__,
)
def test_a_compiled_model_agrees_on_every_row(last: Any, words: Any, numbers: Any, frame: pl.DataFrame) -> None:
    estimator = fitted(last, words, numbers, frame)
    data, found = compiled(estimator, frame, true_of(estimator, frame), 1e-5)
    assert (found.rows, found.reason, bool(data)) == (COUNT, "", True)
    assert found.largest_gap is not None
    assert found.largest_gap <= 1e-5


@pytest.mark.parametrize("encoder", [onehot, ordinal], ids=["onehot", "ordinal"])
def test_the_word_none_and_a_missing_word_are_two_things(encoder: Any) -> None:
    estimator = fitted(boosted, encoder, "passthrough", GAPS)
    data, _ = compiled(estimator, GAPS, true_of(estimator, GAPS), 1e-5)
    rows = GAPS.head(2).with_columns(town=pl.Series(["None", None]), x=0.2)
    found = load(data, GAPS.columns)({name: rows[name].to_list() for name in rows.columns})
    assert np.allclose(found, estimator.predict_proba(rows), atol=1e-5)


def test_values_at_the_edge_of_a_split_agree() -> None:
    """Rounded to 32 bits, every other row would fall on the wrong side of the split."""
    x = 1.0 + np.arange(400) * 1e-10
    frame = pl.DataFrame({"town": ["a"] * 400, "x": x, "wind speed": x, "label": [0] * 400})
    words = np.where(np.arange(400) < 200, "low", "high")
    columns = make_column_transformer((onehot, ["town"]), ("passthrough", NUMBERS))
    estimator = make_pipeline(columns, HistGradientBoostingClassifier(max_iter=5)).fit(frame, words)
    data, found = compiled(estimator, frame, true_of(estimator, frame), 1e-5)
    assert (found.labels_differing, bool(data)) == (0, True)


def test_a_forest_that_splits_on_missing_numbers_is_not_compiled() -> None:
    estimator = fitted(RandomForestClassifier(10, random_state=0), onehot, "passthrough", GAPS)
    data, found = compiled(estimator, GAPS, true_of(estimator, GAPS), 1e-4)
    assert data == b""
    assert found.reason == "cannot be compiled: NotImplementedError: trees that split on missing numbers"


def test_a_model_whose_compiled_form_is_wrong_is_not_served() -> None:
    """skl2onnx 1.20 compiles boosting over categories without a word, and wrongly."""
    last = HistGradientBoostingClassifier(max_iter=20, categorical_features=[0])
    estimator = fitted(last, ordinal, "passthrough", WHOLE)
    data, found = compiled(estimator, WHOLE, true_of(estimator, WHOLE), 1e-4)
    assert data == b""
    assert found.reason.startswith("answers differ by up to 0.")
    assert found.labels_differing


def test_an_estimator_nobody_can_compile_says_why() -> None:
    frame = WHOLE.select(NUMBERS)
    estimator = NearestCentroid().fit(frame, WORDS)
    data, found = compiled(estimator, frame, np.zeros((COUNT, 2)), 1e-4)
    assert data == b""
    assert found.reason.startswith("cannot be compiled: MissingShapeCalculator")


def test_gaps_of_values_are_measured_against_their_spread() -> None:
    true = np.array([0.0, 2000.0])
    assert compare(true, true + np.array([0.0, 0.0625]), 1e-4) == Agreement(
        rows=2, largest_gap=6.25e-05, tolerance=1e-4
    )
    assert compare(true / 1e6, true / 1e6 + np.array([0.0, 0.05]), 1e-4).reason == "answers differ by up to 50"


def test_gaps_of_probabilities_are_absolute_and_labels_counted() -> None:
    true = np.array([[0.5, 0.5], [0.9, 0.1]])
    mine = np.array([[0.4, 0.6], [0.9, 0.1]])
    found = compare(true, mine, 1e-4)
    assert (found.labels_differing, round(found.largest_gap or 0, 9)) == (1, 0.1)
    assert found.reason == "answers differ by up to 0.1"


def test_a_tie_that_rounding_breaks_is_counted_but_served() -> None:
    found = compare(np.array([[0.5, 0.5]]), np.array([[0.4999999, 0.5000001]]), 1e-4)
    assert (found.labels_differing, found.reason) == (1, "")


def test_no_rows_agree() -> None:
    assert compare(np.zeros(0), np.zeros(0), 1e-4).largest_gap == 0.0
