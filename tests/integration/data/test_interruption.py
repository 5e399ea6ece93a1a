"""Owns the tests of ingest killed midway, and of two ingests at once: nothing half-visible, nothing twice."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from factories.frames import BY_FLIGHT, EVERY_SPLIT, Frames, flights, flights_schema
from treadle.data.ingest import ingest
from treadle.data.versions import read
from treadle.records import AuditEntry, DatasetVersion
from treadle.workspace import Workspace

SCRIPT = """
import os, signal, sys
from pathlib import Path
from factories.frames import BY_FLIGHT, EVERY_SPLIT, Frames, flights, flights_schema
from treadle.data.ingest import ingest
from treadle.workspace import Workspace
frames = {f"{n}.csv": flights(500, start=500 * n) for n in range(4)}
die = sys.argv[2] == "die"
source = Frames(frames, after=(lambda: os.kill(os.getpid(), signal.SIGKILL)) if die else None)
workspace = Workspace.open(Path(sys.argv[1]), ".treadle/catalog.db", ".treadle/store", actor="bob")
print(ingest(workspace, source, BY_FLIGHT, EVERY_SPLIT, flights_schema(), "run-b").id)
"""


def started(root: Path, end: str) -> subprocess.Popen[str]:
    environment = {"PYTHONPATH": str(Path(__file__).parents[2]), "PATH": ""}
    command = [sys.executable, "-c", SCRIPT, str(root), end]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


def here(workspace: Workspace) -> DatasetVersion:
    source = Frames({f"{n}.csv": flights(500, start=500 * n) for n in range(4)})
    return ingest(workspace, source, BY_FLIGHT, EVERY_SPLIT, flights_schema(), "run-a")


def test_a_killed_ingest_leaves_no_version_and_the_next_one_goes_on(workspace: Workspace) -> None:
    killed = started(workspace.root, "die")
    killed.communicate(timeout=120)
    assert killed.returncode == -signal.SIGKILL
    assert workspace.catalog.find(DatasetVersion) == []
    assert any((workspace.root / ".treadle/store/objects").iterdir())
    version = here(workspace)
    assert (version.rows, version.run) == (2000, "run-a")
    assert read(workspace, version, ("train", "validation")).height == 2000 - version.split_rows["test"]


def test_two_ingests_at_once_record_one_version(workspace: Workspace) -> None:
    others = [started(workspace.root, "live") for _ in range(2)]
    mine = here(workspace)
    ids = [other.communicate(timeout=120)[0].strip() for other in others]
    assert ids == [mine.id, mine.id]
    assert [version.id for version in workspace.catalog.find(DatasetVersion)] == [mine.id]
    assert len(workspace.catalog.find(AuditEntry, kind="dataset_versions")) == 1
