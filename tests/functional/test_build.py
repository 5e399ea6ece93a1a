"""Tests Build as a person meets it: five steps, reuse, reasons by name, gates, two at once, a kill."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from factories.projects import TREADLE, a_treadle_project, edit, treadle


def steps(said: str) -> dict[str, str]:
    """What became of each step, from the lines `1/5 ingest ran 0.03 s why`."""
    rows = [line.split() for line in said.splitlines() if line[1:3] == "/5"]
    return {row[1]: row[2] for row in rows}


def test_five_steps_then_nothing(tmp_path: Path) -> None:
    project = a_treadle_project(tmp_path / "p")
    first = treadle(project, "build")
    assert steps(first) == dict.fromkeys(("ingest", "train", "test", "package", "register"), "ran")
    assert "tumours@champion is now version 1" in first
    assert (project / "schema.toml").is_file()
    assert (project / "reports" / "tumours-1.html").stat().st_size < 300_000
    second = treadle(project, "build")
    assert steps(second) == dict.fromkeys(("ingest", "train", "test", "package", "register"), "reused")
    assert "holds" in treadle(project, "audit", "verify")
    assert treadle(project, "models", "list").count("tumours/") == 1


def test_what_changed_is_named_and_only_what_depends_on_it_runs(tmp_path: Path) -> None:
    project = a_treadle_project(tmp_path / "p")
    treadle(project, "build")
    edit(project / "tumours" / "helpers.py", "FACTOR = 1.0", "FACTOR = 2.0")
    said = treadle(project, "plan")
    assert "ingest    reuse" in said
    assert "train     run" in said
    assert "tumours.helpers.FACTOR" in said
    edit(project / "tumours" / "helpers.py", "FACTOR = 2.0", "FACTOR = 1.0  # a comment changes nothing")
    assert "train     reuse" in treadle(project, "plan")
    edit(project / "treadle.toml", 'metric = "log_loss"', 'metric = "log_loss"\nseed = 3')
    assert "how.seed: 0 -> 3" in treadle(project, "plan")


def test_a_new_file_is_named(tmp_path: Path) -> None:
    project = a_treadle_project(tmp_path / "p")
    whole = (project / "data" / "tumours.csv").read_text().splitlines()
    (project / "data" / "tumours.csv").write_text("\n".join(whole[:400]) + "\n")
    treadle(project, "build")
    (project / "data" / "more.csv").write_text("\n".join([whole[0], *whole[400:]]) + "\n")
    said = treadle(project, "plan")
    assert "new input data/more.csv" in said


def test_a_gate_that_refuses_leaves_nothing_registered(tmp_path: Path) -> None:
    project = a_treadle_project(tmp_path / "p", gate=0.9999)
    said = treadle(project, "build", code=3)
    assert "is below 0.9999" in said
    assert "No model version yet" in treadle(project, "models", "list")
    assert "refused" in treadle(project, "runs", "list")
    assert steps(treadle(project, "build", code=3))["train"] == "reused"


def test_two_builds_at_once_do_each_step_once(tmp_path: Path) -> None:
    project = a_treadle_project(tmp_path / "p")
    treadle(project, "plan")
    both = [
        subprocess.Popen([TREADLE, "build"], cwd=project, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for _ in range(2)
    ]
    said = [each.communicate(timeout=240)[0] for each in both]
    assert [each.returncode for each in both] == [0, 0], said
    done = [steps(text) for text in said]
    for step in ("ingest", "train", "test", "package", "register"):
        assert sorted((done[0][step], done[1][step])) == ["ran", "reused"], said
    assert treadle(project, "models", "list").count("tumours/") == 1


@pytest.mark.parametrize("step", ["ingest", "train", "test", "package"])
def test_kill_9_in_the_middle_then_the_same_command_goes_on(tmp_path: Path, step: str) -> None:
    project = a_treadle_project(tmp_path / "p")
    running = subprocess.Popen(
        [TREADLE, "build"], cwd=project, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert running.stdout is not None
    for line in running.stdout:
        if step == "ingest" or f" {step} " in line or (step == "train" and " ingest " in line):
            break
    time.sleep(0.05)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    running.stdout.close()
    said = treadle(project, "build")
    assert "tumours@champion" in said or "report:" in said
    assert treadle(project, "models", "list").count("tumours/") == 1
    assert "holds" in treadle(project, "audit", "verify")
    assert "running" not in treadle(project, "runs", "list")
