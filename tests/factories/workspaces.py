"""Owns ready-made workspaces and packages for tests: a real catalog and store in a folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from treadle.packaging.manifest import write_manifest
from treadle.records import ModelVersion, Record
from treadle.registry import register
from treadle.workspace import Workspace


def a_workspace(root: Path, *records: Record, actor: str = "ada") -> Workspace:
    """A workspace with `records` in its catalog."""
    workspace = Workspace.open(root, ".treadle/catalog.db", ".treadle/store", actor)
    add(workspace, *records)
    return workspace


def add(workspace: Workspace, *records: Record) -> None:
    with workspace.catalog.transaction(workspace.actor) as change:
        for record in records:
            change.add(record)


def a_package(folder: Path, files: Mapping[str, bytes] | None = None) -> Path:
    """A folder of files with their manifest: a package as far as the registry looks at it."""
    contents = {"MLmodel": b"flavors: {}\n", "model.skops": b"weights", "code/flights/model.py": b"# features\n"}
    for name, data in (contents if files is None else files).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    write_manifest(folder)
    return folder


def registered(workspace: Workspace, folder: Path, **changes: Any) -> ModelVersion:
    """Register the package in `folder` with values a test need not name."""
    usual: dict[str, Any] = {
        "model": "flights",
        "run": "run-1",
        "dataset_version": "dataset-1",
        "split": "split-1",
        "commit": "c0ffee",
        "report": "report-1",
        "metrics": {"roc_auc": 0.75},
        "fitted": "fitted-1",
    }
    return register(workspace, folder, **usual | changes)
