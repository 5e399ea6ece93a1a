"""Owns releases: a model version's package as files on this machine, the same digest everywhere."""

from __future__ import annotations

import secrets
import shutil
from pathlib import Path

from treadle import registry
from treadle.catalog import Transaction
from treadle.errors import PackageError
from treadle.records import ModelVersion, Release, new_id, now
from treadle.workspace import Workspace


def render(workspace: Workspace, version: ModelVersion) -> Path:
    """Return the folder with the verified package of `version`, made if it is not there, made again if it was altered.

    Raises PackageError if the files cannot be written or are not what the version promises.
    """
    folder = workspace.home / "releases" / version.package
    try:
        return registry.materialise(workspace, version, folder)
    except PackageError:
        if not folder.exists():
            raise
    altered = folder.with_name(f".{folder.name}-{secrets.token_hex(6)}")
    folder.rename(altered)
    shutil.rmtree(altered, ignore_errors=True)
    return registry.materialise(workspace, version, folder)


def released(change: Transaction, version: ModelVersion, target: str, actor: str) -> Release:
    """Return the release of `version` for a kind of target, recorded once however often it is deployed."""
    if known := change.find(Release, package=version.package, target=target, limit=1):
        return known[0]
    release = Release(
        id=new_id("release"),
        package=version.package,
        model_version=version.id,
        target=target,
        created=now(),
        actor=actor,
    )
    change.add(release, "render")
    return release
