"""Owns permutation importance: how much a metric falls when one raw input column is shuffled."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from treadle.evaluation.metrics import Answers, Classes, Task, measure, oriented

MOST_ROWS = 2000
"""Rows that are used, drawn at random."""
REPEATS = 3
"""Shuffles of each column."""

Predict = Callable[[pl.DataFrame], Mapping[str, ArrayLike]]
"""From rows of raw inputs to `prediction` (n) and, where the model gives it, `probability` (n x k)."""


class Importance(msgspec.Struct, frozen=True, kw_only=True):
    """How much the metric falls without the column, in the metric's unit: mean, lowest, highest of the shuffles."""

    column: str
    mean: float
    low: float
    high: float


def importance(
    predict: Predict,
    inputs: pl.DataFrame,
    truth: Sequence[Any] | pl.Series,
    metric: str,
    task: Task,
    classes: Classes = (),
    *,
    seed: int = 0,
) -> list[Importance]:
    """Return every input column's importance, largest first (Breiman, 2001; Fisher, Rudin, Dominici, 2019).

    Works for any model, for it only calls `predict`, on at most 2,000 rows. Columns whose figure is undefined
    (a metric without a value on these rows) are left out.
    """
    generator = np.random.default_rng(seed)
    taken = np.sort(generator.permutation(inputs.height)[:MOST_ROWS])
    rows, labels = inputs[taken], pl.Series(truth).gather(pl.Series(taken)).to_numpy()

    def figure(frame: pl.DataFrame) -> float:
        said = predict(frame)
        answers = Answers.of(labels, said["prediction"], said.get("probability"), classes)
        return oriented(metric, measure([metric], task, answers).values[metric])

    whole, found = figure(rows), []
    for column in rows.columns:
        falls = []
        for _ in range(REPEATS):
            shuffled = rows[column].gather(pl.Series(generator.permutation(rows.height)))
            falls.append(whole - figure(rows.with_columns(shuffled.alias(column))))
        if np.isfinite(falls).all():
            found.append(Importance(column=column, mean=float(np.mean(falls)), low=min(falls), high=max(falls)))
    return sorted(found, key=lambda one: -one.mean)
