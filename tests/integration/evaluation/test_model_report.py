"""Owns the test that a model of scikit-learn is fitted, measured against another, judged and reported."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import pytest
from numpy.typing import ArrayLike

from factories.estimators import classifier, features, flights, regressor
from factories.evaluations import an_origin
from factories.markup import Page
from treadle.errors import GateFailed
from treadle.evaluation.evaluate import Evaluation, Model, evaluate
from treadle.evaluation.gates import require
from treadle.evaluation.metrics import Task
from treadle.evaluation.report import render
from treadle.settings import Gate, Test

LEARNT, SEALED = flights(800), flights(800, seed=1)
INPUTS = ["hour", "distance"]


def a_model(name: str, estimator: Any, target: str) -> Model:
    """Return a model as a package would answer, fitted on the flights."""
    fitted = estimator.fit(features(LEARNT), LEARNT[target].to_numpy())

    def predict(rows: pl.DataFrame) -> Mapping[str, ArrayLike]:
        table = features(rows)
        chances = {"probability": fitted.predict_proba(table)} if hasattr(fitted, "predict_proba") else {}
        return {"prediction": fitted.predict(table), **chances}

    return Model(name, predict, getattr(fitted, "classes_", ()))


def evaluated(challenger: Model, champion: Model, target: str, task: Task, gate: Gate) -> Evaluation:
    """Return the challenger's evaluation on flights that neither has seen."""
    test = Test(gates=(gate,), slices=("hour",))
    return evaluate(
        SEALED, target=target, inputs=INPUTS, task=task, model=challenger, champion=champion, test=test
    )  # fmt: skip


@pytest.mark.parametrize(
    ("target", "task", "good", "bad", "metric", "figures"),
    [
        ("late", "classification", classifier(1.0), classifier(1e-9), "log_loss", 5),
        ("delay", "regression", regressor(1.0), regressor(1e5), "mae", 3),
    ],
)
def test_the_better_model_passes_and_the_worse_is_refused(
    target: str, task: Task, good: Any, bad: Any, metric: str, figures: int
) -> None:
    better, worse = a_model("flights/2", good, target), a_model("flights/1", bad, target)
    gate = Gate(metric=metric, against="champion", margin=0.01)
    passed = evaluated(better, worse, target, task, gate)
    require(passed.gates, model="flights/2")
    html, data = render(passed, an_origin())
    assert not Page(html).open
    assert html.count('<svg class="figure"') >= figures + 1
    assert {one["column"] for one in data["importance"]} == set(INPUTS)
    with pytest.raises(GateFailed, match=f"flights/1 is refused: {metric}"):
        require(evaluated(worse, better, target, task, gate).gates, model="flights/1")
