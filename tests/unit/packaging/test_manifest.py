"""Tests that a package's manifest names what was altered, and that no path leaves the folder."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest

from treadle.errors import PackageError
from treadle.packaging.manifest import NAME, read_manifest, verify, write_manifest


def a_folder(tmp_path: Path) -> Path:
    (tmp_path / "code").mkdir(parents=True)
    (tmp_path / "model").write_bytes(b"weights")
    (tmp_path / "code" / "a.py").write_text("x = 1\n")
    write_manifest(tmp_path)
    return tmp_path


def test_an_untouched_folder_verifies_to_its_digest(tmp_path: Path) -> None:
    folder = a_folder(tmp_path)
    assert verify(folder) == write_manifest(folder)
    assert verify(folder, expected=verify(folder))


@pytest.mark.parametrize("name", ["model", "code/a.py"])
def test_an_altered_file_is_named(tmp_path: Path, name: str) -> None:
    folder = a_folder(tmp_path)
    data = bytearray((folder / name).read_bytes())
    data[0] ^= 1
    (folder / name).write_bytes(bytes(data))
    with pytest.raises(PackageError, match=f"{name} in .* was altered"):
        verify(folder)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    folder = a_folder(tmp_path)
    (folder / "model").unlink()
    with pytest.raises(PackageError, match="model is missing"):
        verify(folder)


def test_an_extra_file_is_named(tmp_path: Path) -> None:
    folder = a_folder(tmp_path)
    (folder / "code" / "evil.py").write_text("boom")
    with pytest.raises(PackageError, match=r"code/evil\.py .* not in the manifest"):
        verify(folder)


@pytest.mark.parametrize("name", ["code/manifest.json", "code/MLmodel", ".hidden"])
def test_an_extra_file_is_named_wherever_it_stands(tmp_path: Path, name: str) -> None:
    folder = a_folder(tmp_path)
    (folder / name).write_text("{}")
    with pytest.raises(PackageError, match=f"{name} .* not in the manifest"):
        verify(folder)


def test_what_is_no_plain_file_is_refused(tmp_path: Path) -> None:
    folder = a_folder(tmp_path)
    (folder / "model").unlink()
    os.mkfifo(folder / "model")
    with pytest.raises(PackageError, match="model is not a plain file"):
        verify(folder)


def test_a_link_in_the_place_of_a_listed_file_is_refused(tmp_path: Path) -> None:
    folder = a_folder(tmp_path / "p")
    (tmp_path / "same").write_bytes(b"weights")
    (folder / "model").unlink()
    (folder / "model").symlink_to(tmp_path / "same")
    with pytest.raises(PackageError, match="is a link"):
        verify(folder)


def test_a_linked_folder_is_refused(tmp_path: Path) -> None:
    folder = a_folder(tmp_path / "p")
    (folder / "more").symlink_to(tmp_path, target_is_directory=True)
    with pytest.raises(PackageError, match="is a link"):
        verify(folder)


def test_a_manifest_of_another_format_is_refused() -> None:
    with pytest.raises(PackageError, match="is of format 2"):
        read_manifest(b'{"format": 2, "files": {}}')


def test_a_link_is_refused(tmp_path: Path) -> None:
    folder = a_folder(tmp_path)
    (folder / "link").symlink_to("/etc/hostname")
    with pytest.raises(PackageError, match="is a link"):
        verify(folder)


def test_another_package_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="is package"):
        verify(a_folder(tmp_path), expected="0" * 64)


def test_a_folder_without_manifest(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match=r"has no manifest\.json"):
        verify(tmp_path)


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a/../../x", "a\\b", "", "a\0b"])
def test_a_path_that_leaves_the_folder_is_refused(name: str) -> None:
    data = msgspec.json.encode({"format": 1, "files": {name: {"digest": "0", "size": 1}}})
    with pytest.raises(PackageError, match="leaves the package"):
        read_manifest(data)


def test_garbage_is_refused(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("{")
    with pytest.raises(PackageError, match="cannot be read"):
        verify(tmp_path)
