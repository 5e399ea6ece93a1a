"""Tests that no file of a real package can be altered, lost or added unnoticed, and that nothing of it runs first."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from factories.packages import a_package
from treadle.errors import PackageError
from treadle.packaging.manifest import NAME, verify, write_manifest
from treadle.packaging.model import load


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_package(tmp_path_factory.mktemp("package") / "p")


@pytest.fixture
def folder(original: Path, tmp_path: Path) -> Path:
    """A copy to spoil."""
    return shutil.copytree(original, tmp_path / "p")


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_each_altered_file_is_named(original: Path, tmp_path: Path) -> None:
    for number, name in enumerate(name for name in names(original) if name != NAME):
        folder = shutil.copytree(original, tmp_path / str(number))
        data = bytearray((folder / name).read_bytes() or b"\0")
        data[len(data) // 2] ^= 1
        (folder / name).write_bytes(bytes(data))
        with pytest.raises(PackageError, match=f"^{name} in .* was altered"):
            load(folder)


def test_each_missing_file_is_named(original: Path, tmp_path: Path) -> None:
    for number, name in enumerate(names(original)):
        folder = shutil.copytree(original, tmp_path / str(number))
        (folder / name).unlink()
        with pytest.raises(PackageError, match=name.replace(".", r"\.")):
            load(folder)


def test_a_whole_package_made_anew_is_not_the_expected_one(folder: Path) -> None:
    """Who can write the folder can write a manifest too; the digest kept elsewhere still tells."""
    expected = verify(folder)
    (folder / "code" / "tiny_project" / "model.py").write_text("raise SystemExit('ran')\n")
    write_manifest(folder)
    with pytest.raises(PackageError, match="is package"):
        load(folder, expected=expected)


def test_a_model_file_of_garbage_that_is_listed_is_refused(folder: Path) -> None:
    (folder / "model.skops").write_bytes(b"\x80\x04cos\nsystem\n.")
    write_manifest(folder)
    with pytest.raises(PackageError, match="the model file cannot be read"):
        load(folder, runtime="sklearn")


def test_code_that_was_not_there_at_verification_is_not_imported(folder: Path) -> None:
    model = load(folder)
    (folder / "code" / "tiny_project" / "polars.py").write_text("raise SystemExit('ran')\n")
    assert model.predict({"carrier": ["AA"], "distance": [1.0], "weekday": [2]})["prediction"].shape == (1,)
    with pytest.raises(PackageError, match="not in the manifest"):
        load(folder)
