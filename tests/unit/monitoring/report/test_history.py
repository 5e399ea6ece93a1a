"""The pictures over time."""

from __future__ import annotations

from typing import Any

import msgspec

from factories.records import a_window
from factories.traffic import moment
from treadle.monitoring.detectors.figure import Figure
from treadle.monitoring.detectors.performance import Spread, fall
from treadle.monitoring.report.history import day, drift, performance, rows
from treadle.records import Window

SPREAD = Spread(metric="mae", greater_is_better=False, mean=10.0, sd=0.5, windows=20, rows=500.0)


def windows_of(*figures: Figure | None, **changes: Any) -> list[Window]:
    return [
        a_window(
            start=moment(place),
            figures={} if figure is None else {figure.name: msgspec.to_builtins(figure)},
            metrics={"mae": figure.value} if figure is not None and figure.kind == "performance" else {},
            **changes,
        )
        for place, figure in enumerate(figures)
    ]


def a_figure(value: float) -> Figure:
    return Figure(column="x", kind="distance", value=value, p_value=0.5, limit=0.0812)


def test_drift_shows_every_value_and_the_limit_it_is_judged_by() -> None:
    svg = drift("x:distance", windows_of(a_figure(0.01), a_figure(0.333)))
    assert "2026-01-02: 0.333" in svg
    assert "0.0812" in svg


def test_a_window_without_the_figure_is_a_gap() -> None:
    svg = drift("x:distance", windows_of(a_figure(0.01), None, a_figure(0.02)))
    assert "2 points" in svg


def test_performance_shows_band_and_limit() -> None:
    svg = performance(SPREAD, windows_of(fall(SPREAD, 10.2, 500, 0.01), fall(SPREAD, 14.0, 500, 0.01)))
    assert "windows of the reference" in svg
    assert "limit" in svg
    assert "2026-01-02: 14" in svg


def test_performance_that_is_not_judged_yet_has_no_limit() -> None:
    svg = performance(SPREAD, [each.evolve(metrics={"mae": 11.0}) for each in windows_of(None, None)])
    assert "2 points" in svg
    assert "limit" not in svg


def test_rows_and_labels() -> None:
    svg = rows(windows_of(None, None, rows=900, labelled=300))
    assert "predictions: 2 points from 900 to 900" in svg
    assert "with a label: 2 points from 300 to 300" in svg


def test_a_window_is_named_by_its_day_or_hour() -> None:
    assert day(a_window(start=moment(1))) == "2026-01-02"
    assert day(a_window(start=moment(0.25))) == "01-01 06:00"
