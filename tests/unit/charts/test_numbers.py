"""Owns the tests of how numbers are written."""

from __future__ import annotations

import pytest

from treadle.charts.numbers import percent, pretty, short, tick


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.78123, "0.7812"),
        (12.3456, "12.35"),
        (123.456, "123.5"),
        (336776, "336,776"),
        (2.0, "2"),
        (-0.5, "-0.5000"),
        (0, "0"),
        (0.00001234, "1.23e-05"),
        (None, "n/a"),
        (float("nan"), "n/a"),
        (float("inf"), "∞"),
        (float("-inf"), "-∞"),
    ],
)
def test_pretty_keeps_four_significant_digits(value: float | None, written: str) -> None:
    assert pretty(value) == written


@pytest.mark.parametrize(
    ("value", "written"), [(336776, "337k"), (999, "999"), (1.5e6, "1.5M"), (2e9, "2B"), (0.083, "0.083"), (0.4, "0.4")]
)
def test_short_takes_suffixes_and_drops_empty_decimals(value: float, written: str) -> None:
    assert short(value) == written


@pytest.mark.parametrize(("share", "written"), [(0.5, "50%"), (0.038, "3.8%"), (1, "100%"), (0, "0%")])
def test_percent_has_one_decimal_at_most(share: float, written: str) -> None:
    assert percent(share) == written


@pytest.mark.parametrize(
    ("value", "step", "written"),
    [
        (0.25, 0.25, "0.25"),
        (0.5, 0.25, "0.50"),
        (7.5, 2.5, "7.5"),
        (0.2, 0.1, "0.2"),
        (40, 20, "40"),
        (0, 0.1, "0"),
        (20000, 10000, "20k"),
        (3e6, 5e5, "3M"),
        (2e-6, 1e-6, "2e-06"),
    ],
)
def test_ticks_of_one_axis_share_their_decimals(value: float, step: float, written: str) -> None:
    assert tick(value, step) == written
