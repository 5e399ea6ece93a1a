"""Owns the manifest of a package: every file with its digest and size; the manifest's own digest names the package."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import msgspec
from blake3 import blake3

from treadle.errors import PackageError

NAME = "manifest.json"
FORMAT = 1


class Entry(msgspec.Struct, frozen=True):
    """Digest (BLAKE3) and size in bytes of one file."""

    digest: str
    size: int


class Manifest(msgspec.Struct, frozen=True):
    """All files of a package but the manifest itself, by relative path."""

    format: int
    files: dict[str, Entry]


def _files(folder: Path) -> dict[str, Path]:
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            raise PackageError(f"{path} is a link", expected="plain files only in a package")
        name = path.relative_to(folder).as_posix()
        if not path.is_dir() and name != NAME:
            found[name] = path
    return found


def _entry(path: Path) -> Entry:
    if not path.is_file():
        raise PackageError(f"{path} is not a plain file", expected="plain files only in a package")
    return Entry(blake3(path.read_bytes()).hexdigest(), path.stat().st_size)


def write_manifest(folder: Path) -> str:
    """Write manifest.json over all files of `folder` and return the package's digest."""
    manifest = Manifest(FORMAT, {name: _entry(path) for name, path in _files(folder).items()})
    data = msgspec.json.format(msgspec.json.encode(manifest, order="sorted"), indent=1)
    (folder / NAME).write_bytes(data)
    return blake3(data).hexdigest()


def read_manifest(data: bytes) -> Manifest:
    """Decode a manifest; PackageError if it is none or names a path outside the package."""
    try:
        manifest = msgspec.json.decode(data, type=Manifest)
    except msgspec.DecodeError as error:
        raise PackageError(f"the manifest cannot be read: {error}") from error
    if manifest.format != FORMAT:
        raise PackageError(
            f"the manifest is of format {manifest.format}",
            expected=f"format {FORMAT}",
            next_move="use the version of Treadle that wrote the package",
        )
    for name in manifest.files:
        parts = PurePosixPath(name).parts
        if not parts or name.startswith("/") or ".." in parts or "\\" in name or "\0" in name:
            raise PackageError(
                f"the manifest names {name!r}, which leaves the package", next_move="do not use this package"
            )
    return manifest


def verify(folder: Path, expected: str | None = None) -> str:
    """Check every file of a package against its manifest and return the package's digest.

    Raises PackageError naming the first file that is altered, missing or not in the manifest, or the digest
    that was `expected` and not met.
    """
    path = folder / NAME
    if not path.is_file():
        raise PackageError(
            f"{folder} has no {NAME}", expected="a folder written by `treadle build` or `treadle models download`"
        )
    data = path.read_bytes()
    digest = blake3(data).hexdigest()
    if expected is not None and digest != expected:
        raise PackageError(f"{folder} is package {digest[:12]}", expected=f"package {expected[:12]}")
    listed = read_manifest(data).files
    present = _files(folder)
    for name, entry in listed.items():
        if name not in present:
            raise PackageError(f"{name} is missing from {folder}", next_move="download the model version again")
        if _entry(present[name]) != entry:
            raise PackageError(f"{name} in {folder} was altered", next_move="download the model version again")
    for name in present:
        if name not in listed:
            raise PackageError(
                f"{name} in {folder} is not in the manifest", next_move="download the model version again"
            )
    return digest
