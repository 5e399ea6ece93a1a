"""Owns how a package becomes a model version: its files in the store, its row under the model's next number."""

from __future__ import annotations

from pathlib import Path

from treadle.errors import PackageError
from treadle.packaging import manifest
from treadle.records import Artifact, ModelVersion, now
from treadle.workspace import Workspace


def register(
    workspace: Workspace,
    folder: Path,
    *,
    model: str,
    run: str,
    dataset_version: str,
    split: str,
    commit: str,
    report: str,
    metrics: dict[str, float],
    fitted: str,
    opponent: str | None = None,
    request: str | None = None,
) -> ModelVersion:
    """Keep the package in `folder` as the next version of `model` and return it.

    A package that `model` has already keeps its version, whoever asks. The files are in the store before the row is
    written, so a version that can be seen is whole. Raises PackageError if the folder is not as its manifest says.
    """
    package = manifest.verify(folder)
    files = keep(workspace, folder)
    with workspace.catalog.transaction(workspace.actor) as change:
        if known := change.find(ModelVersion, model=model, package=package):
            return known[0]
        newest = max((each.version for each in change.find(ModelVersion, model=model)), default=0)
        version = ModelVersion(
            id=f"{model}/{newest + 1}",
            model=model,
            version=newest + 1,
            package=package,
            files=files,
            run=run,
            dataset_version=dataset_version,
            split=split,
            commit=commit,
            created=now(),
            actor=workspace.actor,
            report=report,
            metrics=metrics,
            fitted=fitted,
            opponent=opponent,
            request=request,
        )
        change.add(version, action="register")
    return version


def keep(workspace: Workspace, folder: Path) -> tuple[Artifact, ...]:
    """Put every file of the package in the store, the manifest among them."""
    listed = manifest.read_manifest((folder / manifest.NAME).read_bytes()).files
    files = []
    for name in (*listed, manifest.NAME):
        path = folder / name
        digest = workspace.store.put(path)
        if name in listed and digest != listed[name].digest:
            raise PackageError(f"{path} changed while it was registered", next_move="run `treadle build` again")
        files.append(Artifact(name=name, codec="file", digest=digest, size=path.stat().st_size))
    return tuple(files)
