"""Owns answers: truths beside what a model said, encoded once for every metric."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from treadle.errors import DataError

Weights = NDArray[np.float64]
"""One weight a row."""
Statistic = Callable[[Weights], float]
"""A figure as a function of row weights."""


Classes = Sequence[Any] | NDArray[Any]
"""Labels by column of probability; none for regression."""


class Undefined(Exception):
    """A metric has no value on these rows; the message says why."""


@dataclass(frozen=True, eq=False)
class Answers:
    """n truths and predictions; for k classes also n x k probabilities (or None) and the classes by column."""

    truth: NDArray[Any]
    prediction: NDArray[Any]
    probability: NDArray[np.float64] | None = None
    classes: tuple[Any, ...] = ()

    @classmethod
    def of(
        cls,
        truth: ArrayLike,
        prediction: ArrayLike,
        probability: ArrayLike | None = None,
        classes: Classes = (),
    ) -> Self:
        """Return answers from anything array-like; raises DataError if the lengths differ."""
        chance = None if probability is None else np.asarray(probability, dtype=np.float64)
        made = cls(np.asarray(truth), np.asarray(prediction), chance, tuple(np.asarray(classes).tolist()))
        shapes = {"truth": made.truth.shape, "prediction": made.prediction.shape}
        if chance is not None:
            shapes["probability"] = chance.shape
        expected = (len(made.truth),)
        if any(
            shape != (expected if name != "probability" else (*expected, len(made.classes)))
            for name, shape in shapes.items()
        ):
            raise DataError(
                f"answers do not fit together: {', '.join(f'{name} {shape}' for name, shape in shapes.items())}",
                expected=f"n truths, n predictions, n x {len(made.classes)} probabilities",
                next_move="give one prediction a row, and one column of probability a class",
            )
        return made

    def take(self, rows: NDArray[Any]) -> Answers:
        """Return the answers of some rows (indices or a mask)."""
        chance = None if self.probability is None else self.probability[rows]
        return Answers(self.truth[rows], self.prediction[rows], chance, self.classes)

    @cached_property
    def truth_codes(self) -> NDArray[np.intp]:
        """Return the index of each truth among the classes; k for a label no class has."""
        return self._codes(self.truth)

    @cached_property
    def prediction_codes(self) -> NDArray[np.intp]:
        """Return the index of each predicted label among the classes; k for a label no class has."""
        return self._codes(self.prediction)

    @cached_property
    def error(self) -> NDArray[np.float64]:
        """Return prediction minus truth as floats (regression)."""
        return self.prediction.astype(np.float64) - self.truth.astype(np.float64)

    def chances(self) -> NDArray[np.float64]:
        """Return the probabilities; raises Undefined if the model gives none."""
        if self.probability is None:
            raise Undefined("the model gives no probabilities")
        return self.probability

    def _codes(self, labels: NDArray[Any]) -> NDArray[np.intp]:
        """Return labels as indices of classes."""
        index = {label: place for place, label in enumerate(self.classes)}
        unknown = len(self.classes)
        return np.fromiter((index.get(label, unknown) for label in labels.tolist()), dtype=np.intp, count=len(labels))


def weighted_mean(rows: NDArray[np.float64]) -> Statistic:
    """Return the weighted mean of one value a row; raises Undefined without rows.

    Summed by NumPy, not by a threaded BLAS product, so that the last bit never depends on the number of cores.
    """
    if not len(rows):
        raise Undefined("there are no rows")
    return lambda weights: float(np.sum(weights * rows) / np.sum(weights))
