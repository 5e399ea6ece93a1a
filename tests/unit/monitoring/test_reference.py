"""The reference a package carries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from factories.traffic import a_model, a_reference, some_rows, the_truth
from treadle.errors import PackageError
from treadle.monitoring.observation import LABEL, OUTPUT
from treadle.monitoring.reference import load, reference
from treadle.settings import Monitor

ROWS = some_rows(3000, 1)


def hours(count: int, each: float) -> pl.Series:
    """Moments `each` hours apart."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    return pl.Series("at", [start + timedelta(hours=each * place) for place in range(count)])


def test_it_holds_inputs_output_and_label() -> None:
    past = load(a_reference(ROWS, the_truth(ROWS)))
    assert set(past.profile.columns) == {*ROWS.columns, OUTPUT}
    assert past.profile.rows == 3000
    assert set(past.label.columns) == {LABEL}
    assert past.importance["distance"] == 0.2


def test_the_same_rows_give_the_same_bytes() -> None:
    assert len({a_reference(ROWS, the_truth(ROWS)) for _ in range(5)}) == 1


def test_it_is_small_whatever_the_rows() -> None:
    many = some_rows(60_000, 1)
    assert len(a_reference(many, the_truth(many))) < 1.5 * len(a_reference(ROWS, the_truth(ROWS)))


def test_without_moments_the_parts_are_random() -> None:
    past = load(a_reference(ROWS.sort("distance"), the_truth(ROWS.sort("distance"))))
    assert past.cut == "15 random parts"
    assert past.worst["distance:distance"] < 0.15, "the order of the rows is no season"


def test_with_moments_the_windows_are_those_of_the_monitor() -> None:
    past = load(a_reference(ROWS, the_truth(ROWS), time=hours(3000, 0.1)))
    assert past.cut == "12 windows of 1d"
    assert past.performance is not None
    assert (past.performance.windows, past.performance.rows) == (12, 240.0)


def test_a_season_shows_in_the_worst_window() -> None:
    wave = np.sin(np.arange(3000) * 2 * np.pi / 3000)
    seasonal = ROWS.with_columns(distance=pl.col("distance") + 100 * wave)
    past = load(a_reference(seasonal, the_truth(seasonal), time=hours(3000, 0.1)))
    assert past.worst["distance:distance"] > 0.3
    assert past.worst["delay:distance"] < 0.2


def test_moments_may_be_an_input() -> None:
    rows = ROWS.with_columns(at=hours(3000, 0.1).dt.to_string("iso:strict"))
    past = load(a_reference(rows, the_truth(rows), monitor=Monitor(time="at")))
    assert past.cut == "12 windows of 1d"
    assert "at" not in past.profile.columns, "time always moves on"


def test_windows_with_too_few_rows_by_time_give_way_to_random_parts() -> None:
    assert load(a_reference(ROWS, the_truth(ROWS), time=hours(3000, 1))).cut == "15 random parts"


def test_a_small_reference_is_drawn_with_replacement() -> None:
    few = some_rows(90, 2)
    past = load(a_reference(few, the_truth(few)))
    assert past.cut == "20 draws of its 90 rows"
    assert past.performance is not None
    assert past.performance.windows == 20
    assert past.performance.sd > 0


def test_levels_absent_from_a_window_but_not_from_the_others_are_a_season() -> None:
    rows = ROWS.with_columns(carrier=pl.Series(["XX"] * 600 + ["AA"] * 2400))
    past = load(a_reference(rows, the_truth(rows), time=hours(3000, 0.1)))
    assert past.worst["carrier:vanished_levels"] > 0.1


def test_a_regression() -> None:
    x = np.linspace(0, 10, 1000)
    data = reference(
        pl.DataFrame({"x": x}),
        {"prediction": x + 1},
        pl.Series(x),
        task="regression",
        metric="mae",
        monitor=Monitor(),
    )
    past = load(data)
    assert past.performance is not None
    assert past.performance.mean == pytest.approx(1.0)
    assert not past.performance.greater_is_better
    assert past.classes == ()


def test_an_undefined_metric_leaves_no_spread() -> None:
    rows = some_rows(700, 3)
    assert load(a_reference(rows, pl.Series(["yes"] * 700))).performance is None


def test_damaged_bytes() -> None:
    with pytest.raises(PackageError, match="cannot be read"):
        load(b'{"task": "classification"}')


def test_outputs_without_probabilities_are_watched_as_classes() -> None:
    said = {"prediction": a_model(ROWS)["prediction"]}
    data = reference(
        ROWS, said, the_truth(ROWS), task="classification", classes=("no", "yes"), metric="accuracy", monitor=Monitor()
    )
    assert load(data).profile.columns[OUTPUT].present == 3000
    assert f"{OUTPUT}:mix" in load(data).worst
