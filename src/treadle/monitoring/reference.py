"""Owns the reference a package carries: what the model saw when it was tested, and how far its windows strayed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any

import msgspec
import numpy as np
import polars as pl
from numpy.typing import NDArray

from treadle.data.profile import Profile, merge, profile
from treadle.errors import PackageError
from treadle.evaluation.metrics import Task, greater_is_better
from treadle.monitoring.detectors import compare
from treadle.monitoring.detectors.performance import Spread
from treadle.monitoring.observation import LABEL, of_labels, of_model
from treadle.monitoring.realised import Answers, realised
from treadle.monitoring.spans import moments, starts
from treadle.records import canonical
from treadle.settings import Monitor, seconds

FEWEST, MOST = 3, 28
"""Windows of a reference: fewer by time and it is cut at random; at random never more."""

DRAWS = 20
"""Windows drawn with replacement from a reference too small to be cut."""


class Reference(msgspec.Struct, frozen=True, kw_only=True):
    """What a monitor needs of the past, without its rows.

    `profile` is of the inputs and the output, `label` of the truth. `worst` is by figure name the largest value of a
    window of the reference against the others; `cut` says in words how it was cut. `importance` is by column.
    """

    task: Task
    classes: tuple[Any, ...]
    cut: str
    profile: Profile
    label: Profile
    worst: dict[str, float]
    performance: Spread | None
    importance: dict[str, float]


def reference(
    inputs: pl.DataFrame,
    outputs: Mapping[str, NDArray[Any]],
    truth: pl.Series,
    *,
    task: Task,
    classes: Sequence[Any] = (),
    metric: str,
    monitor: Monitor,
    time: pl.Series | None = None,
    importance: Mapping[str, float] | None = None,
) -> bytes:
    """Return reference.json for a package, from rows the model was not trained on.

    `inputs` are n raw rows as a request has them, `outputs` the model's `prediction` (n) and, for k classes,
    `probability` (n x k), `truth` the n labels. `time` are the moments of the rows where the inputs do not hold them;
    an input `monitor.time` is not watched for drift, as time always moves on.
    Windows are those of `monitor` if at least three have `min_rows` rows; else up to 28 random ones; else (fewer than
    three times `min_rows` rows) 20 draws of all rows with replacement. Only the first know of seasons.
    """
    frame = of_model(inputs, outputs, classes).drop(monitor.time or (), strict=False)
    labels = pl.DataFrame({LABEL: of_labels(truth.to_list(), task, classes)})
    if time is None and monitor.time in inputs.columns:
        time = inputs[monitor.time]
    words, windows = _cut(frame.height, time, monitor)
    whole, whole_labels = profile(frame), profile(labels)
    values = [realised(_answers(outputs, truth, rows), task=task, metric=metric, classes=classes) for rows in windows]
    return canonical(
        Reference(
            task=task,
            classes=tuple(classes),
            cut=words,
            profile=whole,
            label=whole_labels,
            worst=_worst([profile(frame[rows], whole) for rows in windows])
            | _worst([profile(labels[rows], whole_labels) for rows in windows]),
            performance=_spread([value for value in values if value is not None], metric, windows),
            importance=dict(importance or {}),
        )
    )


def load(data: bytes) -> Reference:
    """Return the reference in reference.json; PackageError if it is none."""
    try:
        return msgspec.json.decode(data, type=Reference)
    except msgspec.DecodeError as error:
        raise PackageError(
            f"reference.json of the package cannot be read: {error}", next_move="build the package again"
        ) from error


def _cut(rows: int, time: pl.Series | None, monitor: Monitor) -> tuple[str, list[NDArray[np.int64]]]:
    """Return in words how the reference was cut, and the row numbers of each window."""
    if time is not None:
        at = starts(moments(time), seconds(monitor.window)).to_numpy()
        windows = [np.flatnonzero(at == start) for start in np.unique(at[np.isfinite(at)])]
        windows = [window for window in windows if window.size >= monitor.min_rows]
        if len(windows) >= FEWEST:
            return f"{len(windows)} windows of {monitor.window}", windows
    random = np.random.default_rng(0)
    count = min(MOST, rows // monitor.min_rows)
    if count >= FEWEST:
        return f"{count} random parts", np.array_split(random.permutation(rows), count)
    return f"{DRAWS} draws of its {rows} rows", [random.integers(0, rows, rows) for _ in range(DRAWS)]


def _answers(outputs: Mapping[str, NDArray[Any]], truth: pl.Series, rows: NDArray[np.int64]) -> Answers:
    return Answers(
        prediction=outputs["prediction"][rows].tolist(),
        probability=list(outputs["probability"][rows]) if "probability" in outputs else [],
        label=truth[rows].to_list(),
    )


def _worst(windows: Sequence[Profile]) -> dict[str, float]:
    """Return by figure name the largest value of a window against all the others together."""
    largest: dict[str, float] = {}
    for place, window in enumerate(windows):
        others = reduce(merge, (*windows[:place], *windows[place + 1 :]))
        for figure in compare(others, window):
            largest[figure.name] = max(figure.value, largest.get(figure.name, 0.0))
    return largest


def _spread(values: Sequence[float], metric: str, windows: Sequence[NDArray[np.int64]]) -> Spread | None:
    if len(values) < 2:
        return None
    return Spread(
        metric=metric,
        greater_is_better=greater_is_better(metric),
        mean=float(np.mean(values)),
        sd=float(np.std(values, ddof=1)),
        windows=len(values),
        rows=float(np.median([rows.size for rows in windows])),
    )
