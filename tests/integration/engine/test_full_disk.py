"""Tests a disk that fills up in the middle of a run: one clear message, what was done stays, and it goes on later."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from factories.disks import small_disk
from factories.records import a_run
from treadle.catalog import open_catalog
from treadle.engine import Engine, pipeline, step
from treadle.errors import StoreError
from treadle.store.local import LocalStore
from treadle.workspace import Workspace


@step
def small(n: int) -> bytes:
    return bytes([n]) * 100


@step
def large(data: bytes, size: int) -> bytes:
    return data[:1] * size


@pipeline
def build(size: int) -> Any:
    return large(small(1), size)


def test_a_full_disk_is_told_and_the_run_goes_on_when_there_is_room(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 2) as disk:
        catalog = open_catalog("catalog.db", tmp_path / "project")
        with Workspace(tmp_path / "project", catalog, LocalStore(disk), "ada") as workspace:
            engine = Engine(workspace, tmp_path / "project")
            with pytest.raises(StoreError, match="bytes of room"):
                engine.run(build, 8 << 20, run=a_run())
            assert [each.error != "" for each in engine.executions] == [False, True]
            assert len(engine.run(build, 1000, run=a_run())) == 1000
            assert [each.reused for each in engine.executions] == [True, False]
            assert list((disk / "incoming").iterdir()) == []
    shutil.rmtree(tmp_path / "disk", ignore_errors=True)
