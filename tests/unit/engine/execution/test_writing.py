"""Tests writing behind: what was taken is there at once, and on disk once it was waited for."""

from __future__ import annotations

from pathlib import Path

import pytest

from factories.disks import small_disk
from factories.records import a_step_result
from factories.workspaces import a_workspace, add
from treadle.engine.execution.writing import Ledger, WritingStore
from treadle.engine.locks import Locks
from treadle.errors import NotFound, StoreError
from treadle.records import Artifact, StepResult
from treadle.store import digest
from treadle.store.local import LocalStore


def a_result(store: WritingStore, data: bytes, key: str) -> StepResult:
    artifact = Artifact(name="result", codec="bytes", digest=store.put(data), size=len(data))
    return a_step_result(id=key, outputs=(artifact,))


def test_an_object_is_there_at_once_and_on_disk_when_settled(tmp_path: Path) -> None:
    behind, disk = WritingStore(LocalStore(tmp_path)), LocalStore(tmp_path)
    name = behind.put(b"one")
    assert name == digest(b"one")
    assert behind.has(name)
    assert behind.get(name) == b"one"
    behind.settled([name])
    assert disk.get(name) == b"one"
    assert behind.get(name) == b"one"
    assert behind.path(behind.put(b"two")).read_bytes() == b"two"
    behind.close()


def test_a_large_object_and_a_file_are_written_at_once(tmp_path: Path) -> None:
    behind, disk = WritingStore(LocalStore(tmp_path / "store")), LocalStore(tmp_path / "store")
    assert disk.has(behind.put(b"x" * (1 << 20)))
    (tmp_path / "file").write_bytes(b"small")
    assert disk.has(behind.put(tmp_path / "file"))
    assert not behind.has(digest(b"never put"))
    with pytest.raises(NotFound):
        behind.get(digest(b"never put"))
    behind.close()


def test_results_reach_the_catalog_and_their_locks_are_freed(tmp_path: Path) -> None:
    with a_workspace(tmp_path) as workspace:
        store, locks = WritingStore(workspace.store), Locks(tmp_path / "locks")
        ledger = Ledger(workspace, store)
        for number in range(50):
            lock = locks.try_lock(f"key-{number}")
            assert lock is not None
            ledger.add(a_result(store, b"%d" % number, f"key-{number}"), None, lock)
        ledger.drain()
        assert len(workspace.catalog.find(StepResult)) == 50
        assert all(workspace.store.has(digest(b"%d" % number)) for number in range(50))
        assert list((tmp_path / "locks").iterdir()) == []
        assert ledger.find("key-0") is None
        ledger.close()


def test_closing_waits_for_what_is_on_its_way(tmp_path: Path) -> None:
    with a_workspace(tmp_path) as workspace:
        store, locks = WritingStore(workspace.store), Locks(tmp_path / "locks")
        ledger = Ledger(workspace, store)
        lock = locks.try_lock("key")
        assert lock is not None
        ledger.add(a_result(store, b"1", "key"), None, lock)
        ledger.close()
        assert [result.id for result in workspace.catalog.find(StepResult)] == ["key"]


def test_a_result_that_stood_is_replaced_and_one_that_somebody_else_made_stays(tmp_path: Path) -> None:
    with a_workspace(tmp_path) as workspace:
        store, locks = WritingStore(workspace.store), Locks(tmp_path / "locks")
        stale, theirs = a_step_result(id="stale"), a_step_result(id="theirs", run="run-theirs")
        add(workspace, stale, theirs)
        ledger = Ledger(workspace, store)
        for result, before in (
            (a_result(store, b"1", "stale"), stale),
            (a_result(store, b"2", "theirs"), None),
            (a_result(store, b"3", "new"), None),
        ):
            lock = locks.try_lock(result.id)
            assert lock is not None
            ledger.add(result, before, lock)
        ledger.close()
        found = {result.id: result for result in workspace.catalog.find(StepResult)}
        assert found["stale"].outputs[0].digest == digest(b"1")
        assert found["theirs"].run == "run-theirs"
        assert "new" in found


def test_a_result_whose_object_cannot_be_kept_is_told_and_not_remembered(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 1) as disk, a_workspace(tmp_path / "project") as workspace:
        store, locks = WritingStore(LocalStore(disk)), Locks(tmp_path / "locks")
        ledger = Ledger(workspace, store)
        for number in range(4):
            lock = locks.try_lock(str(number))
            assert lock is not None
            data = bytes([number]) * ((1 << 20) - 1) if number else b"small"
            ledger.add(a_result(store, data, str(number)), None, lock)
        with pytest.raises(StoreError, match="cannot take"):
            ledger.drain()
        ledger.close()
        kept = {result.id for result in workspace.catalog.find(StepResult)}
        assert len(kept) < 4
        assert list((tmp_path / "locks").iterdir()) == []
