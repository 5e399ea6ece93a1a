"""The drift of a number, against scipy and by hand."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray
from scipy import stats

from treadle.data.profile import Numbers, profile
from treadle.monitoring.detectors.numbers import drift, kolmogorov_smirnov, stability_index, wasserstein

Values = NDArray[np.float64]


def both(reference: Values, current: Values) -> tuple[Numbers, Numbers]:
    before = profile(pl.DataFrame({"x": reference}))
    now = profile(pl.DataFrame({"x": current}), before).columns["x"]
    kept = before.columns["x"]
    assert isinstance(kept, Numbers)
    assert isinstance(now, Numbers)
    return kept, now


def normal(count: int, seed: int, mean: float = 0.0, sd: float = 1.0) -> Values:
    return np.random.default_rng(seed).normal(mean, sd, count)


def test_distance_of_separate_values_is_one() -> None:
    before, now = both(np.array([1.0, 2.0, 3.0]), np.array([7.0, 8.0]))
    assert kolmogorov_smirnov(np.array(before.counts), np.array(now.counts))[0] == 1.0


def test_distance_of_the_same_values_is_zero_and_certain() -> None:
    counts = np.array([0, 4, 6, 0])
    assert kolmogorov_smirnov(counts, counts) == (0.0, 1.0)


@pytest.mark.parametrize("shift", [0.0, 0.1, 0.3])
def test_distance_and_chance_are_those_of_scipy(shift: float) -> None:
    reference, current = normal(5000, 1), normal(1500, 2, shift)
    before, now = both(reference, current)
    distance, chance = kolmogorov_smirnov(np.array(before.counts), np.array(now.counts))
    oracle = stats.ks_2samp(reference, current, method="asymp")
    assert distance == pytest.approx(oracle.statistic, abs=0.005)
    assert np.log(chance + 1e-300) == pytest.approx(np.log(oracle.pvalue + 1e-300), rel=0.25, abs=0.3)


def test_chances_of_still_windows_are_even() -> None:
    before, _ = both(normal(50_000, 3), normal(10, 4))
    chances = []
    for seed in range(300):
        _, now = both(normal(50_000, 3), normal(1000, 100 + seed))
        chances.append(kolmogorov_smirnov(np.array(before.counts), np.array(now.counts))[1])
    assert np.mean(np.array(chances) < 0.1) == pytest.approx(0.1, abs=0.05)
    assert min(chances) > 1e-4


def test_stability_index_by_hand() -> None:
    reference, current = np.array([100, 100]), np.array([150, 50])
    p = np.array([100.5, 100.5, *[0.5] * 8]) / 205
    q = np.array([150.5, 50.5, *[0.5] * 8]) / 205
    assert stability_index(reference, current) == pytest.approx(float(np.sum((q - p) * np.log(q / p))))


def test_stability_index_of_still_data_has_the_mean_that_theory_says() -> None:
    found = []
    for seed in range(60):
        before, now = both(normal(4000, seed), normal(2000, 500 + seed))
        found.append(stability_index(np.array(before.counts), np.array(now.counts)))
    assert np.mean(found) == pytest.approx(9 * (1 / 4000 + 1 / 2000), rel=0.25)


@pytest.mark.parametrize(("mean", "sd"), [(0.5, 1.0), (0.0, 2.0), (30.0, 1.0), (-0.1, 0.5)])
def test_wasserstein_is_that_of_scipy(mean: float, sd: float) -> None:
    reference, current = normal(8000, 5), normal(4000, 6, mean, sd)
    assert wasserstein(*both(reference, current)) == pytest.approx(
        stats.wasserstein_distance(reference, current), rel=0.12, abs=0.02
    )


def test_one_missing_value_does_not_hide_a_shift() -> None:
    current = normal(2000, 8, 0.5)
    current[0] = np.nan
    distance = drift("x", *both(normal(8000, 7), current))[0]
    assert distance.value > 0.15
    assert distance.p_value < 1e-20
    assert distance.also["wasserstein / sd"] == pytest.approx(0.5, abs=0.06)


def test_a_change_of_unit_is_named() -> None:
    metres = normal(5000, 9, 100, 10)
    distance, beyond = drift("height", *both(metres, normal(500, 10, 100, 10) * 3.28084))
    assert "feet for metres" in distance.detail
    assert beyond.kind == "range"
    assert beyond.value == 1.0


def test_a_column_without_values_has_no_figures() -> None:
    assert drift("x", *both(normal(100, 1), np.full(50, np.nan))) == []


def test_a_constant_column_stays_quiet() -> None:
    distance, beyond = drift("x", *both(np.full(500, 7.0), np.full(300, 7.0)))
    assert (distance.value, distance.p_value, beyond.value) == (0.0, 1.0, 0.0)


def test_a_constant_that_changed_is_seen() -> None:
    distance, beyond = drift("x", *both(np.full(500, 7.0), np.full(300, 8.0)))
    assert distance.value == 1.0
    assert beyond.value == 1.0
