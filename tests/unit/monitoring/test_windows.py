"""Predictions cut into windows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from factories.records import a_window
from factories.traffic import PACKAGE, START, a_reference, a_workspace, predictions, some_rows, the_truth
from treadle.errors import MonitorError
from treadle.monitoring.detectors.figure import Figure
from treadle.monitoring.reference import Reference, load
from treadle.monitoring.windows import Cut, cut, figures, keep, record, seen
from treadle.records import Prediction, Window
from treadle.settings import Monitor

DAY = 86_400
FIRST = int(START.timestamp())


@pytest.fixture(scope="module")
def past() -> Reference:
    rows = some_rows(2000, 9)
    return load(a_reference(rows, the_truth(rows)))


def given(count: int = 50, days: int = 3, **changes: Any) -> list[Prediction]:
    return [each for day in range(days) for each in predictions(some_rows(count, day), day=day, **changes)]


def cut_of(
    past: Reference,
    lines: list[Prediction],
    labels: pl.DataFrame | None = None,
    monitor: Monitor | None = None,
    batch_rows: int = 1000,
) -> Cut:
    none = pl.DataFrame(schema={"prediction_id": pl.String, "label": pl.String})
    return cut(lines, none if labels is None else labels, past, monitor or Monitor(), PACKAGE, batch_rows)


def test_each_day_is_a_window(past: Reference) -> None:
    found = cut_of(past, given())
    assert {start: each.seen.inputs.rows for start, each in found.stretches.items()} == {
        FIRST: 50,
        FIRST + DAY: 50,
        FIRST + 2 * DAY: 50,
    }


def test_order_does_not_matter(past: Reference) -> None:
    lines = given()
    assert (
        cut_of(past, lines[::-1]).stretches[FIRST].seen.inputs.columns["carrier"]
        == (cut_of(past, lines).stretches[FIRST].seen.inputs.columns["carrier"])
    )


def test_batches_make_no_difference(past: Reference) -> None:
    whole = cut_of(past, given())
    parts = cut_of(past, given(), batch_rows=7)
    for start, stretch in whole.stretches.items():
        other = parts.stretches[start]
        assert other.seen.inputs.rows == stretch.seen.inputs.rows
        assert other.seen.inputs.columns["tail"] == stretch.seen.inputs.columns["tail"]


def test_an_id_counts_once(past: Reference) -> None:
    lines = given()
    found = cut_of(past, [*lines, *lines[:20]])
    assert found.repeated == 20
    assert found.stretches[FIRST].seen.inputs.rows == 50


def test_other_packages_are_left_out(past: Reference) -> None:
    found = cut_of(past, [*given(days=1), *given(days=1, package="cd" * 32)])
    assert found.other == 50
    assert found.stretches[FIRST].seen.inputs.rows == 50


def test_labels_join_by_id(past: Reference) -> None:
    lines = given()
    labels = pl.DataFrame({"prediction_id": [lines[0].id, lines[51].id, "unknown"], "label": ["yes", "no", "yes"]})
    found = cut_of(past, lines, labels)
    assert [each.seen.labels.rows for each in found.stretches.values()] == [1, 1, 0]
    assert found.stretches[FIRST].answers.label == ["yes"]
    assert found.stretches[FIRST].answers.prediction == [lines[0].outputs["prediction"]]
    assert found.stretches[FIRST].answers.probability == [list(lines[0].outputs["probability"].values())]


def test_the_moment_may_be_an_input(past: Reference) -> None:
    lines = given(days=1)
    moved = [
        Prediction(**{name: getattr(each, name) for name in each.__struct_fields__ if name != "inputs"}, inputs=inputs)
        for place, each in enumerate(lines)
        for inputs in [each.inputs | {"at": None if place == 0 else f"2013-07-0{1 + place % 2}T10:00:00"}]
    ]
    found = cut_of(past, moved, monitor=Monitor(time="at"))
    assert sorted(each.seen.inputs.rows for each in found.stretches.values()) == [24, 25]
    assert found.untimed == 1
    assert found.latest < FIRST < found.arrived


def test_an_input_that_no_row_has(past: Reference) -> None:
    with pytest.raises(MonitorError, match="no prediction has a moment in its input 'when'"):
        cut_of(past, given(), monitor=Monitor(time="when"))


def test_an_empty_log(past: Reference) -> None:
    assert cut_of(past, []).stretches == {}


def test_a_record_names_its_span_and_keeps_what_was_seen(past: Reference, tmp_path: Path) -> None:
    workspace = a_workspace(tmp_path)
    stretch = cut_of(past, given()).stretches[FIRST]
    window = record(workspace, stretch, Monitor(), "development", PACKAGE)
    assert window.id == f"development/{PACKAGE[:12]}/2026-01-01T00:00:00Z+1d"
    assert (window.start, window.end) == ("2026-01-01T00:00:00.000000Z", "2026-01-02T00:00:00.000000Z")
    assert (window.rows, window.labelled) == (50, 0)
    assert seen(workspace, window) == stretch.seen


def test_keeping_the_same_again_changes_nothing(tmp_path: Path) -> None:
    workspace = a_workspace(tmp_path)
    first = a_window(id="w", created="2026-01-01T00:00:00.000000Z")
    assert keep(workspace, [first]) == [first]
    later = first.evolve(created="2026-02-02T00:00:00.000000Z")
    assert keep(workspace, [later]) == [first]
    changed = later.evolve(labelled=first.labelled + 1)
    assert keep(workspace, [changed]) == [changed]
    assert workspace.catalog.find(Window) == [changed]


def test_figures_come_back(tmp_path: Path) -> None:
    workspace = a_workspace(tmp_path)
    figure = Figure(column="x", kind="mix", value=0.25, p_value=1e-9, also={"psi": 0.1})
    window = a_window(figures={figure.name: {"column": "x", "kind": "mix", "value": 0.25, "p_value": 1e-9}})
    keep(workspace, [window.evolve(figures={figure.name: {**window.figures[figure.name], "also": {"psi": 0.1}}})])
    assert figures(workspace.catalog.find(Window)[0]) == {"x:mix": figure}
