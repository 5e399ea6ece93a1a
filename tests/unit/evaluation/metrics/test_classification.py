"""Owns the tests of the classification metrics: hand-worked, and against scikit-learn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn import metrics as reference

from factories.answers import many_classes, two_classes
from treadle.evaluation.metrics import METRICS, TASKS, Answers, Undefined
from treadle.evaluation.metrics.classification import confusion

HAND = Answers.of([0, 0, 1, 1], [0, 1, 1, 1], [[0.9, 0.1], [0.4, 0.6], [0.5, 0.5], [0.2, 0.8]], [0, 1])
"""Four rows: one false positive; of four pairs of classes three are ranked right."""


def value(name: str, answers: Answers, weights: Any = None) -> float:
    """Return one metric, with every row counted once unless told."""
    ones = np.ones(len(answers.truth))
    return float(METRICS.load(name)(answers)(ones if weights is None else np.asarray(weights, dtype=float)))


@pytest.mark.parametrize(
    ("name", "worked"),
    [
        ("roc_auc", 3 / 4),
        ("pr_auc", 1 / 2 + 1 / 2 * 2 / 3),
        ("log_loss", -np.log([0.9, 0.4, 0.5, 0.8]).mean()),
        ("brier", (0.1**2 + 0.6**2 + 0.5**2 + 0.2**2) / 4),
        ("accuracy", 3 / 4),
        ("balanced_accuracy", 3 / 4),
        ("precision", 2 / 3),
        ("recall", 1),
        ("f1", 4 / 5),
        ("mcc", (2 * 1 - 1 * 0) / np.sqrt(3 * 2 * 2 * 1)),
    ],
)
def test_four_rows_worked_by_hand(name: str, worked: float) -> None:
    assert value(name, HAND) == pytest.approx(worked)


def sklearn_value(name: str, answers: Answers, weights: Any) -> float:
    """Return scikit-learn's figure for the same answers."""
    truth, said, chance, classes = answers.truth, answers.prediction, answers.probability, list(answers.classes)
    assert chance is not None
    two = len(classes) == 2
    average: dict[str, Any] = {"pos_label": classes[1]} if two else {"average": "macro", "labels": classes}
    hits = np.asarray(truth)[:, None] == np.asarray(classes)
    table: dict[str, Callable[[], float]] = {
        "roc_auc": lambda: (
            reference.roc_auc_score(hits[:, 1], chance[:, 1], sample_weight=weights)
            if two
            else reference.roc_auc_score(hits, chance, average="macro", sample_weight=weights)
        ),
        "pr_auc": lambda: (
            reference.average_precision_score(hits[:, 1], chance[:, 1], sample_weight=weights)
            if two
            else reference.average_precision_score(hits, chance, average="macro", sample_weight=weights)
        ),
        "log_loss": lambda: reference.log_loss(truth, chance, labels=classes, sample_weight=weights),
        "brier": lambda: (
            reference.brier_score_loss(hits[:, 1], chance[:, 1], sample_weight=weights)
            if two
            else np.average(((chance - hits) ** 2).sum(axis=1), weights=weights)
        ),
        "accuracy": lambda: reference.accuracy_score(truth, said, sample_weight=weights),
        "balanced_accuracy": lambda: reference.balanced_accuracy_score(truth, said, sample_weight=weights),
        "f1": lambda: reference.f1_score(truth, said, sample_weight=weights, **average),
        "precision": lambda: reference.precision_score(truth, said, sample_weight=weights, **average),
        "recall": lambda: reference.recall_score(truth, said, sample_weight=weights, **average),
        "mcc": lambda: reference.matthews_corrcoef(truth, said, sample_weight=weights),
    }
    return float(table[name]())


@pytest.mark.parametrize("name", TASKS["classification"])
@pytest.mark.parametrize(
    "answers",
    [two_classes(), two_classes(classes=("no", "yes"), skill=0.2), many_classes(), many_classes(classes=range(7))],
    ids=["two", "two words", "three", "seven"],
)
@pytest.mark.parametrize("weighted", [False, True])
def test_every_metric_is_scikit_learns(name: str, answers: Answers, weighted: bool) -> None:
    rows = len(answers.truth)
    weights = np.random.default_rng(3).integers(0, 4, rows).astype(float) if weighted else np.ones(rows)
    assert value(name, answers, weights) == pytest.approx(sklearn_value(name, answers, weights), abs=1e-12)


@pytest.mark.parametrize("name", TASKS["classification"])
def test_counting_a_row_twice_is_having_it_twice(name: str) -> None:
    answers = two_classes(60)
    twice = np.repeat(np.arange(60), 2 - np.arange(60) % 2)
    assert value(name, answers, 2 - np.arange(60) % 2) == pytest.approx(value(name, answers.take(twice)))


def test_ties_between_scores_count_half() -> None:
    answers = Answers.of([0, 1], [0, 0], [[0.5, 0.5], [0.5, 0.5]], [0, 1])
    assert value("roc_auc", answers) == 0.5
    assert value("pr_auc", answers) == 0.5


@pytest.mark.parametrize("name", ["roc_auc", "pr_auc"])
def test_ranking_one_class_only_is_undefined(name: str) -> None:
    with pytest.raises(Undefined, match="only one class occurs"):
        value(name, two_classes().take(np.flatnonzero(two_classes().truth)))


def test_a_resample_with_one_class_is_undefined_too() -> None:
    with pytest.raises(Undefined):
        value("roc_auc", HAND, [1, 1, 0, 0])
    with pytest.raises(Undefined):
        value("pr_auc", HAND, [1, 1, 0, 0])


def test_certain_and_wrong_is_a_large_but_finite_loss() -> None:
    assert 30 < value("log_loss", Answers.of([1], [0], [[1.0, 0.0]], [0, 1])) < 40


def test_a_label_never_seen_in_training_is_wrong_or_undefined_but_no_fault() -> None:
    answers = Answers.of(["a", "b", "new"], ["a", "b", "a"], [[1, 0], [0, 1], [1, 0]], ["a", "b"])
    assert value("accuracy", answers) == pytest.approx(2 / 3)
    assert value("brier", answers) >= 0
    assert value("roc_auc", answers) == 1
    with pytest.raises(Undefined, match="never seen in training"):
        value("log_loss", answers)


def test_a_class_that_nobody_predicts_has_no_precision_but_a_figure() -> None:
    answers = Answers.of([0, 1], [0, 0], None, [0, 1])
    assert (value("precision", answers), value("recall", answers), value("f1", answers)) == (0, 0, 0)
    assert value("mcc", answers) == 0


@pytest.mark.parametrize("name", TASKS["classification"])
def test_no_rows_are_undefined(name: str) -> None:
    with pytest.raises(Undefined):
        value(name, HAND.take(np.array([], dtype=int)))


def test_the_confusion_table_keeps_a_place_for_strangers() -> None:
    table = confusion(Answers.of(["a", "b", "new"], ["a", "a", "b"], None, ["a", "b"]))
    assert table.tolist() == [[1, 0, 0], [1, 0, 0], [0, 1, 0]]
