"""Owns which rows a trial learns from and which it is scored on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold, KFold, StratifiedGroupKFold, StratifiedKFold

from treadle import settings
from treadle.errors import DataError, SettingsError
from treadle.evaluation.metrics import Task

Places = NDArray[np.int64]
"""One whole number a row: the fold in which it is scored, -1 for never."""


def held_out(train: int, validation: int) -> Places:
    """Return the places of `train` rows that are never scored, then `validation` rows scored in fold 0.

    Raises SettingsError without validation rows.
    """
    if not validation:
        raise SettingsError(
            "the validation split has no rows to score trials on",
            expected="validation > 0 in [split], or folds >= 2 in [train]",
            next_move="set folds = 5 in [train]",
        )
    return np.repeat(np.array([-1, 0]), (train, validation))


def crossed(
    rows: pl.DataFrame,
    labels: NDArray[Any],
    task: Task,
    folds: int,
    seed: int,
    data: settings.Data,
    split: settings.Split,
) -> Places:
    """Return the places of k-fold cross-validation over `rows`, shuffled by `seed`.

    Classes are spread evenly (StratifiedKFold). Rows that [split] keeps together stay together: groups by
    GroupKFold; by time, block k is scored on what was learnt before it, so block 0 is never scored. Raises
    SettingsError for one fold, DataError for more folds than rows, groups or rows of the rarest class.
    """
    if folds < 2:
        raise SettingsError(
            "[train] folds = 1 leaves nothing to learn from", expected="0, or 2 and more", next_move="folds = 5"
        )
    if split.by == "time" and data.time:
        _enough(folds + 1, rows.height, "rows")
        order = rows[data.time].arg_sort().to_numpy()
        places = np.empty(rows.height, dtype=np.int64)
        places[order] = np.arange(rows.height) * (folds + 1) // rows.height - 1
        return places
    groups = rows.select(pl.struct(split.group).rank("dense")).to_series().to_numpy() if split.by == "group" else None
    _enough(folds, rows.height if groups is None else len(np.unique(groups)), "rows" if groups is None else "groups")
    places = np.full(rows.height, -1, dtype=np.int64)
    for fold, (_, scored) in enumerate(_cuts(labels, groups, task, folds, seed)):
        places[scored] = fold
    return places


def rounds(places: Places, *, forward: bool) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Yield for each fold the rows to learn from and to score; `forward` learns from earlier folds only."""
    for fold in range(int(places.max()) + 1):
        learnt = places < fold if forward else places != fold
        yield np.flatnonzero(learnt), np.flatnonzero(places == fold)


def _cuts(
    labels: NDArray[Any], groups: NDArray[Any] | None, task: Task, folds: int, seed: int
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Yield scikit-learn's cuts for this task, with or without groups."""
    unused = np.zeros(len(labels))
    if task == "regression" and groups is None:
        return iter(KFold(folds, shuffle=True, random_state=seed).split(unused))
    if task == "regression":
        return iter(GroupKFold(folds).split(unused, groups=groups))
    if groups is not None:
        return iter(StratifiedGroupKFold(folds, shuffle=True, random_state=seed).split(unused, labels, groups))
    names, counts = np.unique(labels, return_counts=True)
    _enough(folds, int(counts.min()), f"rows of the class {names[counts.argmin()]!s}")
    return iter(StratifiedKFold(folds, shuffle=True, random_state=seed).split(unused, labels))


def _enough(folds: int, there: int, what: str) -> None:
    """Raise DataError where there are fewer of something than folds."""
    if there < folds:
        raise DataError(
            f"{there:,} {what} are too few for {folds} folds",
            expected=f"at least {folds} {what}",
            next_move="lower folds in [train], or add rows",
        )
