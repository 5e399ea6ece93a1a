"""Owns the metrics of classification.

Of two classes the second is the positive one; more classes are averaged without weights (macro), probabilities one
class against the rest. Values equal scikit-learn's with `zero_division=0`; tests hold them together.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from treadle.evaluation.metrics.answers import Answers, Statistic, Undefined, Weights, weighted_mean


def roc_auc(answers: Answers) -> Statistic:
    """Return the area under the ROC curve: the chance that a positive row scores above a negative one."""
    return _by_class(answers, _area)


def pr_auc(answers: Answers) -> Statistic:
    """Return average precision, the area under the precision-recall curve by steps."""
    return _by_class(answers, _average_precision)


def log_loss(answers: Answers) -> Statistic:
    """Return the mean of -ln(probability given to the truth), in nats; a probability of 0 counts as 2.2e-16."""
    chances, codes = answers.chances(), answers.truth_codes
    if (codes == len(answers.classes)).any():
        raise Undefined("a label here was never seen in training")
    given = chances[np.arange(len(codes)), codes]
    return weighted_mean(-np.log(np.clip(given, np.finfo(np.float64).eps, 1.0)))


def brier(answers: Answers) -> Statistic:
    """Return the mean squared error of the probabilities: of the positive class for two classes, else summed (0..2)."""
    chances, codes = answers.chances(), answers.truth_codes
    hits = (codes[:, None] == np.arange(len(answers.classes))).astype(np.float64)
    squares = (chances - hits) ** 2
    return weighted_mean(squares[:, -1] if len(answers.classes) <= 2 else squares.sum(axis=1))


def accuracy(answers: Answers) -> Statistic:
    """Return the share of rows whose label is right."""
    return weighted_mean((answers.truth_codes == answers.prediction_codes).astype(np.float64))


def balanced_accuracy(answers: Answers) -> Statistic:
    """Return the mean over the classes of the share found of each."""

    def figure(table: NDArray[np.float64]) -> float:
        support = table.sum(axis=1)
        present = support > 0
        return float(np.mean(np.diag(table)[present] / support[present]))

    return _of_table(answers, figure)


def precision(answers: Answers) -> Statistic:
    """Return the share of rows said to be of the class that are; 0 if none is said to be."""
    return _of_table(answers, lambda table: _macro(answers, table, np.diag(table), table.sum(axis=0)))


def recall(answers: Answers) -> Statistic:
    """Return the share of rows of the class that are found; 0 if there are none."""
    return _of_table(answers, lambda table: _macro(answers, table, np.diag(table), table.sum(axis=1)))


def f1(answers: Answers) -> Statistic:
    """Return the harmonic mean of precision and recall."""
    return _of_table(
        answers, lambda table: _macro(answers, table, 2 * np.diag(table), table.sum(axis=0) + table.sum(axis=1))
    )


def mcc(answers: Answers) -> Statistic:
    """Return Matthews' correlation between truth and label, -1..1; for k classes Gorodkin's R_k (2004)."""

    def figure(table: NDArray[np.float64]) -> float:
        true, said, whole = table.sum(axis=1), table.sum(axis=0), table.sum()
        spread = (whole**2 - np.sum(said**2)) * (whole**2 - np.sum(true**2))
        return float((np.trace(table) * whole - np.sum(true * said)) / np.sqrt(spread)) if spread > 0 else 0.0

    return _of_table(answers, figure)


def confusion(answers: Answers) -> NDArray[np.float64]:
    """Return rows by truth and predicted label as (k+1) x (k+1) counts; the last is for labels no class has."""
    return _table(answers, np.ones(len(answers.truth)))


def _table(answers: Answers, weights: Weights) -> NDArray[np.float64]:
    """Return the weighted confusion table."""
    size = len(answers.classes) + 1
    cells = answers.truth_codes * size + answers.prediction_codes
    return np.bincount(cells, weights=weights, minlength=size * size).astype(np.float64).reshape(size, size)


def _of_table(answers: Answers, figure: Callable[[NDArray[np.float64]], float]) -> Statistic:
    """Return a figure that needs only the confusion table."""
    if not len(answers.truth):
        raise Undefined("there are no rows")
    return lambda weights: figure(_table(answers, weights))


def _macro(
    answers: Answers, table: NDArray[np.float64], over: NDArray[np.float64], under: NDArray[np.float64]
) -> float:
    """Return over/under of the positive class, or its mean over the classes that occur; 0/0 is 0."""
    ratio = np.divide(over, under, out=np.zeros_like(under), where=under > 0)
    if len(answers.classes) <= 2:
        return float(ratio[len(answers.classes) - 1])
    return float(ratio[(table.sum(axis=0) + table.sum(axis=1)) > 0].mean())


def _by_class(answers: Answers, area: Callable[[NDArray[np.float64], NDArray[np.bool_]], Statistic]) -> Statistic:
    """Return an area for the positive class, or its mean over the classes that have rows in and out."""
    chances, codes = answers.chances(), answers.truth_codes
    places = [len(answers.classes) - 1] if len(answers.classes) <= 2 else range(len(answers.classes))
    usable = [place for place in places if 0 < np.count_nonzero(codes == place) < len(codes)]
    if not usable:
        raise Undefined("only one class occurs in these rows")
    figures = [area(chances[:, place], codes == place) for place in usable]
    return lambda weights: float(np.mean([figure(weights) for figure in figures]))


def _ranked(
    score: NDArray[np.float64], positive: NDArray[np.bool_]
) -> Callable[[Weights], tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Return weights -> (true, false positives above each distinct score, from the highest); sorted once."""
    order = np.argsort(-score, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(score[order])), len(score) - 1)
    hit = positive[order].astype(np.float64)

    def counts(weights: Weights) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        sorted_weights = weights[order]
        true = np.cumsum(sorted_weights * hit)[ends]
        return true, np.cumsum(sorted_weights)[ends] - true

    return counts


def _area(score: NDArray[np.float64], positive: NDArray[np.bool_]) -> Statistic:
    """Return the ROC area of one score (Fawcett, 2006: trapezoids over distinct scores)."""
    counts = _ranked(score, positive)

    def figure(weights: Weights) -> float:
        true, false = counts(weights)
        if not (true[-1] and false[-1]):
            raise Undefined("only one class occurs in these rows")
        heights = true + np.append(0.0, true[:-1])
        return float(np.sum(np.diff(false, prepend=0.0) * heights) / (2 * true[-1] * false[-1]))

    return figure


def _average_precision(score: NDArray[np.float64], positive: NDArray[np.bool_]) -> Statistic:
    """Return the sum over distinct scores of precision times the gain in recall."""
    counts = _ranked(score, positive)

    def figure(weights: Weights) -> float:
        true, false = counts(weights)
        if not true[-1]:
            raise Undefined("the positive class does not occur in these rows")
        whole = true + false
        share = np.divide(true, whole, out=np.zeros_like(true), where=whole > 0)
        return float(np.sum(np.diff(true, prepend=0.0) * share) / true[-1])

    return figure
