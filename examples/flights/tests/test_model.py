from inspect import signature
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import roc_auc_score
from treadle.project import load

from flights import data, model


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    return data.flights([1, 2])


def test_features_depend_on_their_own_row_only(rows: pl.DataFrame) -> None:
    few = rows.select(data.INPUTS).sample(20, seed=0)
    alone = pl.concat([model.features(row) for row in few.iter_slices(1)])
    assert model.features(few).equals(alone)


def test_features_tell_the_time_of_day_and_the_day_of_the_week() -> None:
    chosen = pl.col("flight_id") == "2013-07-04-B6-839-JFK"
    one = data.flights([7]).row(by_predicate=chosen, named=True)
    made = model.features(pl.DataFrame([one])).row(0, named=True)
    assert made["minute"] == one["scheduled"].hour * 60 + one["scheduled"].minute
    assert made["weekday"] == 4  # a Thursday


def test_features_hold_neither_the_date_nor_the_truth(rows: pl.DataFrame) -> None:
    made = model.features(rows.select(data.INPUTS))
    assert not {"late", "day", "scheduled", "flight_id"} & set(made.columns)


def test_the_estimator_ranks_flights_it_has_not_seen(rows: pl.DataFrame) -> None:
    seen = pl.col("scheduled").dt.month() == 1
    train, test = rows.filter(seen), rows.filter(~seen)
    fitted = model.estimator().fit(model.features(train), train["late"])
    late = fitted.predict_proba(model.features(test))[:, 1]
    assert roc_auc_score(test["late"], late) > 0.6


def test_a_carrier_and_an_airport_never_seen_get_an_answer(rows: pl.DataFrame) -> None:
    fitted = model.estimator(max_iter=5).fit(model.features(rows), rows["late"])
    odd = rows.head(3).with_columns(carrier=pl.lit("ZZ"), dest=pl.lit("ZZZ"))
    assert np.isfinite(fitted.predict_proba(model.features(odd))).all()


def test_weather_that_nobody_reported_gets_an_answer(rows: pl.DataFrame) -> None:
    fitted = model.estimator(max_iter=5).fit(model.features(rows), rows["late"])
    blind = rows.head(3).with_columns(pl.lit(None, pl.Float64).alias("temp"))
    assert np.isfinite(fitted.predict_proba(model.features(blind))).all()


def test_treadle_toml_loads_and_searches_keywords_of_the_estimator() -> None:
    settings = load(Path(__file__).parents[1]).settings
    assert set(settings.train.space) <= set(signature(model.estimator).parameters)
    assert settings.split.group == ("day",)
