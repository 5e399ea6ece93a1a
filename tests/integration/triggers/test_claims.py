"""Requests between threads and between processes."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from factories.records import a_run_request
from factories.traffic import a_workspace, moment
from treadle.records import RunRequest
from treadle.triggers.requests import claim, open_request, recover
from treadle.workspace import Workspace

CLAIMS = """
import sys
from pathlib import Path
from treadle.triggers.requests import claim
from treadle.workspace import Workspace

with Workspace.open(Path(sys.argv[1]), ".treadle/catalog.db", ".treadle/store", actor="bob") as workspace:
    while taken := claim(workspace, "build"):
        print(taken.id)
"""
COUNT = 12


def a_request(number: int) -> RunRequest:
    return a_run_request(
        id=f"request-{number}", pipeline="build", trigger="schedule", status="open", created=moment(0), ended=None
    )


def some_requests(root: Path) -> Workspace:
    workspace = a_workspace(root)
    with workspace.catalog.transaction("ada") as transaction:
        for number in range(COUNT):
            transaction.add(a_request(number))
    return workspace


def test_two_processes_never_take_the_same_request_and_leave_none(tmp_path: Path) -> None:
    workspace = some_requests(tmp_path)
    command = [sys.executable, "-c", CLAIMS, str(tmp_path)]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    taken = [line for process in processes for line in process.communicate()[0].split()]
    assert [process.returncode for process in processes] == [0, 0]
    assert sorted(taken) == sorted(f"request-{number}" for number in range(COUNT))
    recovered = recover(workspace, moment(1))
    assert {each.status for each in recovered} == {"open"}, "the processes that took them have ended"
    assert len(recovered) == COUNT


def test_of_many_that_ask_at_once_one_is_written(tmp_path: Path) -> None:
    a_workspace(tmp_path).close()

    def ask(number: int) -> str:
        with a_workspace(tmp_path) as workspace:
            return open_request(workspace, a_request(number), "1h")

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(ask, range(8)))
    assert answers.count("") == 1
    with a_workspace(tmp_path) as workspace:
        (kept,) = workspace.catalog.find(RunRequest)
        assert {answer for answer in answers if answer} == {f"{kept.id} is open"}


def test_threads_never_take_the_same_request(tmp_path: Path) -> None:
    some_requests(tmp_path).close()

    def take(_: int) -> list[str]:
        with a_workspace(tmp_path) as workspace:
            return [taken.id for _ in range(COUNT) if (taken := claim(workspace, "build"))]

    with ThreadPoolExecutor(4) as threads:
        taken = [id for found in threads.map(take, range(4)) for id in found]
    assert sorted(taken) == sorted(f"request-{number}" for number in range(COUNT))
