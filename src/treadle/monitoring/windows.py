"""Owns windows: predictions cut into stretches of time, each with its profile and its answers of known label."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import msgspec
import numpy as np
import polars as pl

from treadle.data.profile import Profile, merge, profile
from treadle.errors import MonitorError
from treadle.monitoring.detectors.figure import Figure
from treadle.monitoring.observation import LABEL, chances_of, of_labels, of_log
from treadle.monitoring.realised import Answers
from treadle.monitoring.reference import Reference
from treadle.monitoring.spans import moments, starts, text
from treadle.records import Prediction, Window, canonical, now
from treadle.settings import Monitor, seconds
from treadle.workspace import Workspace

BATCH = 10_000
"""Predictions held at a time unless told otherwise."""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What the store keeps of a window: the profile of inputs and output, and of the labels that are known."""

    inputs: Profile
    labels: Profile


class Stretch(msgspec.Struct, kw_only=True):
    """The predictions of one window, starting at `start` (seconds since 1970)."""

    start: int
    seen: Seen
    answers: Answers


class Cut(msgspec.Struct, kw_only=True):
    """All stretches by their start, and what was met on the way.

    `repeated` counts lines with an id met before, `untimed` rows without a moment, `other` those of other packages.
    `latest` is the last moment of a row, `arrived` the last of a prediction, both in seconds since 1970.
    """

    stretches: dict[int, Stretch] = {}
    repeated: int = 0
    untimed: int = 0
    other: int = 0
    latest: float = 0.0
    arrived: float = 0.0


def cut(
    predictions: Iterable[Prediction],
    labels: pl.DataFrame,
    reference: Reference,
    monitor: Monitor,
    package: str,
    batch_rows: int = BATCH,
) -> Cut:
    """Cut the predictions of `package` into windows of `monitor.window`, whatever their order; each id counts once.

    `labels` has `prediction_id` and `label`. A row falls in the window of its own moment: of the prediction, or of
    the input `monitor.time`. Raises MonitorError if no row has that input.
    """
    found = Cut()
    truths = dict(zip(labels["prediction_id"].to_list(), labels["label"].to_list(), strict=True))
    for batch in _batches(_once(predictions, package, found), batch_rows):
        arrived = moments([prediction.created for prediction in batch])
        at = arrived if monitor.time is None else moments([prediction.inputs.get(monitor.time) for prediction in batch])
        frame = of_log(batch, reference.profile, reference.classes)
        windows = starts(at, seconds(monitor.window)).to_numpy()
        for start in np.unique(windows[np.isfinite(windows)]):
            rows = np.flatnonzero(windows == start)
            _put(found, _stretch(int(start), frame[rows], [batch[row] for row in rows], truths, reference))
        found.untimed += at.null_count()
        found.latest = max(found.latest, _last(at))
        found.arrived = max(found.arrived, _last(arrived))
    if found.untimed and not found.stretches:
        raise MonitorError(
            f"no prediction has a moment in its input {monitor.time!r}",
            expected="a date or time in ISO 8601, or seconds since 1970",
            next_move="name an input that the model gets in [monitor] time, or leave it out: time of prediction",
        )
    return found


def keep(workspace: Workspace, windows: Iterable[Window]) -> list[Window]:
    """Write the windows that are new or not as they were, and return all as they now stand in the catalog."""
    kept = []
    with workspace.catalog.transaction(workspace.actor) as transaction:
        for window in windows:
            before = next(iter(transaction.find(Window, id=window.id)), None)
            if before is None:
                transaction.add(window)
            elif before.evolve(created=window.created) == window:
                window = before
            else:
                transaction.replace(before, window)
            kept.append(window)
    return kept


def record(workspace: Workspace, stretch: Stretch, monitor: Monitor, environment: str, package: str) -> Window:
    """Put what was seen in the store and return the window's record, without a verdict yet."""
    return Window(
        id=f"{environment}/{package[:12]}/{text(stretch.start)[:19]}Z+{monitor.window}",
        environment=environment,
        package=package,
        start=text(stretch.start),
        end=text(stretch.start + seconds(monitor.window)),
        rows=stretch.seen.inputs.rows,
        labelled=stretch.seen.labels.rows,
        verdict="too_few",
        figures={},
        metrics={},
        created=now(),
        profile=workspace.store.put(canonical(stretch.seen)),
    )


def seen(workspace: Workspace, window: Window) -> Seen:
    """Return what the store keeps of a window."""
    return msgspec.json.decode(workspace.store.get(window.profile), type=Seen)


def figures(window: Window) -> dict[str, Figure]:
    """Return the figures of a window by name."""
    return msgspec.convert(window.figures, dict[str, Figure])


def _once(predictions: Iterable[Prediction], package: str, found: Cut) -> Iterator[Prediction]:
    """Yield the predictions of `package`, each id once, and count the others."""
    ids: set[str] = set()
    for prediction in predictions:
        if prediction.package != package:
            found.other += 1
        elif prediction.id in ids:
            found.repeated += 1
        else:
            ids.add(prediction.id)
            yield prediction


def _batches(predictions: Iterator[Prediction], rows: int) -> Iterator[list[Prediction]]:
    while batch := list(islice(predictions, rows)):
        yield batch


def _stretch(
    start: int, frame: pl.DataFrame, rows: list[Prediction], truths: dict[str, Any], reference: Reference
) -> Stretch:
    answered = [row for row in rows if row.id in truths]
    answers = Answers(
        prediction=[row.outputs.get("prediction") for row in answered],
        probability=[chances for row in answered if (chances := chances_of(row))],
        label=[truths[row.id] for row in answered],
    )
    labels = pl.DataFrame({LABEL: of_labels(answers.label, reference.task, reference.classes)})
    seen = Seen(inputs=profile(frame, reference.profile), labels=profile(labels, reference.label))
    return Stretch(start=start, seen=seen, answers=answers)


def _put(found: Cut, stretch: Stretch) -> None:
    """Put a stretch beside the others, or its rows to those already there."""
    there = found.stretches.setdefault(stretch.start, stretch)
    if there is not stretch:
        there.seen = Seen(
            inputs=merge(there.seen.inputs, stretch.seen.inputs), labels=merge(there.seen.labels, stretch.seen.labels)
        )
        there.answers.extend(stretch.answers)


def _last(at: pl.Series) -> float:
    return float(at.max() or 0.0)  # type: ignore[arg-type]
