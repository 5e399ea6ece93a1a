"""What is a reason for a new model, and what stands against it."""

from __future__ import annotations

from pathlib import Path

import pytest

from factories.records import a_run_request, an_alert
from factories.traffic import a_workspace, moment
from treadle.monitoring.retraining import column_of, reasons, standing
from treadle.records import RunRequest
from treadle.settings import Retrain

IMPORTANCE = {"big": 0.9, "small": 0.04, "harmful": -0.5, "fair": 0.06}
DRIFT = Retrain(on=("performance", "drift"))


def standing_after(root: Path, *requests: RunRequest, cool_down: str = "1d", at: str = moment(1)) -> str:
    with a_workspace(root) as workspace:
        with workspace.catalog.transaction("ada") as transaction:
            for request in requests:
                transaction.add(request)
        return standing(workspace.catalog, "build", cool_down, at)


def test_nothing_stands_against_the_first(tmp_path: Path) -> None:
    assert standing_after(tmp_path) == ""


@pytest.mark.parametrize("status", ["open", "running"])
def test_one_at_a_time(tmp_path: Path, status: str) -> None:
    request = a_run_request(id="request-1", pipeline="build", status=status, ended=None)
    assert standing_after(tmp_path, request) == f"request-1 is {status}"


def test_after_one_is_over_the_next_waits(tmp_path: Path) -> None:
    ended = a_run_request(pipeline="build", status="done", ended=moment(0.5))
    assert standing_after(tmp_path, ended) == "cooling down until 2026-01-02T12:00:00Z"


def test_the_wait_ends(tmp_path: Path) -> None:
    ended = a_run_request(pipeline="build", status="refused", ended=moment(0))
    assert standing_after(tmp_path, ended) == ""


def test_the_latest_end_counts(tmp_path: Path) -> None:
    requests = [a_run_request(pipeline="build", status="done", ended=moment(day)) for day in (0.9, 0.1)]
    assert "2026-01-02T21:36:00Z" in standing_after(tmp_path, *requests)


def test_other_pipelines_do_not_count(tmp_path: Path) -> None:
    assert standing_after(tmp_path, a_run_request(pipeline="deploy", status="open", ended=None)) == ""


def test_a_fall_of_performance_is_a_reason() -> None:
    fallen, moved = an_alert(figure="mae:performance"), an_alert(figure="big:distance")
    assert reasons([moved, fallen], IMPORTANCE, Retrain()) == ("performance", [fallen])


def test_drift_alone_is_none_unless_asked_for() -> None:
    moved = an_alert(figure="big:distance")
    assert reasons([moved], IMPORTANCE, Retrain()) == ("", [])
    assert reasons([moved], IMPORTANCE, DRIFT) == ("drift", [moved])


def test_only_important_columns_count() -> None:
    alerts = [an_alert(figure=f"{column}:mix") for column in ("small", "harmful", "fair", "(prediction)")]
    trigger, evidence = reasons(alerts, IMPORTANCE, DRIFT)
    assert (trigger, [column_of(each) for each in evidence]) == ("drift", ["fair"])


def test_without_importance_drift_is_no_reason() -> None:
    assert reasons([an_alert(figure="big:distance")], {}, DRIFT) == ("", [])


def test_performance_is_no_reason_if_not_asked_for() -> None:
    assert reasons([an_alert(figure="mae:performance")], IMPORTANCE, Retrain(on=("drift",))) == ("", [])


def test_column_of_a_name_with_colons() -> None:
    assert column_of(an_alert(figure="a:b:mix")) == "a:b"
