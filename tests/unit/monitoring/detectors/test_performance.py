"""The fall of performance against the spread of the reference."""

from __future__ import annotations

from typing import Any

import pytest
from scipy import stats

from treadle.monitoring.detectors.performance import CHANCE, Spread, band, fall


def a_spread(**changes: Any) -> Spread:
    given: dict[str, Any] = {
        "metric": "roc_auc",
        "greater_is_better": True,
        "mean": 0.8,
        "sd": 0.01,
        "windows": 1000,
        "rows": 500.0,
    }
    return Spread(**(given | changes))


def test_band_of_many_windows_is_three_standard_deviations() -> None:
    assert band(a_spread(windows=100_000), 500) == pytest.approx(0.03, rel=1e-3)


def test_band_of_few_windows_is_a_prediction_interval() -> None:
    factor = stats.t.isf(CHANCE, 5) * (1 + 1 / 6) ** 0.5
    assert band(a_spread(windows=6), 500) == pytest.approx(0.01 * factor)


def test_smaller_windows_get_a_wider_band_and_larger_ones_none_narrower() -> None:
    assert band(a_spread(), 125) == pytest.approx(2 * band(a_spread(), 500))
    assert band(a_spread(), 5000) == band(a_spread(), 500)


@pytest.mark.parametrize(("value", "drifted"), [(0.8, False), (0.771, False), (0.769, True), (0.9, False)])
def test_worse_by_the_band_has_drifted(value: float, drifted: bool) -> None:
    figure = fall(a_spread(), value, 500, tolerance=0.01)
    assert figure.drifted is drifted
    assert figure.limit == pytest.approx(0.77, abs=2e-4)
    assert (value < figure.limit) is drifted


def test_tolerance_widens_a_narrow_band() -> None:
    figure = fall(a_spread(sd=0.001), 0.79, 500, tolerance=0.05)
    assert figure.significant
    assert not figure.drifted
    assert figure.limit == pytest.approx(0.75)


def test_of_an_error_more_is_worse() -> None:
    spread = a_spread(metric="mae", greater_is_better=False, mean=20.0, sd=1.0)
    assert fall(spread, 24.0, 500, 0.1).drifted
    assert not fall(spread, 16.0, 500, 0.1).drifted
    assert fall(spread, 24.0, 500, 0.1).limit > 22.9


def test_chance_is_students() -> None:
    figure = fall(a_spread(windows=6), 0.76, 500, 0.01)
    assert figure.p_value == pytest.approx(stats.t.sf(0.04 / 0.01 / (1 + 1 / 6) ** 0.5, 5))


def test_a_reference_that_never_varied() -> None:
    assert fall(a_spread(sd=0.0), 0.7, 500, 0.01).drifted
    assert not fall(a_spread(sd=0.0), 0.8, 500, 0.01).drifted
