"""Explores a compiled model with any rows at all: it answers as scikit-learn does, gaps and extremes included."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OrdinalEncoder

from treadle.packaging.conversion import compiled
from treadle.packaging.formats.onnx import load

RANDOM = np.random.default_rng(0)
WORDS = ["a", "", "None", "nan", "ü", None]
FRAME = pl.DataFrame(
    {
        "word": pl.Series([WORDS[each] for each in RANDOM.integers(0, len(WORDS), 2000)], dtype=pl.String),
        "x": RANDOM.normal(size=2000),
        "y": RANDOM.integers(-3, 3, 2000).astype(float),
    }
)
TARGET = ((FRAME["x"] + FRAME["y"]).to_numpy() + (FRAME["word"] == "a").fill_null(False).to_numpy() > 0).astype(int)
ENCODER = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-2)
MODEL = make_pipeline(
    make_column_transformer((ENCODER, ["word"]), remainder="passthrough"), HistGradientBoostingClassifier(max_iter=30)
).fit(FRAME, TARGET)
DATA, AGREEMENT = compiled(MODEL, FRAME, MODEL.predict_proba(FRAME), 1e-5)
SESSION = load(DATA, FRAME.columns)
THRESHOLDS = sorted({float(node) for tree in MODEL[-1]._predictors for node in tree[0].nodes["num_threshold"]})

word = st.sampled_from(WORDS) | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5)
edge = st.sampled_from(THRESHOLDS).flatmap(
    lambda value: st.sampled_from([value, float(np.nextafter(value, np.inf)), float(np.nextafter(value, -np.inf))])
)
number = st.none() | st.floats(allow_nan=False, allow_infinity=False, width=64) | edge
rows = st.lists(st.tuples(word, number, number), min_size=1, max_size=20)


@settings(max_examples=150, deadline=None)
@given(rows)
def test_any_rows_are_answered_alike(found: list[tuple[Any, ...]]) -> None:
    frame = pl.DataFrame(found, schema=FRAME.schema, orient="row")
    true = MODEL.predict_proba(frame)
    columns = {name: [row[place] for row in found] for place, name in enumerate(FRAME.columns)}
    assert np.abs(SESSION(columns) - true).max() < 1e-5


def test_the_model_was_compiled() -> None:
    assert AGREEMENT.reason == ""
