"""Owns made-up answers: truths and what a model of a chosen skill says to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from treadle.evaluation.metrics import Answers


def two_classes(
    rows: int = 400, *, skill: float = 1.0, seed: int = 0, noise: int = 1, classes: Sequence[Any] = (False, True)
) -> Answers:
    """Return answers of a classifier; `seed` draws the truths, `noise` the model's errors, `skill` 0 is chance."""
    positive = np.random.default_rng(seed).random(rows) < 0.4
    logit = skill * (2.0 * positive - 1) + np.random.default_rng(noise).normal(size=rows)
    chance = 1 / (1 + np.exp(-logit))
    labels = np.asarray(classes)
    said = labels[(chance > 0.5).astype(int)]
    return Answers.of(labels[positive.astype(int)], said, np.column_stack([1 - chance, chance]), classes)


def many_classes(rows: int = 600, *, classes: Sequence[Any] = ("a", "b", "c"), seed: int = 0) -> Answers:
    """Return answers of a fair classifier of k classes."""
    generator = np.random.default_rng(seed)
    truth = generator.integers(0, len(classes), rows)
    scores = generator.random((rows, len(classes))) + 0.5 * (truth[:, None] == np.arange(len(classes)))
    labels = np.asarray(classes)
    return Answers.of(labels[truth], labels[scores.argmax(axis=1)], scores / scores.sum(axis=1, keepdims=True), classes)


def numbers(rows: int = 400, *, error: float = 1.0, seed: int = 0, noise: int = 1) -> Answers:
    """Return answers of a regressor whose errors have the standard deviation `error`."""
    truth = np.random.default_rng(seed).normal(10, 5, rows)
    return Answers.of(truth, truth + error * np.random.default_rng(noise).normal(size=rows))
