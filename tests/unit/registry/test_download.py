from __future__ import annotations

from pathlib import Path

import pytest

from factories.records import an_artifact
from factories.workspaces import a_package, registered
from treadle.errors import NotFound, PackageError
from treadle.packaging import manifest
from treadle.records import ModelVersion
from treadle.registry.download import materialise
from treadle.store import digest
from treadle.workspace import Workspace


@pytest.fixture
def version(workspace: Workspace, tmp_path: Path) -> ModelVersion:
    return registered(workspace, a_package(tmp_path / "package"))


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_folder_comes_back_byte_for_byte(workspace: Workspace, version: ModelVersion, tmp_path: Path) -> None:
    folder = materialise(workspace, version, tmp_path / "deep/down/flights-1")
    assert contents(folder) == contents(tmp_path / "package")
    assert manifest.verify(folder, version.package) == version.package
    assert list(folder.parent.iterdir()) == [folder]


def test_its_files_are_the_users_own(workspace: Workspace, version: ModelVersion, tmp_path: Path) -> None:
    folder = materialise(workspace, version, tmp_path / "flights-1")
    (folder / "model.skops").write_bytes(b"changed")
    assert contents(materialise(workspace, version, tmp_path / "again")) == contents(tmp_path / "package")


def test_a_folder_with_this_package_is_left_alone(workspace: Workspace, version: ModelVersion, tmp_path: Path) -> None:
    folder = materialise(workspace, version, tmp_path / "flights-1")
    before = folder.stat().st_ino
    assert materialise(workspace, version, folder).stat().st_ino == before


@pytest.mark.parametrize("name", ["model.skops", "notes.txt"], ids=["altered", "with a file more"])
def test_a_folder_with_anything_else_is_never_overwritten(
    workspace: Workspace, version: ModelVersion, tmp_path: Path, name: str
) -> None:
    folder = materialise(workspace, version, tmp_path / "flights-1")
    (folder / name).write_bytes(b"mine")
    with pytest.raises(PackageError, match=r"flights-1 exists and is not flights/1(?s:.*)delete it or name another"):
        materialise(workspace, version, folder)
    assert (folder / name).read_bytes() == b"mine"


def test_a_file_that_the_store_lost_is_told_and_nothing_is_left(
    workspace: Workspace, version: ModelVersion, tmp_path: Path
) -> None:
    workspace.store.path(version.files[0].digest).unlink()
    with pytest.raises(NotFound, match=f"no object {version.files[0].digest}"):
        materialise(workspace, version, tmp_path / "to/flights-1")
    assert list((tmp_path / "to").iterdir()) == []


def test_a_file_damaged_in_the_store_is_told_and_nothing_is_left(
    workspace: Workspace, version: ModelVersion, tmp_path: Path
) -> None:
    path = workspace.store.path(digest(b"weights"))
    path.chmod(0o644)
    path.write_bytes(b"w8ights")
    with pytest.raises(PackageError, match=r"model\.skops"):
        materialise(workspace, version, tmp_path / "to/flights-1")
    assert list((tmp_path / "to").iterdir()) == []


@pytest.mark.parametrize("name", ["../outside", "/tmp/outside", "code/../../outside"])
def test_a_file_never_leaves_the_folder(workspace: Workspace, version: ModelVersion, tmp_path: Path, name: str) -> None:
    stray = an_artifact(name=name, digest=workspace.store.put(b"stray"))
    with pytest.raises(PackageError, match="which leaves its folder"):
        materialise(workspace, version.evolve(files=(*version.files, stray)), tmp_path / "to/flights-1")
    assert not (tmp_path / "to/outside").exists()
    assert list((tmp_path / "to").iterdir()) == []


def test_a_place_that_cannot_be_written_is_told(workspace: Workspace, version: ModelVersion, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(PackageError, match=r"flights/1 cannot be written to .*taken/flights-1: Not a directory"):
        materialise(workspace, version, tmp_path / "taken/flights-1")
