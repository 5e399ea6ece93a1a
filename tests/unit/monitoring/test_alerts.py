"""Alerts: raised, cleared, told."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from factories.records import a_window
from factories.traffic import PACKAGE, a_workspace, moment
from treadle.monitoring.alerts import WORDS, Alarm, alert, settle, tell
from treadle.monitoring.detectors.figure import Figure
from treadle.records import Alert, AuditEntry
from treadle.settings import Alerts
from treadle.workspace import Workspace

NOW, LATER = moment(1), moment(2)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return a_workspace(tmp_path)


def an_alarm(kind: str = "distance", over: bool = False, window: str = "w1", package: str = PACKAGE) -> Alarm:
    figure = Figure(column="x", kind=kind, value=0.3, p_value=1e-12, limit=0.1, detail="mean 1, now 2")
    figure = msgspec.structs.replace(figure, also={"reference": 0.8})
    raised = a_window(id=window, environment="development", package=package, rows=1500)
    return Alarm(figure=figure, window=raised, cleared=a_window(id="w9") if over else None)


def settled(workspace: Workspace, *alarms: Alarm, at: str = NOW, package: str = PACKAGE) -> tuple[int, int]:
    raised, cleared = settle(workspace, "development", package, alarms, at)
    return len(raised), len(cleared)


def stored(workspace: Workspace) -> list[Alert]:
    return workspace.catalog.find(Alert)


def told(workspace: Workspace) -> list[str]:
    path = workspace.root / ".treadle/alerts.jsonl"
    return [msgspec.json.decode(line)["status"] for line in path.read_text().splitlines()] if path.exists() else []


@pytest.mark.parametrize("kind", WORDS)
def test_an_alert_names_figure_limit_chance_window_rows_and_next_step(kind: str) -> None:
    made = alert(an_alarm(kind), NOW)
    for words in ("x: ", "limit 0.1", "chance 1e-12", "1,500 rows", "mean 1, now 2", "in 2026"):
        assert words in made.message
    assert made.next_step
    assert made.figure == f"x:{kind}"


def test_raising_again_changes_nothing(workspace: Workspace) -> None:
    assert settled(workspace, an_alarm()) == (1, 0)
    before = stored(workspace), len(workspace.catalog.find(AuditEntry))
    assert settled(workspace, an_alarm(), at=LATER) == (0, 0)
    assert (stored(workspace), len(workspace.catalog.find(AuditEntry))) == before


def test_clearing(workspace: Workspace) -> None:
    settled(workspace, an_alarm())
    assert settled(workspace, an_alarm(over=True), at=LATER) == (0, 1)
    (now,) = stored(workspace)
    assert (now.status, now.created, now.cleared) == ("cleared", NOW, LATER)


def test_one_that_was_over_when_first_seen_is_kept_as_cleared(workspace: Workspace) -> None:
    assert settled(workspace, an_alarm(over=True)) == (0, 1)
    assert stored(workspace)[0].status == "cleared"


def test_one_that_late_rows_took_back_is_cleared(workspace: Workspace) -> None:
    settled(workspace, an_alarm())
    assert settled(workspace, at=LATER) == (0, 1)
    assert stored(workspace)[0].cleared == LATER


def test_one_that_late_rows_brought_back_opens_again(workspace: Workspace) -> None:
    settled(workspace, an_alarm(over=True))
    assert settled(workspace, an_alarm(), at=LATER) == (1, 0)
    assert (stored(workspace)[0].status, stored(workspace)[0].cleared) == ("open", None)


def test_alerts_of_a_package_no_longer_watched_are_cleared(workspace: Workspace) -> None:
    settled(workspace, an_alarm())
    newer = "cd" * 32
    assert settled(workspace, an_alarm(window="w2", package=newer), package=newer) == (1, 1)
    assert {each.package: each.status for each in stored(workspace)} == {PACKAGE: "cleared", newer: "open"}


def test_other_environments_are_left_alone(workspace: Workspace) -> None:
    settled(workspace, an_alarm())
    assert settle(workspace, "production", PACKAGE, [], NOW) == ([], [])
    assert stored(workspace)[0].status == "open"


def test_each_change_is_told_once(workspace: Workspace) -> None:
    settled(workspace, an_alarm())
    assert tell(workspace, "development", Alerts()) == []
    tell(workspace, "development", Alerts())
    assert told(workspace) == ["open"]
    settled(workspace, an_alarm(over=True), at=LATER)
    tell(workspace, "development", Alerts())
    tell(workspace, "development", Alerts())
    assert told(workspace) == ["open", "cleared"]
    assert stored(workspace)[0].told == ("file:open", "file:cleared")


def test_what_was_over_before_anyone_heard_is_not_told(workspace: Workspace) -> None:
    settled(workspace, an_alarm(over=True))
    tell(workspace, "development", Alerts())
    assert told(workspace) == []


def test_a_channel_that_is_down_breaks_nothing_and_hears_later(workspace: Workspace) -> None:
    settled(workspace, an_alarm())
    path = workspace.root / ".treadle/alerts.jsonl"
    path.mkdir()
    (failure,) = tell(workspace, "development", Alerts())
    assert "channel file could not be told" in failure
    assert stored(workspace)[0].told == ()
    path.rmdir()
    assert tell(workspace, "development", Alerts()) == []
    assert told(workspace) == ["open"]


def test_an_unknown_channel_is_said_and_the_others_are_told(workspace: Workspace) -> None:
    settled(workspace, an_alarm())
    (failure,) = tell(workspace, "development", Alerts(channels=("fil", "file")))
    assert "unknown channel 'fil'" in failure
    assert told(workspace) == ["open"]
