"""Owns the tests of folds."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

from treadle.errors import DataError, SettingsError
from treadle.settings import Data, Split
from treadle.training.folds import crossed, held_out, rounds

ROWS = pl.DataFrame(
    {
        "t": [index % 4 == 0 for index in range(100)],
        "flight": [f"f{index // 10}" for index in range(100)],
        "at": [datetime(2013, 1, 1) + timedelta(hours=(index * 37) % 100) for index in range(100)],
    }
)
LABELS = ROWS["t"].to_numpy()
DATA = Data(source="x", target="t", time="at")


def test_held_out_rows_are_the_last_and_never_learnt() -> None:
    learnt, scored = next(iter(rounds(held_out(3, 2), forward=False)))
    assert (learnt.tolist(), scored.tolist()) == ([0, 1, 2], [3, 4])


def test_no_validation_rows_are_refused() -> None:
    with pytest.raises(SettingsError, match="no rows to score trials on") as caught:
        held_out(3, 0)
    assert caught.value.next_move == "set folds = 5 in [train]"


def test_every_row_is_scored_once_and_never_learnt_then() -> None:
    places = crossed(ROWS, LABELS, "classification", 5, 0, DATA, Split())
    cuts = list(rounds(places, forward=False))
    assert len(cuts) == 5
    assert sorted(np.concatenate([scored for _, scored in cuts]).tolist()) == list(range(100))
    assert all(not set(learnt.tolist()) & set(scored.tolist()) for learnt, scored in cuts)
    assert all(LABELS[scored].sum() == 5 for _, scored in cuts)


def test_the_seed_fixes_the_folds() -> None:
    one, again, other = (crossed(ROWS, LABELS, "regression", 5, seed, DATA, Split()) for seed in (0, 0, 1))
    assert (one == again).all()
    assert (one != other).any()


@pytest.mark.parametrize("task", ["classification", "regression"])
def test_groups_stay_together(task: str) -> None:
    split = Split(by="group", group=("flight",))
    places = crossed(ROWS, LABELS, task, 5, 0, DATA, split)  # type: ignore[arg-type]
    assert all(len(set(places[start : start + 10].tolist())) == 1 for start in range(0, 100, 10))
    assert set(places.tolist()) == set(range(5))


def test_by_time_only_the_past_is_learnt() -> None:
    split = Split(by="time", test_from="2014-01-01")
    places = crossed(ROWS, LABELS, "classification", 4, 0, DATA, split)
    moments = ROWS["at"].to_numpy()
    cuts = list(rounds(places, forward=True))
    assert [len(learnt) for learnt, _ in cuts] == [20, 40, 60, 80]
    assert all(moments[learnt].max() < moments[scored].min() for learnt, scored in cuts)


@pytest.mark.parametrize(
    ("folds", "rows", "split", "what"),
    [
        (5, 8, Split(), "2 rows of the class True"),
        (5, 40, Split(by="group", group=("flight",)), "4 groups"),
        (5, 3, Split(by="time"), "3 rows"),
    ],
)
def test_too_few_for_the_folds_are_counted(folds: int, rows: int, split: Split, what: str) -> None:
    with pytest.raises(DataError, match=f"{what} are too few"):
        crossed(ROWS.head(rows), LABELS[:rows], "classification", folds, 0, DATA, split)


def test_one_fold_is_a_slip() -> None:
    with pytest.raises(SettingsError, match="folds = 1"):
        crossed(ROWS, LABELS, "classification", 1, 0, DATA, Split())
