"""Owns the tests of the door to the test split."""

from __future__ import annotations

import pytest

from factories.frames import BY_FLIGHT, EVERY_SPLIT, Frames, flights, flights_schema
from treadle.data.ingest import ingest
from treadle.data.sealed import read_test
from treadle.data.versions import read
from treadle.errors import StoreError
from treadle.records import AuditEntry, DatasetVersion, TestRead
from treadle.workspace import Workspace


@pytest.fixture
def version(workspace: Workspace) -> DatasetVersion:
    return ingest(workspace, Frames({"a.csv": flights(200)}), BY_FLIGHT, EVERY_SPLIT, flights_schema(), "run-1")


def test_the_test_rows_are_those_that_train_and_validation_lack(workspace: Workspace, version: DatasetVersion) -> None:
    sealed = read_test(workspace, version, "run-1", "test", budget=5).frame
    others = read(workspace, version, ("train", "validation"))
    assert sealed.height == version.split_rows["test"] > 0
    assert sorted([*sealed["flight"], *others["flight"]]) == list(range(200))


def test_every_reading_is_recorded_with_who_and_why(workspace: Workspace, version: DatasetVersion) -> None:
    read_test(workspace, version, "run-7", "compare with the champion", budget=5)
    [record] = workspace.catalog.find(TestRead)
    assert (record.dataset_version, record.run, record.actor) == (version.id, "run-7", "ada")
    assert record.purpose == "compare with the champion"
    assert len(workspace.catalog.find(AuditEntry, kind="test_reads")) == 1


def test_readings_are_counted_and_past_the_budget_warned_of(workspace: Workspace, version: DatasetVersion) -> None:
    first, second, third = (read_test(workspace, version, "r", "test", budget=2) for _ in range(3))
    assert [first.reads, second.reads, third.reads] == [1, 2, 3]
    assert (first.warning, second.warning) == ("", "")
    assert "was read 3 times, 2 were planned" in third.warning
    assert third.frame.equals(first.frame)


def test_each_version_has_its_own_budget(workspace: Workspace, version: DatasetVersion) -> None:
    read_test(workspace, version, "r", "test", budget=1)
    other = ingest(workspace, Frames({"a.csv": flights(300)}), BY_FLIGHT, EVERY_SPLIT, flights_schema(), "run-2")
    assert read_test(workspace, other, "r", "test", budget=1).reads == 1


def test_a_reading_that_fails_still_counts(workspace: Workspace, version: DatasetVersion) -> None:
    [part, *_] = [part for part in version.parts if part.split == "test"]
    path = workspace.store.path(part.digest)
    path.chmod(0o644)
    path.write_bytes(b"torn")
    with pytest.raises(StoreError):
        read_test(workspace, version, "r", "test", budget=1)
    assert len(workspace.catalog.find(TestRead)) == 1
