from inspect import signature
from pathlib import Path

import polars as pl
import pytest
from sklearn.metrics import roc_auc_score
from treadle.project import load

from quickstart import model

PROJECT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    return pl.read_csv(PROJECT / "data" / "tumours.csv")


def inputs(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.drop("sample", "diagnosis")


def test_features_depend_on_their_own_row_only(rows: pl.DataFrame) -> None:
    few = inputs(rows.head(20))
    alone = pl.concat([model.features(row) for row in few.iter_slices(1)])
    assert model.features(few).equals(alone)


def test_a_rounder_outline_is_a_smaller_figure() -> None:
    round_ = pl.DataFrame({"mean_perimeter": [6.2832], "mean_area": [3.1416]})
    square = pl.DataFrame({"mean_perimeter": [4.0], "mean_area": [1.0]})
    made = model.features(pl.concat([round_, square]))
    assert made["outline"].to_list() == pytest.approx([12.566, 16.0], abs=0.001)


def test_the_estimator_tells_tumours_apart(rows: pl.DataFrame) -> None:
    train, test = rows.head(400), rows.tail(rows.height - 400)
    fitted = model.estimator().fit(model.features(inputs(train)), train["diagnosis"])
    malignant = fitted.predict_proba(model.features(inputs(test)))[:, 1]
    assert list(fitted.classes_) == ["benign", "malignant"]
    assert roc_auc_score(test["diagnosis"] == "malignant", malignant) > 0.95


def test_treadle_toml_loads_and_searches_keywords_of_the_estimator() -> None:
    settings = load(PROJECT).settings
    assert set(settings.train.space) <= set(signature(model.estimator).parameters)
    assert settings.data.target == "diagnosis"
