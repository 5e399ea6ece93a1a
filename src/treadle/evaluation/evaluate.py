"""Owns one evaluation: everything that is measured of a model on the rows of a sealed test split."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from treadle import settings
from treadle.errors import DataError
from treadle.evaluation.gates import Against, judge
from treadle.evaluation.importance import Importance, Predict, importance
from treadle.evaluation.metrics import Answers, Classes, Measured, Task, default_metrics, measure, search_metric
from treadle.evaluation.slices import Slice, slices
from treadle.evaluation.statistics import Comparison, compare, intervals
from treadle.evaluation.threads import one_thread
from treadle.records import GateResult


class Model(NamedTuple):
    """What is evaluated: its name, how to ask it, and its classes by column of probability (none: regression)."""

    name: str
    predict: Predict
    classes: Classes = ()


class Evaluation(NamedTuple):
    """What was measured; `metric` is the one that the search improved, `champion` None where there is none."""

    name: str
    task: Task
    target: str
    metric: str
    answers: Answers
    measured: Measured
    intervals: dict[str, tuple[float, float]]
    gates: tuple[GateResult, ...]
    champion_name: str
    champion: Answers | None
    comparisons: tuple[Comparison, ...]
    slices: tuple[Slice, ...]
    importance: tuple[Importance, ...]

    @property
    def passed(self) -> bool:
        """Tell whether every gate let the model pass."""
        return all(gate.passed for gate in self.gates)


@one_thread()
def evaluate(
    frame: pl.DataFrame,
    *,
    target: str,
    inputs: Sequence[str],
    task: Task,
    model: Model,
    test: settings.Test,
    champion: Model | None = None,
    metric: str | None = None,
    seed: int = 0,
    groups: NDArray[np.intp] | None = None,
) -> Evaluation:
    """Return what `model` is worth on `frame`, the rows of the test split with inputs, target and slice columns.

    `metric` is the search's metric (the task's default if None), `groups` codes rows that are not independent.
    Raises SettingsError or UnknownKind for settings that cannot be met, DataError without rows.
    """
    if frame.is_empty():
        raise DataError(
            "the test split has no rows",
            expected="rows to measure the model on",
            next_move="raise test in [split], or move test_from to an earlier moment",
        )
    chosen = metric or search_metric(task)
    names = list(test.metrics or default_metrics(task))
    names += [name for name in (chosen,) if name not in names]
    rows, truth = frame.select(inputs), frame[target]
    answers = answer(model, rows, truth)
    opposed = None if champion is None else answer(champion, rows, truth)
    name = champion.name if champion else ""
    against = None if opposed is None else _against(answers, opposed, seed, groups)
    compared = dict.fromkeys([*((gate.metric, gate.confidence) for gate in test.gates if gate.against), (chosen, 0.95)])
    return Evaluation(
        name=model.name,
        task=task,
        target=target,
        metric=chosen,
        answers=answers,
        measured=measure(names, task, answers),
        intervals=intervals(names, answers, seed=seed, groups=groups),
        gates=judge(test.gates, task, answers, against, champion_name=name),
        champion_name=name,
        champion=opposed,
        comparisons=tuple(against(*pair) for pair in compared) if against else (),
        slices=tuple(slices(frame, test.slices, answers, names, task)),
        importance=tuple(importance(model.predict, rows, truth, chosen, task, model.classes, seed=seed)),
    )


def answer(model: Model, inputs: pl.DataFrame, truth: pl.Series) -> Answers:
    """Return what a model says to rows of raw inputs, beside the truth."""
    said = model.predict(inputs)
    return Answers.of(truth.to_numpy(), said["prediction"], said.get("probability"), model.classes)


def _against(answers: Answers, champion: Answers, seed: int, groups: NDArray[np.intp] | None) -> Against:
    """Return the comparison with the champion, made once for each metric and confidence."""

    @cache
    def against(metric: str, confidence: float) -> Comparison:
        return compare(metric, answers, champion, confidence=confidence, seed=seed, groups=groups)

    return against
