from __future__ import annotations

from pathlib import Path

import pytest

from factories.workspaces import a_package, registered
from treadle.errors import PackageError
from treadle.packaging import manifest
from treadle.records import AuditEntry, ModelVersion
from treadle.store import digest
from treadle.workspace import Workspace


def test_the_first_package_is_version_one_with_all_that_was_said_of_it(workspace: Workspace, tmp_path: Path) -> None:
    version = registered(workspace, a_package(tmp_path / "p"), opponent="flights/0", request="request-1")
    assert (version.id, version.model, version.version, version.actor) == ("flights/1", "flights", 1, "ada")
    assert (version.run, version.split, version.opponent, version.request) == (
        "run-1",
        "split-1",
        "flights/0",
        "request-1",
    )
    assert workspace.catalog.find(ModelVersion) == [version]
    assert workspace.catalog.find(AuditEntry)[0].action == "register"


def test_the_package_is_the_digest_of_its_manifest(workspace: Workspace, tmp_path: Path) -> None:
    folder = a_package(tmp_path / "p")
    assert registered(workspace, folder).package == digest((folder / manifest.NAME).read_bytes())


def test_every_file_is_in_the_store_the_manifest_too(workspace: Workspace, tmp_path: Path) -> None:
    folder = a_package(tmp_path / "p")
    version = registered(workspace, folder)
    assert {file.name for file in version.files} == {"MLmodel", "model.skops", "code/flights/model.py", manifest.NAME}
    for file in version.files:
        data = (folder / file.name).read_bytes()
        assert workspace.store.get(file.digest) == data
        assert file.size == len(data)


def test_the_next_package_has_the_next_number(workspace: Workspace, tmp_path: Path) -> None:
    for number in range(1, 4):
        package = a_package(tmp_path / str(number), {"model.skops": bytes([number])})
        assert registered(workspace, package).version == number


def test_each_model_counts_for_itself(workspace: Workspace, tmp_path: Path) -> None:
    registered(workspace, a_package(tmp_path / "p"), model="flights")
    assert registered(workspace, a_package(tmp_path / "p"), model="cancer").id == "cancer/1"


def test_the_same_package_keeps_its_version(workspace: Workspace, tmp_path: Path) -> None:
    first = registered(workspace, a_package(tmp_path / "p"), run="run-1")
    registered(workspace, a_package(tmp_path / "other", {"model.skops": b"other"}))
    again = registered(workspace, a_package(tmp_path / "copy"), run="run-9")
    assert again == first
    assert len(workspace.catalog.find(ModelVersion)) == 2


def test_a_package_that_is_not_as_its_manifest_says_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    folder = a_package(tmp_path / "p")
    (folder / "model.skops").write_bytes(b"swapped")
    with pytest.raises(PackageError, match=r"model\.skops"):
        registered(workspace, folder)
    assert workspace.catalog.find(ModelVersion) == []
