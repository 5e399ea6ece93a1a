"""Owns the trial: one candidate of a search, fitted and scored on rows it has not seen, as a cached step."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from treadle.engine import step
from treadle.evaluation.metrics import Task
from treadle.training.folds import Places, rounds
from treadle.training.trainer import Estimator, fit, score


@step(parallel=True)
def trial(
    table: pl.DataFrame,
    labels: NDArray[Any],
    places: Places,
    estimator: Estimator,
    params: dict[str, Any],
    task: Task,
    metric: str,
    forward: bool,
    seed: int,
) -> dict[str, Any]:
    """Return `params`, `scores` (one a fold, None where undefined) and `score`, their mean over the defined ones.

    `table` and `labels` are n rows of features and labels, `places` and `forward` as `folds.rounds` takes them.
    Raises CodeError if the estimator does.
    """
    scores = [
        score(fit(estimator, params, table[learnt], labels[learnt], seed), table[scored], labels[scored], task, metric)
        for learnt, scored in rounds(places, forward=forward)
    ]
    known = [value for value in scores if np.isfinite(value)]
    return {
        "params": params,
        "scores": [value if np.isfinite(value) else None for value in scores],
        "score": float(np.mean(known)) if known else None,
    }
