"""Several actors register, point and download at once, over SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from factories.disks import small_disk
from factories.workspaces import a_package, registered
from treadle.catalog.audit import verify
from treadle.errors import PackageError, TreadleError
from treadle.packaging import manifest
from treadle.records import ModelVersion
from treadle.registry import champion, materialise, point
from treadle.workspace import Workspace


@pytest.fixture(params=["sqlite", "postgresql"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Workspace]:
    """Opens the same workspace once more, as another process would."""
    address = "catalog.db" if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))
    return lambda: Workspace.open(tmp_path, address, "store", "ada")


def test_packages_registered_at_once_get_numbers_without_gap_or_clash(
    opened: Callable[[], Workspace], tmp_path: Path
) -> None:
    folders = [a_package(tmp_path / f"package-{number}", {"model.skops": bytes([number])}) for number in range(12)]

    def register(folder: Path) -> int:
        with opened() as workspace:
            return registered(workspace, folder).version

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(register, folders)) == list(range(1, 13))
    with opened() as workspace:
        assert verify(workspace.catalog).entries == 12


def test_one_package_registered_at_once_is_one_version(opened: Callable[[], Workspace], tmp_path: Path) -> None:
    folder = a_package(tmp_path / "package")

    def register(_: int) -> str:
        with opened() as workspace:
            return registered(workspace, folder).id

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(register, range(6))) == {"flights/1"}


def test_an_alias_moved_at_once_ends_at_one_of_the_versions(opened: Callable[[], Workspace], tmp_path: Path) -> None:
    with opened() as workspace:
        for number in range(4):
            registered(workspace, a_package(tmp_path / f"package-{number}", {"model.skops": bytes([number])}))

        def move(version: int) -> None:
            point(workspace, "flights", "champion", version, "race")

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(move, range(1, 5)))
        assert champion(workspace, "flights") in workspace.catalog.find(ModelVersion)
        verify(workspace.catalog)


def test_one_folder_downloaded_at_once_is_whole(opened: Callable[[], Workspace], tmp_path: Path) -> None:
    with opened() as workspace:
        version = registered(workspace, a_package(tmp_path / "package"))

        def download(_: int) -> Path:
            return materialise(workspace, version, tmp_path / "to/flights-1")

        with ThreadPoolExecutor(6) as pool:
            folders = set(pool.map(download, range(6)))
        assert folders == {tmp_path / "to/flights-1"}
        manifest.verify(tmp_path / "to/flights-1", version.package)
        assert len(list((tmp_path / "to").iterdir())) == 1


def test_a_disk_too_small_for_the_package_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    with Workspace.open(tmp_path, "catalog.db", "store", "ada") as workspace:
        folder = a_package(tmp_path / "package", {"model.skops": bytes(3_000_000)})
        version = registered(workspace, folder)
        with small_disk(tmp_path / "disk", megabytes=1) as disk:
            with pytest.raises(PackageError, match="flights/1 cannot be written"):
                materialise(workspace, version, disk / "flights-1")
            assert list(disk.iterdir()) == []


def test_a_package_that_the_store_cannot_take_is_not_registered(tmp_path: Path) -> None:
    folder = a_package(tmp_path / "package", {"model.skops": bytes(3_000_000)})
    with (
        small_disk(tmp_path / "disk", megabytes=1) as disk,
        Workspace.open(tmp_path, "catalog.db", str(disk / "store"), "ada") as workspace,
    ):
        with pytest.raises(TreadleError, match="cannot take 3,000,000 bytes"):
            registered(workspace, folder)
        assert workspace.catalog.find(ModelVersion) == []
