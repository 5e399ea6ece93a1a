"""Tests that a run killed at any moment goes on where it was: nothing lost, nothing half-visible."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from pathlib import Path

import pytest

from factories.processes import a_project, begin, did, end, noted, wait_for
from factories.workspaces import a_workspace
from treadle import runs
from treadle.records import Run, StepResult

CHAIN = """
    import time
    from pathlib import Path
    from treadle import pipeline, step
    from noted import note
    SLOW = Path(__file__).parent / "slow"
    @step
    def load(n: int) -> int:
        note("load")
        return n
    @step
    def train(x: int) -> int:
        note("train")
        if SLOW.exists():
            time.sleep(600)
        return x + 1
    @step
    def test(x: int) -> int:
        note("test")
        return x * 10
    @pipeline
    def build():
        return test(train(load(1)))
"""

SEARCH = """
    import os, time
    from pathlib import Path
    from treadle import context, pipeline, step
    from noted import note
    SLOW = Path(__file__).parent / "slow"
    @step(parallel=True)
    def trial(depth: int) -> int:
        note(f"trial {depth} {os.getpid()}")
        if SLOW.exists() and depth > 1:
            time.sleep(600)
        return depth
    @step
    def search() -> int:
        return sum(context().map(trial, [{"depth": depth} for depth in range(4)]))
    @pipeline
    def build():
        return search()
"""


def killed(project: Path, word: str) -> None:
    """Run the project until a step has noted the word, then kill the process."""
    (project / "slow").touch()
    process = begin(project)
    wait_for(project, word)
    time.sleep(0.3)
    process.kill()
    assert end(process)[0] == -signal.SIGKILL
    (project / "slow").unlink()


def test_a_run_killed_in_a_step_goes_on_with_it(tmp_path: Path) -> None:
    project = a_project(tmp_path, steps=CHAIN)
    killed(project, "train")
    assert did(project) == "load TRAIN TEST"
    assert noted(project) == ["load", "train", "train", "test"]
    assert did(project) == "load train test"
    with a_workspace(project) as workspace:
        assert [run.status for run in workspace.catalog.find(Run)] == ["interrupted", "succeeded", "succeeded"]
        assert len(workspace.catalog.find(StepResult)) == 3
        objects = [path for path in (project / ".treadle/store/objects").rglob("*") if path.is_file()]
        assert all(workspace.store.get(path.name) is not None for path in objects)


def test_a_search_killed_in_a_trial_loses_only_those_that_ran(tmp_path: Path) -> None:
    project = a_project(tmp_path, steps=SEARCH)
    (project / "slow").touch()
    process = begin(project)
    while sum(word.startswith("trial") for word in noted(project)) < 4:
        time.sleep(0.01)
        assert process.poll() is None
    time.sleep(0.3)
    workers = {int(word.split()[2]) for word in noted(project)}
    process.kill()
    end(process)
    (project / "slow").unlink()
    _gone(workers)
    before = len(noted(project))
    assert did(project) == "SEARCH"
    assert sorted(word.split()[1] for word in noted(project)[before:]) == ["2", "3"]


def test_an_interrupt_ends_the_workers_and_frees_the_locks(tmp_path: Path) -> None:
    project = a_project(tmp_path, steps=SEARCH)
    (project / "slow").touch()
    process = begin(project)
    while sum(word.startswith("trial") for word in noted(project)) < 4:
        time.sleep(0.01)
        assert process.poll() is None
    workers = {int(word.split()[2]) for word in noted(project)}
    process.send_signal(signal.SIGINT)
    end(process)
    _gone(workers)
    assert list((project / ".treadle/locks").iterdir()) == []


@pytest.mark.parametrize("moment", range(6))
def test_killed_at_any_moment_the_next_run_gives_the_same(tmp_path: Path, moment: int) -> None:
    project = a_project(tmp_path, steps=CHAIN)
    process = begin(project)
    time.sleep(0.15 + 0.07 * moment)
    process.kill()
    end(process)
    code, out, err = end(begin(project))
    assert (code, out.splitlines()[0]) == (0, "20"), err
    assert did(project) == "load train test"
    with sqlite3.connect(project / ".treadle/catalog.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    with a_workspace(project) as workspace:
        runs.recover(workspace)
        assert {run.status for run in workspace.catalog.find(Run)} <= {"interrupted", "succeeded"}


def _gone(pids: set[int], seconds: float = 20) -> None:
    """Wait until the processes have ended."""
    until = time.monotonic() + seconds
    for pid in pids:
        while _lives(pid):
            assert time.monotonic() < until, f"worker {pid} outlived its driver"
            time.sleep(0.02)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
