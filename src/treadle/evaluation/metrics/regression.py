"""Owns the metrics of regression; values equal scikit-learn's, and tests hold them together."""

from __future__ import annotations

import numpy as np

from treadle.evaluation.metrics.answers import Answers, Statistic, Undefined, Weights, weighted_mean


def mae(answers: Answers) -> Statistic:
    """Return the mean absolute error, in the target's unit."""
    return weighted_mean(np.abs(answers.error))


def rmse(answers: Answers) -> Statistic:
    """Return the root of the mean squared error, in the target's unit."""
    squared = weighted_mean(answers.error**2)
    return lambda weights: float(np.sqrt(squared(weights)))


def r2(answers: Answers) -> Statistic:
    """Return the share of the target's variance that the predictions explain; 0 is the mean's, below is worse."""
    truth, squares = answers.truth.astype(np.float64), answers.error**2
    if len(truth) < 2 or truth.min() == truth.max():
        raise Undefined("the target has one value only in these rows")

    def figure(weights: Weights) -> float:
        spread = np.sum(weights * (truth - np.sum(weights * truth) / np.sum(weights)) ** 2)
        if not spread:
            raise Undefined("the target has one value only in these rows")
        return float(1 - np.sum(weights * squares) / spread)

    return figure


def median_absolute_error(answers: Answers) -> Statistic:
    """Return the middle absolute error, in the target's unit; between two middle ones, their mean."""
    size = np.abs(answers.error)
    if not len(size):
        raise Undefined("there are no rows")
    order = np.argsort(size, kind="stable")
    ranked = size[order]

    def figure(weights: Weights) -> float:
        seen = np.cumsum(weights[order])
        half = seen[-1] / 2
        low, high = np.searchsorted(seen, half, side="left"), np.searchsorted(seen, half, side="right")
        return float((ranked[low] + ranked[min(high, len(ranked) - 1)]) / 2)

    return figure


def mape(answers: Answers) -> Statistic:
    """Return the mean absolute error as a share of the truth's size (0.1 is 10 %); undefined if one is 0."""
    size = np.abs(answers.truth.astype(np.float64))
    if (size < np.finfo(np.float64).eps).any():
        raise Undefined("the target is 0 in some of these rows")
    return weighted_mean(np.abs(answers.error) / size)


def bias(answers: Answers) -> Statistic:
    """Return the mean of prediction minus truth, in the target's unit; above 0 the model says too much."""
    return weighted_mean(answers.error)
