"""Owns the tests of one trial, called as the plain function it is outside a pipeline."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from factories.estimators import classifier, features, flights, regressor
from treadle.errors import CodeError
from treadle.settings import Data, Split
from treadle.training.folds import crossed, held_out
from treadle.training.trial import trial

ROWS = flights()
TABLE = features(ROWS)


def tried(**changes: Any) -> dict[str, Any]:
    """Return the outcome of a trial scored on the last hundred rows."""
    call: dict[str, Any] = {
        "table": TABLE,
        "labels": ROWS["late"].to_numpy(),
        "places": held_out(200, 100),
        "estimator": classifier,
        "params": {"strength": 0.5},
        "task": "classification",
        "metric": "roc_auc",
        "forward": False,
        "seed": 0,
    }
    found: dict[str, Any] = trial(**{**call, **changes})
    return found


def test_a_trial_tells_its_keywords_and_its_score() -> None:
    found = tried()
    assert found["params"] == {"strength": 0.5}
    assert found["scores"] == [found["score"]]
    assert 0.8 < found["score"] <= 1


def test_the_score_of_folds_is_their_mean() -> None:
    places = crossed(ROWS, ROWS["late"].to_numpy(), "classification", 4, 0, Data(source="x", target="late"), Split())
    found = tried(places=places)
    assert len(found["scores"]) == 4
    assert found["score"] == pytest.approx(np.mean(found["scores"]))


def test_the_same_trial_twice_gives_the_same_outcome() -> None:
    assert tried() == tried()


def test_a_fold_without_a_score_is_none_and_leaves_the_others() -> None:
    places = np.full(300, -1)
    places[200:250] = 0
    places[np.flatnonzero(ROWS["late"].to_numpy())[:5]] = 1
    found = tried(places=places)
    assert found["scores"][1] is None
    assert found["score"] == found["scores"][0]


def test_without_any_score_the_outcome_says_none() -> None:
    places = np.full(300, -1)
    places[np.flatnonzero(ROWS["late"].to_numpy())[:5]] = 0
    assert tried(places=places)["score"] is None


def test_a_regression_is_scored_by_its_own_metric() -> None:
    found = tried(
        labels=ROWS["delay"].to_numpy(), estimator=regressor, params={"alpha": 1.0}, task="regression", metric="mae"
    )
    assert 3 < found["score"] < 8


def test_the_rows_to_score_do_not_teach() -> None:
    labels = ROWS["late"].to_numpy().copy()
    labels[200:] = ~labels[200:]
    assert tried(labels=labels)["score"] == pytest.approx(1 - tried()["score"])


def test_a_fault_in_the_estimator_names_it() -> None:
    with pytest.raises(CodeError, match="fitting estimator\\(strength=-1\\)"):
        tried(params={"strength": -1})
