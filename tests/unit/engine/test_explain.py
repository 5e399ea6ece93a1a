"""Tests the reasons that steps run for."""

from __future__ import annotations

import pytest

from treadle.engine.explain import UNKNOWN, explain

BEFORE = {
    "step": "flights.train -> result",
    "python": "3.11",
    "code flights.train": "a",
    "code flights.helper": "b",
    "constant flights.N": "3",
    "package polars": "2.0",
    "parameter train": "treadle.settings.Train",
    "parameter train.trials": "20",
    "input rows": "parquet:d1",
    "file path data/2013-01.parquet": "d2",
}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, ""),
        ({"code flights.helper": "c"}, "changed code flights.helper"),
        ({"constant flights.N": "4"}, "changed constant flights.N: 3 -> 4"),
        ({"parameter train.trials": "30"}, "changed parameter train.trials: 20 -> 30"),
        ({"parameter train.trials": "blake3:ab"}, "changed parameter train.trials"),
        ({"parameter train.trials": "'" + "x" * 60 + "'"}, "changed parameter train.trials"),
        ({"parameter new": "1"}, "new parameter new: 1"),
        ({"parameter train.trials": None}, "removed parameter train.trials"),
        ({"input rows": "parquet:d9"}, "changed input rows"),
        ({"input rows": UNKNOWN}, ""),
        ({"file path data/2013-01.parquet": "d9"}, "changed input data/2013-01.parquet"),
        ({"file path data/2013-02.parquet": "d9"}, "new input data/2013-02.parquet"),
        ({"file path data/2013-01.parquet": None}, "removed input data/2013-01.parquet"),
        ({"package polars": "2.1"}, "polars 2.0 -> 2.1"),
        ({"package numpy": "2.4"}, "new package numpy"),
        ({"python": "3.12"}, "python 3.11 -> 3.12"),
        ({"version": "2"}, "version none -> 2"),
        (
            {"code flights.train": "z", "code flights.more": "y", "package numpy": "2.4", "constant flights.N": None},
            "changed code flights.train",
        ),
        (
            {"python": "3.12", "parameter train.trials": "30", "code flights.train": "z"},
            "changed code flights.train; changed parameter train.trials: 20 -> 30; python 3.11 -> 3.12",
        ),
    ],
)
def test_a_difference_is_named(change: dict[str, str | None], reason: str) -> None:
    now = {name: text for name, text in {**BEFORE, **change}.items() if text is not None}
    assert explain(now, [BEFORE]) == reason


def test_without_an_earlier_result_it_is_the_first_run() -> None:
    assert explain(BEFORE, []) == "first run"


def test_the_nearest_of_the_earlier_results_is_compared_with() -> None:
    far = {**BEFORE, "parameter train.trials": "30", "python": "3.10", "code flights.train": "q"}
    near = {**BEFORE, "parameter train.trials": "30"}
    assert explain(BEFORE, [far, near]) == "changed parameter train.trials: 30 -> 20"


def test_many_differences_are_cut_short() -> None:
    now = {**BEFORE, **{f"parameter p{n}": str(n) for n in range(6)}}
    assert explain(now, [BEFORE]).endswith("new parameter p3: 3; and 2 more")
