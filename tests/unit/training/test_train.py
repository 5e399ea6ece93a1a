"""Owns the tests of one training outside a run, where trials follow each other."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from msgspec.structs import replace

from factories.estimators import classifier, features, flights, regressor
from treadle.errors import CodeError, DataError, SettingsError, UnknownKind
from treadle.settings import Data, Split, Train
from treadle.training.fitted import Fitted
from treadle.training.train import train

DATA = Data(source="x.csv", target="late", key=("id",), ignore=("delay",))
LEARNT, VALIDATION = flights(300), flights(100, seed=1)
GRID = Train(search="grid", space={"strength": [1e-6, 0.1, 10]})


def trained(how: Train = GRID, **changes: Any) -> Fitted:
    """Return what training on the flights gives."""
    call: dict[str, Any] = {
        "learnt": LEARNT,
        "validation": VALIDATION,
        "features": features,
        "estimator": classifier,
        "data": DATA,
        "split": Split(),
    }
    call |= changes
    return train(call.pop("learnt"), call.pop("validation"), how=how, **call)


def test_the_best_trial_is_fitted_anew_on_all_rows() -> None:
    estimator, summary = trained()
    scores = [trial.score for trial in summary.trials]
    assert len(scores) == 3
    assert summary.score == max(score for score in scores if score is not None)
    assert summary.params == summary.trials[summary.best].params == {"strength": estimator[-1].C}
    assert summary.rows == 400


def test_the_summary_tells_inputs_features_and_classes() -> None:
    summary = trained().summary
    assert summary.inputs == ("hour", "distance")
    assert summary.features == ("hour", "far")
    assert summary.classes == (False, True)
    assert (summary.metric, summary.search) == ("roc_auc", "grid")


def test_of_equal_scores_the_first_wins() -> None:
    summary = trained(Train(search="grid", space={"strength": [1, 1.0000001]})).summary
    assert summary.best == 0


def test_for_an_error_less_is_better() -> None:
    data = replace(DATA, target="delay", task="regression", ignore=("late",))
    summary = trained(Train(search="grid", space={"alpha": [0.1, 1e6]}), estimator=regressor, data=data).summary
    assert summary.metric == "mae"
    assert summary.params == {"alpha": 0.1}
    assert summary.classes == ()


def test_the_same_training_twice_gives_the_same_model() -> None:
    how = Train(search="random", trials=3, space={"strength": {"low": 0.01, "high": 10, "log": True}})
    one, other = trained(how), trained(how)
    assert one.summary == other.summary
    assert (one.estimator[-1].coef_ == other.estimator[-1].coef_).all()


def test_without_a_search_the_one_trial_is_scored() -> None:
    summary = trained(Train()).summary
    assert summary.params == {}
    assert len(summary.trials) == 1
    assert summary.score is not None


def test_cross_validation_uses_train_and_validation_rows() -> None:
    summary = trained(Train(folds=4)).summary
    assert len(summary.trials[0].scores) == 4
    assert trained(Train(folds=4), validation=VALIDATION.head(0)).summary.rows == 300


def test_a_single_candidate_needs_nothing_to_be_scored_on() -> None:
    summary = trained(Train(), validation=VALIDATION.head(0)).summary
    assert (summary.trials, summary.score, summary.rows) == ((), None, 300)


def test_several_candidates_need_something_to_be_scored_on() -> None:
    with pytest.raises(SettingsError, match="no rows to score trials on"):
        trained(validation=VALIDATION.head(0))


def test_a_metric_undefined_everywhere_is_told() -> None:
    with pytest.raises(DataError, match="roc_auc is undefined on the validation rows of every trial"):
        trained(validation=VALIDATION.filter("late"))


def test_no_rows_are_refused() -> None:
    with pytest.raises(DataError, match="the train split has no rows"):
        trained(learnt=LEARNT.head(0))


def test_a_missing_target_is_refused() -> None:
    holed = LEARNT.with_columns(pl.when(pl.col("hour") == 3).then(None).otherwise("late").alias("late"))
    with pytest.raises(DataError, match="the target 'late' is missing in"):
        trained(learnt=holed)


def test_mistakes_in_the_settings_are_told_before_anything_is_fitted() -> None:
    with pytest.raises(SettingsError, match="did you mean 'strength'"):
        trained(Train(search="grid", space={"strenght": [1]}))
    with pytest.raises(UnknownKind, match="did you mean 'accuracy'"):
        trained(Train(metric="acuracy"))
    with pytest.raises(SettingsError, match="metric 'mae' is not for classification"):
        trained(Train(metric="mae"))


def test_features_that_mix_rows_are_refused() -> None:
    def mixing(rows: pl.DataFrame) -> pl.DataFrame:
        return rows.select(pl.col("distance") / pl.col("distance").max())

    with pytest.raises(DataError, match="features\\(\\) gives 'distance'"):
        trained(features=mixing)


def test_the_target_never_reaches_features() -> None:
    def peeking(rows: pl.DataFrame) -> pl.DataFrame:
        return rows.select("late")

    with pytest.raises(CodeError, match="ColumnNotFoundError"):
        trained(features=peeking)


def test_without_features_the_inputs_are_learnt() -> None:
    assert trained(features=None).summary.features == ("hour", "distance")


def test_by_time_trials_learn_from_the_past_only() -> None:
    rows = LEARNT.with_columns(at=pl.datetime(2013, 1, 1) + pl.duration(hours=pl.int_range(300)))
    data = replace(DATA, time="at", ignore=("delay", "at"))
    summary = trained(Train(folds=3), learnt=rows, validation=rows.head(0), data=data, split=Split(by="time")).summary
    assert len(summary.trials[0].scores) == 3
    assert np.isfinite(np.array(summary.trials[0].scores, dtype=float)).all()
