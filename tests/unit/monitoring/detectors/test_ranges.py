"""Values out of range, and changes of unit."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from treadle.monitoring.detectors.ranges import FACTORS, outside, unit


def test_nothing_outside() -> None:
    assert outside(1000, 0, 500) == (0.0, 1.0)


def test_chance_is_that_of_a_poisson_count() -> None:
    share, chance = outside(999, 6, 2000)
    assert share == pytest.approx(0.003)
    assert chance == pytest.approx(stats.poisson.sf(5, 2 * 2000 / 1000))


def test_still_data_is_rarely_significant() -> None:
    random = np.random.default_rng(3)
    hits = 0
    for _ in range(300):
        reference, current = random.exponential(size=2000), random.exponential(size=2000)
        beyond = int(((current < reference.min()) | (current > reference.max())).sum())
        hits += outside(2000, beyond, 2000)[1] < 0.001
    assert hits <= 3


@pytest.mark.parametrize("factor", FACTORS)
def test_every_factor_is_named_both_ways(factor: float) -> None:
    words = unit(10, 3, 10 * factor, 3 * factor)
    assert words == FACTORS[factor]
    back = unit(10 * factor, 3 * factor, 10, 3)
    assert " for " in back
    assert back != words


def test_fahrenheit_and_celsius() -> None:
    assert unit(15, 8, 59, 14.4) == "Fahrenheit for Celsius"
    assert unit(59, 14.4, 15, 8) == "Celsius for Fahrenheit"


@pytest.mark.parametrize(
    "figures",
    [(10, 3, 11, 3), (10, 3, 32.8, 3), (10, 0, 32.8, 0), (0, 1, 0, 3.28), (10, 3, -32.8, 9.84), (10, 3, 20, 6)],
)
def test_other_changes_are_no_change_of_unit(figures: tuple[float, float, float, float]) -> None:
    assert unit(*figures) == ""
