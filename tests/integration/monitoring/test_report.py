"""The monitor's report of real looks."""

from __future__ import annotations

from html import unescape
from pathlib import Path

import polars as pl
import pytest

from factories.traffic import (
    PACKAGE,
    a_reference,
    a_workspace,
    moment,
    predictions,
    some_rows,
    some_settings,
    the_truth,
    write_labels,
    write_log,
)
from treadle.monitoring.labels import add
from treadle.monitoring.report import render
from treadle.monitoring.watch import watch
from treadle.workspace import Workspace


@pytest.fixture(scope="module")
def past() -> bytes:
    return a_reference()


def page(workspace: Workspace, past: bytes, day: float) -> str:
    looked = watch(
        workspace,
        environment="development",
        package=PACKAGE,
        reference=past,
        log=workspace.root / "log",
        settings=some_settings(),
        at=moment(day),
    )
    return unescape(render(workspace, looked, past, name="flights", environment="development"))


def send(workspace: Workspace, days: int, drift_from: int, count: int = 400) -> None:
    for day in range(days):
        rows = some_rows(count, 300 + day, 0.6 if day >= drift_from else 0.0)
        given = predictions(rows, day=day)
        log = write_log(workspace.root / "log", given, f"{day:012x}")
        if day % 2 == 0:
            add(workspace, "development", write_labels(workspace.root / f"{day}.csv", given, the_truth(rows, day)), log)


def test_a_page_of_an_alarm_shows_what_to_know(tmp_path: Path, past: bytes) -> None:
    workspace = a_workspace(tmp_path)
    send(workspace, 8, drift_from=5)
    html = page(workspace, past, 8)
    for words in (
        "flights in development",
        "3,200 predictions in 8 windows",
        "distance: its distribution moved by",
        "Next: compare it with the reference",
        "no request: the open alerts are none that",
        "roc_auc of answers whose labels are known",
        "Drift over time",
        "distance (66.4%)",
        "Reference and now",
        "(prediction)",
        "Windows of the reference: 28 random parts",
    ):
        assert words in html, words


def test_a_page_of_quiet_traffic(tmp_path: Path, past: bytes) -> None:
    workspace = a_workspace(tmp_path)
    send(workspace, 3, drift_from=99)
    html = page(workspace, past, 3)
    assert ">quiet<" in html
    assert "no request: no alert is open" in html


def test_a_page_of_nothing(tmp_path: Path, past: bytes) -> None:
    html = page(a_workspace(tmp_path), past, 1)
    assert "0 predictions in 0 windows" in html
    assert "the log holds no prediction" in html


def test_a_page_of_windows_with_too_few_rows(tmp_path: Path, past: bytes) -> None:
    workspace = a_workspace(tmp_path)
    send(workspace, 2, drift_from=99, count=20)
    html = page(workspace, past, 2)
    assert "too few" in html
    assert "Drift over time" not in html


def test_a_page_needs_nothing_from_outside_and_stays_small(tmp_path: Path) -> None:
    workspace = a_workspace(tmp_path)
    wide = [pl.Series(f"column_{number:02}", some_rows(6000, number)["distance"]) for number in range(40)]
    rows = some_rows(6000, 1).with_columns(wide)
    past = a_reference(rows, the_truth(rows))
    for day in range(30):
        write_log(workspace.root / "log", predictions(rows[day * 200 : (day + 1) * 200], day=day), f"{day:012x}")
    html = page(workspace, past, 30)
    assert len(html.encode()) < 300_000
    assert "http://" not in html.replace("http://www.w3.org", "")
    assert "<script" not in html


def test_names_from_outside_are_escaped(tmp_path: Path) -> None:
    workspace = a_workspace(tmp_path)
    rows = some_rows(3000, 1).with_columns(pl.lit("<b>").alias("<i>"))
    past = a_reference(rows, the_truth(rows))
    write_log(workspace.root / "log", predictions(rows[:400], day=0), "a")
    looked = watch(
        workspace,
        environment="development",
        package=PACKAGE,
        reference=past,
        log=workspace.root / "log",
        settings=some_settings(),
        at=moment(1),
    )
    html = render(workspace, looked, past, name="<u>", environment="development")
    assert not any(tag in html for tag in ("<i>", "<b>", "<u>"))
