"""Owns realised performance: a metric of answers whose labels are known."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from treadle.evaluation.metrics import Task, compute, greater_is_better, oriented
from treadle.monitoring.observation import key, places_of


class Answers(msgspec.Struct):
    """Predictions beside their labels, one position a row; `probability` has one value a class, or is empty."""

    prediction: list[Any] = []
    probability: list[Sequence[float]] = []
    label: list[Any] = []

    def extend(self, other: Answers) -> None:
        """Put the rows of `other` behind these."""
        self.prediction += other.prediction
        self.probability += other.probability
        self.label += other.label


def realised(answers: Answers, *, task: Task, metric: str, classes: Sequence[Any]) -> float | None:
    """Return the metric of `answers` (of bias, its size), or None where it is undefined, as without any row.

    Labels and predictions are matched to `classes` by their text, so 1, "1" and 1.0 are one, and for booleans 1 and
    true; rows with a label that is no class, or for regression no number, are left out.
    """
    if task == "regression":
        truth, said = _floats(answers.label), _floats(answers.prediction)
        known = np.isfinite(truth) & np.isfinite(said)
        values = compute([metric], task, truth[known], said[known])
    else:
        places = places_of(classes)
        true, given = _places(answers.label, places), _places(answers.prediction, places)
        known = (true >= 0) & (given >= 0)
        chances = np.array(answers.probability, dtype=np.float64)[known] if answers.probability else None
        values = compute([metric], task, true[known], given[known], chances, range(len(classes)))
    value = values[metric]
    return (1 if greater_is_better(metric) else -1) * oriented(metric, value) if isfinite(value) else None


def _places(values: Sequence[Any], places: dict[str, int]) -> NDArray[np.int64]:
    """Return the index of each value among the classes, -1 for one that is none of them."""
    return np.array([places.get(key(value), -1) for value in values], dtype=np.int64)


def _floats(values: Sequence[Any]) -> NDArray[np.float64]:
    return np.array([_float(value) for value in values], dtype=np.float64)


def _float(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return np.nan
