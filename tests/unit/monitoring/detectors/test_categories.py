"""The drift of a category, against scipy and by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import polars as pl
import pytest
from scipy import stats

from treadle.data.profile import Levels, profile
from treadle.monitoring.detectors.categories import drift, total_variation


def both(reference: Sequence[str | None], current: Sequence[str | None]) -> tuple[Levels, Levels]:
    before = profile(pl.DataFrame({"x": pl.Series(reference, dtype=pl.String)}))
    now = profile(pl.DataFrame({"x": pl.Series(current, dtype=pl.String)}), before).columns["x"]
    kept = before.columns["x"]
    assert isinstance(kept, Levels)
    assert isinstance(now, Levels)
    return kept, now


def test_plain_share_and_chance_are_those_of_the_table() -> None:
    before, now = {"a": 600, "b": 300, "c": 100}, {"a": 100, "b": 80, "c": 20}
    _, plain, chance = total_variation(before, now)
    assert plain == pytest.approx((0.1 + 0.1 + 0.0) / 2)
    oracle = stats.chi2_contingency(np.array([list(before.values()), list(now.values())]), correction=False)
    assert chance == pytest.approx(oracle.pvalue)


def test_levels_few_rows_have_are_one_cell() -> None:
    rare = {f"r{number}": 1 for number in range(40)}
    moved, plain, chance = total_variation({"a": 1000} | rare, {"a": 1000, **{f"s{number}": 1 for number in range(40)}})
    assert moved == 0.0
    assert plain == pytest.approx(0.0)
    assert chance == pytest.approx(1.0)


def test_moved_leaves_out_what_chance_moves() -> None:
    random = np.random.default_rng(1)
    levels = [f"L{number}" for number in range(300)]
    before = Counter(random.choice(levels, 60_000).tolist())
    shares = [total_variation(before, Counter(random.choice(levels, 5000).tolist())) for _ in range(40)]
    assert np.mean([plain for _, plain, _ in shares]) > 0.06, "many levels alone look like drift"
    assert np.mean([moved for moved, _, _ in shares]) < 0.03
    assert sum(chance < 0.01 for _, _, chance in shares) <= 2


def test_moved_keeps_a_true_shift_among_many_levels() -> None:
    random = np.random.default_rng(2)
    levels = np.array([f"L{number}" for number in range(300)])
    before = Counter(random.choice(levels, 60_000).tolist())
    now = Counter(np.where(random.random(5000) < 0.2, "L7", random.choice(levels, 5000)).tolist())
    moved, _, chance = total_variation(before, now)
    assert moved == pytest.approx(0.2, abs=0.02)
    assert chance < 1e-50


def test_one_level_on_both_sides_is_no_drift() -> None:
    assert total_variation({"a": 10}, {"a": 4}) == (0.0, 0.0, 1.0)


def test_figures_name_the_level_that_moved_most_and_new_ones() -> None:
    reference = ["a"] * 500 + ["b"] * 500
    current = ["a"] * 20 + ["b"] * 110 + ["new"] * 70
    mix, new, gone = drift("x", *both(reference, current))
    assert (mix.kind, new.kind, gone.kind) == ("mix", "new_levels", "vanished_levels")
    assert mix.detail.startswith("'a' 50.0%, now 10.0%")
    assert new.detail == "'new'"
    assert new.value == pytest.approx(0.35)
    assert gone.value == 0.0


def test_missing_values_are_no_level() -> None:
    mix, *_ = drift("x", *both(["a", None, "b"] * 100, ["a", "b", None, None] * 50))
    assert mix.value == 0.0


def test_a_column_without_values_has_no_figures() -> None:
    assert drift("x", *both(["a", "b"], [None, None])) == []
