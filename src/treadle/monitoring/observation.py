"""Owns how what a model saw and said becomes a frame: its inputs, its output as one column, its label."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from treadle.data.profile import Numbers, Profile
from treadle.evaluation.metrics import Task
from treadle.monitoring.spans import moments
from treadle.records import Prediction

OUTPUT = "(prediction)"
"""Column of the output watched for drift: the value, the probability of the second of two classes, or the class."""

LABEL = "(label)"
"""Column of the truth watched for drift."""


def of_model(inputs: pl.DataFrame, outputs: Mapping[str, NDArray[Any]], classes: Sequence[Any]) -> pl.DataFrame:
    """Return `inputs` and the column OUTPUT; `outputs` as the package's model gave them for these rows."""
    if len(classes) == 2 and "probability" in outputs:
        output = pl.Series(OUTPUT, outputs["probability"][:, 1], pl.Float64)
    elif classes:
        output = as_text(OUTPUT, outputs["prediction"].tolist())
    else:
        output = pl.Series(OUTPUT, outputs["prediction"], pl.Float64)
    return inputs.with_columns(output)


def of_log(predictions: Sequence[Prediction], like: Profile, classes: Sequence[Any]) -> pl.DataFrame:
    """Return one row a prediction: the columns of `like` (OUTPUT among them), typed as its summaries need them."""
    columns = [
        typed(name, [prediction.inputs.get(name) for prediction in predictions], like)
        for name in like.columns
        if name != OUTPUT
    ]
    answers = [prediction.outputs.get("prediction") for prediction in predictions]
    if len(classes) == 2:
        chances = [chances_of(prediction) for prediction in predictions]
        if any(chances):
            answers = [chance[1] if chance else None for chance in chances]
    return pl.DataFrame([*columns, typed(OUTPUT, answers, like)])


def chances_of(prediction: Prediction) -> list[float]:
    """Return the probabilities a prediction gave, in the order of the classes; empty if it gave none."""
    return list(prediction.outputs.get("probability", {}).values())


def of_labels(values: Sequence[Any], task: Task, classes: Sequence[Any]) -> pl.Series:
    """Return truths as the column LABEL: numbers for regression, else the text of their class (or their own)."""
    if task == "regression":
        return pl.Series(LABEL, values, pl.Float64, strict=False)
    names, places = [key(value) for value in classes], places_of(classes)
    return pl.Series(LABEL, [names[places[key(v)]] if key(v) in places else key(v) for v in values], pl.String)


def places_of(classes: Sequence[Any]) -> dict[str, int]:
    """Return the index of each class by its text; 0 and 1 stand for the classes false and true."""
    places = {key(value): place for place, value in enumerate(classes)}
    if places.keys() == {"false", "true"}:
        places |= {"0": places["false"], "1": places["true"], "False": places["false"], "True": places["true"]}
    return places


def typed(name: str, values: list[Any], like: Profile) -> pl.Series:
    """Return values from JSON as numbers or as text, whichever the summary of `name` counts.

    Text where a number should be is a moment (the log writes them so); if it is not, it counts as missing.
    """
    if not isinstance(like.columns[name], Numbers):
        return as_text(name, values)
    return moments(values).alias(name)


def as_text(name: str, values: Iterable[Any]) -> pl.Series:
    """Return values as text, each by its `key`; missing stays missing."""
    texts = [value if value is None or isinstance(value, str) else key(value) for value in values]
    return pl.Series(name, texts, pl.String)


def key(value: Any) -> str:
    """Return a class or level as text, the same whether it came from a file, from JSON or from numpy."""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value)
