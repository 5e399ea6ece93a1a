"""The life of a run request."""

from __future__ import annotations

from pathlib import Path

import pytest

from factories.records import a_run, a_run_request
from factories.traffic import a_workspace, moment
from treadle.errors import Conflict
from treadle.records import RunRequest
from treadle.runs import this_process
from treadle.triggers.requests import claim, finish, open_request, recover
from treadle.workspace import Workspace

DEAD = this_process().rpartition(":")[0] + ":0"
"""As this process, but begun at another moment: one that had its number before."""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return a_workspace(tmp_path)


def a_request(day: float = 0, **changes: object) -> RunRequest:
    given = {"pipeline": "build", "trigger": "schedule", "status": "open", "created": moment(day), "ended": None}
    return a_run_request(**(given | {"run": None, "outcome": ""} | changes))


def requests(workspace: Workspace) -> list[tuple[str, str]]:
    return [(each.id, each.status) for each in workspace.catalog.find(RunRequest)]


def test_one_request_at_a_time(workspace: Workspace) -> None:
    assert open_request(workspace, a_request(id="request-1"), "1h") == ""
    assert open_request(workspace, a_request(id="request-2"), "1h") == "request-1 is open"
    assert requests(workspace) == [("request-1", "open")]


def test_the_cool_down_is_kept_but_not_by_people(workspace: Workspace) -> None:
    open_request(workspace, a_request(id="request-1"), "1d")
    taken = claim(workspace, "build")
    assert taken is not None
    finish(workspace, taken, run="run-1", outcome="succeeded", at=moment(1))
    assert "cooling down until" in open_request(workspace, a_request(1.5, id="request-2"), "1d")
    assert open_request(workspace, a_request(1.5, id="request-3", trigger="manual"), "1d") == ""


def test_a_request_made_before_is_not_made_again(workspace: Workspace) -> None:
    open_request(workspace, a_request(id="request-1"), "1s")
    taken = claim(workspace, "build")
    assert taken is not None
    finish(workspace, taken, run="run-1", outcome="succeeded", at=moment(1))
    assert open_request(workspace, a_request(9, id="request-1"), "1s") == "request-1 was made before"


def test_the_oldest_is_claimed_first_and_only_once(workspace: Workspace) -> None:
    with workspace.catalog.transaction("ada") as transaction:
        for number in (1, 2):
            transaction.add(a_request(id=f"request-{number}"))
        transaction.add(a_request(id="request-3", pipeline="deploy"))
    claimed = [claim(workspace, "build") for _ in range(3)]
    assert [each and each.id for each in claimed] == ["request-1", "request-2", None]
    assert claimed[0] is not None
    assert (claimed[0].status, claimed[0].process) == ("running", this_process())


@pytest.mark.parametrize(("run", "status"), [("run-1", "done"), (None, "refused")])
def test_finishing(workspace: Workspace, run: str | None, status: str) -> None:
    open_request(workspace, a_request(), "1h")
    taken = claim(workspace, "build")
    assert taken is not None
    ended = finish(workspace, taken, run=run, outcome="because", at=moment(1))
    assert (ended.status, ended.run, ended.outcome, ended.ended) == (status, run, "because", moment(1))
    assert workspace.catalog.find(RunRequest) == [ended]
    with pytest.raises(Conflict):
        finish(workspace, taken, run=run, outcome="again", at=moment(2))


def test_a_claim_whose_process_died_is_open_again(workspace: Workspace) -> None:
    with workspace.catalog.transaction("ada") as transaction:
        transaction.add(a_request(id="request-1", status="running", process=DEAD))
        transaction.add(a_request(id="request-2", status="running", process=this_process()))
    assert [each.id for each in recover(workspace, moment(1))] == ["request-1"]
    assert requests(workspace) == [("request-1", "open"), ("request-2", "running")]


@pytest.mark.parametrize(("status", "expected"), [("succeeded", "done"), ("refused", "done"), ("interrupted", "open")])
def test_a_run_that_came_to_its_end_settles_its_request(workspace: Workspace, status: str, expected: str) -> None:
    with workspace.catalog.transaction("ada") as transaction:
        transaction.add(a_request(id="request-1", status="running", process=DEAD))
        transaction.add(a_run(id="run-1", request="request-1", status=status))
    (settled,) = recover(workspace, moment(1))
    assert settled.status == expected
    assert settled.run == ("run-1" if expected == "done" else None)
