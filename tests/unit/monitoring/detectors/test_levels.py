"""New and vanished levels."""

from __future__ import annotations

from math import exp

import pytest

from treadle.monitoring.detectors.levels import new_levels, vanished_levels


def test_no_new_level() -> None:
    assert new_levels({"a": 5, "b": 5}, {"a": 9}) == (0.0, 1.0, [])


def test_new_levels_come_with_share_chance_and_names_by_rows() -> None:
    share, chance, names = new_levels({"a": 900}, {"a": 90, "x": 2, "y": 8})
    assert share == pytest.approx(0.1)
    assert chance == pytest.approx((100 / 1000) ** 8 * 3)
    assert names == ["y", "x"]


def test_a_level_the_reference_counts_zero_times_is_new() -> None:
    assert new_levels({"a": 9, "b": 0}, {"b": 1})[2] == ["b"]


def test_one_row_of_a_new_level_is_no_proof() -> None:
    assert new_levels({f"l{number}": 10 for number in range(300)}, {"l1": 400, "x": 1})[1] == 1.0


def test_a_level_expected_often_and_absent_has_vanished() -> None:
    share, chance, names = vanished_levels({"a": 800, "b": 200}, {"a": 200})
    assert share == pytest.approx(0.2)
    assert chance == pytest.approx(exp(-40) * 2)
    assert names == ["b"]


def test_a_level_expected_seldom_may_be_absent() -> None:
    assert vanished_levels({"a": 900, "b": 100}, {"a": 199}) == (0.0, 1.0, [])


def test_a_level_seen_once_has_not_vanished() -> None:
    assert vanished_levels({"a": 500, "b": 500}, {"a": 999, "b": 1})[2] == []
