"""Owns the tests of axes."""

from __future__ import annotations

import pytest

from treadle.charts.figures.axis import extent, labelled, nice_step, scale


@pytest.mark.parametrize(("span", "step"), [(1, 0.2), (10, 2), (12, 2.5), (100, 20), (0.003, 0.001), (7, 2)])
def test_steps_are_nice(span: float, step: float) -> None:
    assert nice_step(span) == pytest.approx(step)


def test_extent_skips_what_is_no_number_and_is_never_empty() -> None:
    assert extent([3, float("nan"), 1, float("inf")], [0, None]) == (0, 3)
    assert extent([]) == (0, 1)
    low, high = extent([5, 5])
    assert low < 5 < high
    low, high = extent([0.0])
    assert low < 0 < high


def test_a_scale_widens_to_whole_ticks() -> None:
    axis = scale(0.13, 0.87, 0, 100)
    assert (axis.low, axis.high) == (0, 1)
    assert [label for _, label in axis.ticks] == ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]
    assert axis(0.5) == 50


def test_an_exact_scale_keeps_its_ends_and_ticks_inside() -> None:
    axis = scale(0.13, 0.87, 0, 100, exact=True)
    assert (axis.low, axis.high) == (0.13, 0.87)
    assert [label for _, label in axis.ticks] == ["0.2", "0.4", "0.6", "0.8"]


def test_a_scale_holds_values_within_the_axis() -> None:
    axis = scale(0, 10, 300, 0)
    assert axis(0) == 300
    assert axis(20) == 0
    assert axis(-5) == 300


def test_labels_are_left_out_where_there_is_no_room() -> None:
    names = [str(month) for month in range(12)]
    assert len(labelled(names, 0, 1200, room=100).ticks) == 12
    assert [label for _, label in labelled(names, 0, 400, room=100).ticks] == ["0", "3", "6", "9"]
    assert labelled(["only"], 0, 100, room=10)(0) == 50
