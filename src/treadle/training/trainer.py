"""Owns the fitting of one estimator and its score on rows it has not seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from treadle.errors import CodeError
from treadle.evaluation.metrics import Answers, Task, measure
from treadle.evaluation.threads import one_thread
from treadle.training.user_code import calling, place

Estimator = Callable[..., Any]
"""From keywords to an unfitted scikit-learn-compatible estimator."""


@one_thread()
def fit(estimator: Estimator, params: Mapping[str, Any], table: pl.DataFrame, labels: NDArray[Any], seed: int) -> Any:
    """Return estimator(**params) fitted on n rows of features and n labels.

    Every `random_state` that the user left open, however deep, is set to `seed`, so the same rows give the same
    model. Raises CodeError with the user's line if either raises, or if what was made cannot fit and predict.
    """
    keywords = ", ".join(f"{name}={value!r}" for name, value in params.items())
    with calling(f"estimator({keywords})", estimator):
        made = estimator(**params)
    if not (hasattr(made, "fit") and hasattr(made, "predict")):
        raise CodeError(
            f"estimator() returned {type(made).__name__}, which cannot fit and predict",
            expected="an unfitted scikit-learn-compatible estimator",
            next_move=f"see {place(estimator)}",
        )
    _seed(made, seed)
    with calling(f"fitting estimator({keywords})", estimator):
        made.fit(table, labels)
    return made


@one_thread()
def answers(fitted: Any, table: pl.DataFrame, labels: NDArray[Any], task: Task) -> Answers:
    """Return what a fitted estimator says to n rows of features, beside their labels."""
    said = np.asarray(fitted.predict(table))
    if task == "regression":
        return Answers.of(labels, said.reshape(len(labels)))
    chances = fitted.predict_proba(table) if hasattr(fitted, "predict_proba") else None
    return Answers.of(labels, said, chances, fitted.classes_)


def score(fitted: Any, table: pl.DataFrame, labels: NDArray[Any], task: Task, metric: str) -> float:
    """Return one metric of a fitted estimator on n rows, NaN where it is undefined."""
    return measure([metric], task, answers(fitted, table, labels, task)).values[metric]


def _seed(made: Any, seed: int) -> None:
    """Set what is random and left open in an estimator to `seed`."""
    if hasattr(made, "get_params"):
        open_ = {
            name: seed for name, value in made.get_params().items() if name.endswith("random_state") and value is None
        }
        made.set_params(**open_)
