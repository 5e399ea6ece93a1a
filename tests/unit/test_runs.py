from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from factories.records import a_run
from factories.workspaces import a_workspace, add
from treadle import runs
from treadle.errors import Conflict
from treadle.records import AuditEntry, Run
from treadle.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with a_workspace(tmp_path) as opened:
        yield opened


def git(folder: Path, *words: str) -> str:
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "init.defaultBranch=main"]
    done = subprocess.run(["git", *who, "-C", str(folder), *words], check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "-q")
    (folder / "model.py").write_text("x = 1\n")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "one")
    return folder


def test_a_run_that_starts_is_running_here(workspace: Workspace) -> None:
    run = runs.start(workspace, "build", "build", "flights", {"train.trials": 3}, request="request-1", parent="run-0")
    assert workspace.catalog.find(Run) == [run]
    assert (run.status, run.actor, run.request, run.parent) == ("running", "ada", "request-1", "run-0")
    assert run.params == {"train.trials": 3}
    assert run.process == runs.this_process()


def test_a_run_that_ends_keeps_what_came_of_it(workspace: Workspace) -> None:
    run = runs.start(workspace, "build", "build", "flights", {})
    done = runs.finish(workspace, run, "succeeded", metrics={"mae": 3.5})
    assert workspace.catalog.get(Run, run.id) == done
    assert (done.status, done.metrics) == ("succeeded", {"mae": 3.5})
    assert done.ended is not None
    assert done.ended >= run.started


def test_a_run_ends_once(workspace: Workspace) -> None:
    run = runs.start(workspace, "build", "build", "flights", {})
    runs.finish(workspace, run, "failed", error="no rows")
    with pytest.raises(Conflict):
        runs.finish(workspace, run, "succeeded")


def test_start_and_end_are_in_the_audit_chain(workspace: Workspace) -> None:
    runs.finish(workspace, runs.start(workspace, "build", "build", "flights", {}), "refused")
    assert [entry.action for entry in workspace.catalog.find(AuditEntry)] == ["start", "refused"]


def test_a_run_of_a_killed_process_becomes_interrupted_and_others_stay(workspace: Workspace) -> None:
    code = f"""
import os, signal
from pathlib import Path
from treadle import runs
from treadle.workspace import Workspace
workspace = Workspace.open(Path({str(workspace.root)!r}), ".treadle/catalog.db", ".treadle/store")
runs.start(workspace, "build", "killed", "flights", {{}})
os.kill(os.getpid(), signal.SIGKILL)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -9
    alive = runs.start(workspace, "build", "alive", "flights", {})
    ended = runs.finish(workspace, runs.start(workspace, "build", "ended", "flights", {}), "failed")
    recovered = runs.recover(workspace)
    assert [(run.name, run.status, run.error) for run in recovered] == [("killed", "interrupted", "its process died")]
    assert [run.status for run in workspace.catalog.find(Run)] == ["interrupted", "running", "failed"]
    assert workspace.catalog.get(Run, alive.id) == alive
    assert workspace.catalog.get(Run, ended.id) == ended
    assert runs.recover(workspace) == []


def test_a_run_of_before_the_last_boot_is_interrupted(workspace: Workspace) -> None:
    host, _, *rest = runs.this_process().split(":")
    add(workspace, a_run(process=":".join([host, "another-boot", *rest])))
    assert len(runs.recover(workspace)) == 1


@pytest.mark.parametrize("index", [0, 2], ids=["another machine", "another container"])
def test_a_run_elsewhere_is_left_alone(workspace: Workspace, index: int) -> None:
    parts = runs.this_process().split(":")
    parts[index], parts[4] = "elsewhere", "0"
    add(workspace, a_run(process=":".join(parts)))
    assert runs.recover(workspace) == []


@pytest.mark.parametrize("process", ["", "nonsense", "a:b:c:d:e"])
def test_what_names_no_process_is_not_declared_dead(process: str) -> None:
    assert not runs.is_dead(process)


def test_this_process_is_alive() -> None:
    assert not runs.is_dead(runs.this_process())


def test_another_process_under_the_same_number_is_not_the_same() -> None:
    assert runs.is_dead(runs.this_process() + "7")


def test_a_process_that_ended_but_was_not_collected_is_dead() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.PIPE)
    place, _, _ = runs.this_process().rsplit(":", 2)
    started = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[19]
    assert process.stdout is not None
    process.stdout.read()
    while Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
        pass
    assert runs.is_dead(f"{place}:{process.pid}:{started}")
    process.stdout.close()
    process.wait()


def test_a_clean_checkout_has_its_commit(repository: Path) -> None:
    assert runs.commit(repository) == (git(repository, "rev-parse", "HEAD"), False)


@pytest.mark.parametrize("name", ["model.py", "new.py"], ids=["changed", "not added"])
def test_what_is_not_committed_makes_it_dirty(repository: Path, name: str) -> None:
    (repository / name).write_text("x = 2\n")
    assert runs.commit(repository) == (git(repository, "rev-parse", "HEAD"), True)


def test_only_the_projects_own_folder_counts(repository: Path) -> None:
    (repository / "flights").mkdir()
    (repository / "model.py").write_text("x = 2\n")
    assert runs.commit(repository / "flights")[1] is False


def test_a_repository_without_a_commit_has_none(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    assert runs.commit(tmp_path) == ("", False)


def test_outside_a_repository_there_is_none(tmp_path: Path) -> None:
    assert runs.commit(tmp_path) == ("", False)


def test_without_git_there_is_none(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert runs.commit(repository) == ("", False)


def test_a_run_carries_the_commit_of_its_project(repository: Path) -> None:
    with a_workspace(repository) as workspace:
        run = runs.start(workspace, "build", "build", "flights", {})
    assert run.commit == git(repository, "rev-parse", "HEAD")
