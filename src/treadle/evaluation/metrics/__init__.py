"""Owns the table of metrics: which there are for a task, which way is better, and their values on answers.

One contract carries the room: a metric is a function from `Answers` to a `Statistic`, the figure as a function of
row weights. With every weight 1 it is the plain figure (equal to scikit-learn's); with the counts of a bootstrap
resample it is the resampled one, without sorting or encoding the rows again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from treadle.errors import SettingsError
from treadle.evaluation.metrics.answers import Answers, Classes, Statistic, Undefined
from treadle.kinds import Kinds, nearest

Task = Literal["classification", "regression"]
Metric = Callable[[Answers], Statistic]

TASKS: dict[str, tuple[str, ...]] = {
    "classification": (
        "roc_auc",
        "pr_auc",
        "log_loss",
        "brier",
        "accuracy",
        "balanced_accuracy",
        "f1",
        "precision",
        "recall",
        "mcc",
    ),
    "regression": ("mae", "rmse", "r2", "median_absolute_error", "mape", "bias"),
}
"""Metrics of each task, in the order a report shows them."""

METRICS = Kinds("metric", {name: f"treadle.evaluation.metrics.{task}:{name}" for task in TASKS for name in TASKS[task]})
"""Every metric by its name in treadle.toml."""

LOWER = frozenset({"log_loss", "brier", "mae", "rmse", "median_absolute_error", "mape", "bias"})
"""Metrics of which less is better (of bias: less in size)."""


class Measured(NamedTuple):
    """Values by metric (NaN where undefined), and why by metric for those that are."""

    values: dict[str, float]
    notes: dict[str, str]


def default_metrics(task: Task) -> tuple[str, ...]:
    """Return the metrics that a report shows where the settings name none."""
    return TASKS[task]


def search_metric(task: Task) -> str:
    """Return the metric that a search improves where the settings name none."""
    return "roc_auc" if task == "classification" else "mae"


def greater_is_better(name: str) -> bool:
    """Tell whether more of the metric is better; an outsider's metric says so by its attribute `lower_is_better`.

    Raises UnknownKind if there is no such metric.
    """
    return name not in LOWER and not getattr(METRICS.load(name), "lower_is_better", False)


def oriented(name: str, value: float) -> float:
    """Return `value` such that more is better: lower-is-better metrics are negated, bias counts by its size."""
    if name == "bias":
        return -abs(value)
    return value if greater_is_better(name) else -value


def check(names: Iterable[str], task: Task) -> None:
    """Check that every metric exists and fits the task.

    Raises UnknownKind with the nearest name, or SettingsError for a metric of the other task.
    """
    for name in names:
        METRICS.load(name)
        if name in METRICS.table and name not in TASKS[task]:
            raise SettingsError(
                f"metric {name!r} is not for {task}",
                expected=f"one of {', '.join(TASKS[task])}",
                next_move=nearest(name, list(TASKS[task])) or "change the metric, or [data] task",
            )


def measure(names: Iterable[str], task: Task, answers: Answers) -> Measured:
    """Return each metric on the answers, NaN with a note where it is undefined; raises as `check` does."""
    wanted, values, notes = list(names), {}, {}
    check(wanted, task)
    ones = np.ones(len(answers.truth))
    for name in wanted:
        try:
            values[name] = float(METRICS.load(name)(answers)(ones))
        except Undefined as reason:
            values[name], notes[name] = float("nan"), str(reason)
    return Measured(values, notes)


def compute(
    names: Iterable[str],
    task: Task,
    y_true: ArrayLike,
    prediction: ArrayLike,
    probability: ArrayLike | None = None,
    classes: Classes = (),
) -> dict[str, float]:
    """Return each metric of n predictions: `y_true` and `prediction` n long, `probability` n x k for k `classes`.

    Of two classes the second is the positive one. A metric that is undefined on these rows is NaN. Raises as
    `check` does.
    """
    return measure(names, task, Answers.of(y_true, prediction, probability, classes)).values


__all__ = [
    "Answers",
    "Classes",
    "METRICS",
    "Measured",
    "Metric",
    "Statistic",
    "TASKS",
    "Task",
    "Undefined",
    "check",
    "compute",
    "default_metrics",
    "greater_is_better",
    "measure",
    "oriented",
    "search_metric",
]
