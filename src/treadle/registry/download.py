"""Owns how a model version becomes a folder again: all its files, verified, there wholly or not at all."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path

from treadle.errors import PackageError
from treadle.packaging import manifest
from treadle.records import Artifact, ModelVersion
from treadle.workspace import Workspace


def materialise(workspace: Workspace, version: ModelVersion, folder: Path) -> Path:
    """Write the package of `version` to `folder`, whose parents are made, and return `folder`.

    A folder that holds this very package already is left as it is. Raises PackageError if it holds anything else or
    the files are not what the version promises, NotFound if the store has lost one.
    """
    return assemble(workspace, version.package, version.files, folder, version.id)


def assemble(workspace: Workspace, package: str, files: Sequence[Artifact], folder: Path, name: str) -> Path:
    """Write the stored `files` of the package with digest `package` to `folder`; as `materialise`, for any package.

    `name` is what messages call it.
    """
    if folder.exists():
        return _same(package, folder, name)
    making = folder.with_name(f".{folder.name}-{secrets.token_hex(6)}")
    try:
        making.mkdir(parents=True)
        for file in files:
            target = making / file.name
            if not target.resolve().is_relative_to(making.resolve()):
                raise PackageError(
                    f"{name} has a file {file.name!r}, which leaves its folder", next_move="do not use it"
                )
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(workspace.store.path(file.digest), target)
        manifest.verify(making, package)
        try:
            making.rename(folder)
        except OSError:  # another process was faster
            return _same(package, folder, name)
    except OSError as error:
        raise PackageError(
            f"{name} cannot be written to {folder}: {error.strerror}",
            next_move="make room there or name another folder",
        ) from error
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return folder


def _same(package: str, folder: Path, name: str) -> Path:
    try:
        manifest.verify(folder, package)
    except PackageError as error:
        raise PackageError(
            f"{folder} exists and is not {name}: {error.met}",
            expected="a folder that does not exist yet, or holds this very package",
            next_move="delete it or name another folder",
        ) from error
    return folder
