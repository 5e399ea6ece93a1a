"""How often still data alarms, and how often a moderate shift is missed, over several hundred windows."""

from __future__ import annotations

import polars as pl
import pytest

from factories.traffic import CLASSES, a_model, a_reference, some_rows, the_truth
from treadle.data.profile import profile
from treadle.monitoring.detectors import compare
from treadle.monitoring.observation import of_model
from treadle.monitoring.reference import Reference, load
from treadle.monitoring.rule import judge
from treadle.settings import Monitor

WINDOWS = 300


@pytest.fixture(scope="module")
def past() -> Reference:
    rows = some_rows(20_000, 31)
    return load(a_reference(rows, the_truth(rows, 31)))


def drifted(past: Reference, rows: pl.DataFrame) -> list[str]:
    now = profile(of_model(rows, a_model(rows), CLASSES), past.profile)
    return [figure.name for figure in judge(compare(past.profile, now), past.worst, Monitor()) if figure.drifted]


@pytest.mark.parametrize("count", [300, 2000])
def test_at_most_one_still_window_in_a_hundred_is_suspect(past: Reference, count: int) -> None:
    suspect = [names for seed in range(WINDOWS) if (names := drifted(past, some_rows(count, 40_000 + count + seed)))]
    assert len(suspect) <= WINDOWS // 100, suspect


@pytest.mark.parametrize(("count", "shift"), [(300, 0.6), (2000, 0.35)])
def test_a_shift_of_some_tenths_of_the_spread_is_found(past: Reference, count: int, shift: float) -> None:
    found = sum("distance:distance" in drifted(past, some_rows(count, 50_000 + seed, shift)) for seed in range(60))
    assert found >= 57


def test_a_large_window_is_no_more_suspect_than_a_small_one(past: Reference) -> None:
    assert [drifted(past, some_rows(60_000, 60_000 + seed)) for seed in range(8)] == [[]] * 8
