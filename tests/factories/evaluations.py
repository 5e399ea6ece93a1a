"""Owns made-up evaluations: what was measured of a model, without training one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl
from msgspec.structs import replace
from numpy.typing import ArrayLike

from factories.answers import many_classes, numbers, two_classes
from treadle.evaluation.evaluate import Evaluation, Model, evaluate
from treadle.evaluation.importance import Predict
from treadle.evaluation.metrics import Answers, Task
from treadle.evaluation.report import Origin
from treadle.settings import Gate, Test


def saying(answers: Answers) -> Predict:
    """Return a model that looks its answers up by the column `row`."""

    def predict(rows: pl.DataFrame) -> Mapping[str, ArrayLike]:
        some = answers.take(rows["row"].to_numpy())
        return {"prediction": some.prediction} | ({} if some.probability is None else {"probability": some.probability})

    return predict


def frame_of(answers: Answers, **columns: Any) -> pl.DataFrame:
    """Return the rows that `saying` answers, with the truth in `target`."""
    return pl.DataFrame({"row": np.arange(len(answers.truth)), "target": answers.truth, **columns})


def an_evaluation(
    answers: Answers | None = None,
    champion: Answers | None = None,
    *,
    gates: tuple[Gate, ...] = (),
    columns: Mapping[str, Any] | None = None,
    name: str = "flights/4",
    champion_name: str = "flights/3",
    **test: Any,
) -> Evaluation:
    """Return the evaluation of a fair classifier (or of `answers`); every further column is a slice."""
    answers = two_classes() if answers is None else answers
    task: Task = "classification" if answers.classes else "regression"
    extra = dict(columns or {})
    return evaluate(
        frame_of(answers, **extra),
        target="target",
        inputs=["row"],
        task=task,
        model=Model(name, saying(answers), answers.classes),
        champion=None if champion is None else Model(champion_name, saying(champion), champion.classes),
        test=replace(Test(gates=gates, slices=tuple(extra)), **test),
    )


def an_origin(**changes: Any) -> Origin:
    """Return where a model comes from."""
    made = Origin(
        facts={"run": "run-5f2c9a7e01b4", "dataset version": "8f2c91aa04d1", "commit": "abc123"},
        split_rows={"train": 700, "validation": 100, "test": 200},
        params={"learning_rate": 0.1, "max_depth": 6},
    )
    return made._replace(**changes)


def trials(count: int, **params: Any) -> list[dict[str, Any]]:
    """Return trials whose scores rise; `params` are functions of the trial's number."""
    return [
        {"params": {key: value(index) for key, value in params.items()}, "score": 0.5 + index / 1000, "scores": []}
        for index in range(count)
    ]


__all__ = ["an_evaluation", "an_origin", "frame_of", "many_classes", "numbers", "saying", "trials", "two_classes"]
