"""A release is the package's files, verified, made once, made again if somebody altered them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from factories.workspaces import a_package, a_workspace, registered
from treadle.delivery.release import released, render
from treadle.errors import PackageError, TreadleError
from treadle.packaging.manifest import verify
from treadle.records import AuditEntry, ModelVersion, Release
from treadle.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with a_workspace(tmp_path) as made:
        yield made


@pytest.fixture
def version(workspace: Workspace, tmp_path: Path) -> ModelVersion:
    return registered(workspace, a_package(tmp_path / "package"))


def test_a_release_is_the_package_under_its_digest(workspace: Workspace, version: ModelVersion) -> None:
    folder = render(workspace, version)
    assert folder == workspace.home / "releases" / version.package
    assert verify(folder) == version.package


def test_a_release_is_made_once(workspace: Workspace, version: ModelVersion) -> None:
    before = render(workspace, version).stat().st_ino
    assert render(workspace, version).stat().st_ino == before


@pytest.mark.parametrize("damage", ["alter", "remove", "add"])
def test_an_altered_release_is_made_again(workspace: Workspace, version: ModelVersion, damage: str) -> None:
    folder = render(workspace, version)
    if damage == "alter":
        (folder / "model.skops").chmod(0o644)
        (folder / "model.skops").write_bytes(b"other")
    elif damage == "remove":
        (folder / "MLmodel").unlink()
    else:
        (folder / "more.py").touch()
    assert verify(render(workspace, version)) == version.package
    assert [path.name for path in folder.parent.iterdir()] == [version.package]


def test_a_package_the_store_lost_is_an_error(workspace: Workspace, version: ModelVersion) -> None:
    path = workspace.store.path(version.files[0].digest)
    path.unlink()
    with pytest.raises(TreadleError):
        render(workspace, version)
    assert not (workspace.home / "releases" / version.package).exists()


def test_a_version_whose_files_are_not_its_package_is_refused(workspace: Workspace, version: ModelVersion) -> None:
    with pytest.raises(PackageError):
        render(workspace, version.evolve(package="0" * 64))


def test_a_release_is_recorded_once_a_target(workspace: Workspace, version: ModelVersion) -> None:
    with workspace.catalog.transaction("ada") as change:
        first = released(change, version, "local", "ada")
        assert released(change, version, "local", "ada") == first
        assert released(change, version, "container", "ada") != first
    assert len(workspace.catalog.find(Release)) == 2
    assert (first.package, first.model_version, first.actor) == (version.package, version.id, "ada")
    assert [entry.action for entry in workspace.catalog.find(AuditEntry, kind="releases")] == ["render", "render"]
