"""Owns the way back from one prediction to the rows its model learnt from, each link looked at."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple, TypeVar

from treadle.errors import LineageBroken, NotFound
from treadle.records import DatasetVersion, Deployment, ModelVersion, Prediction, Record, Release, Run
from treadle.serving.prediction_log import find
from treadle.workspace import Workspace

R = TypeVar("R", bound=Record)
SPLITS = ("train", "validation", "test")


class Link(NamedTuple):
    """One link of the chain: what it is, its name or digest, and a sentence about it."""

    kind: str
    id: str
    says: str


def trace(workspace: Workspace, prediction_id: str, log_folders: Iterable[Path]) -> list[Link]:
    """Return the chain from a prediction to deployment, release, package, model version, run, commit, dataset version
    and split, having seen that each record is in the catalog and each object in the store.

    `log_folders` are where prediction logs stand. Raises NotFound if none has the prediction, LineageBroken naming
    the first link that is missing.
    """
    prediction = _prediction(prediction_id, log_folders)
    deployment = _deployment(workspace, prediction)
    release = _record(workspace, Release, deployment.release, f"deployment {deployment.id}")
    _same("package", release.package, prediction.package, f"release {release.id}")
    version = _record(workspace, ModelVersion, release.model_version, f"release {release.id}")
    _same("package", version.package, prediction.package, f"model version {version.id}")
    for file in version.files:
        _object(workspace, file.digest, f"file {file.name} of package {version.package}")
    run = _record(workspace, Run, version.run, f"model version {version.id}")
    dataset = _record(workspace, DatasetVersion, version.dataset_version, f"model version {version.id}")
    _same("split", dataset.split, version.split, f"model version {version.id}")
    for part in dataset.parts:
        _object(workspace, part.digest, f"a part ({part.rows} {part.split} rows) of dataset version {dataset.id}")
    _object(workspace, dataset.split, f"the split rule of dataset version {dataset.id}")
    whence = f"{dataset.rows} rows of {dataset.dataset} from {len(dataset.sources)} sources"
    cut = ", ".join(f"{dataset.split_rows[split]} {split}" for split in SPLITS if split in dataset.split_rows)
    return [
        Link("prediction", prediction.id, f"given {prediction.created} in {prediction.environment}"),
        Link("deployment", deployment.id, f"made {deployment.created} by {deployment.actor}, {deployment.status}"),
        Link("release", release.id, f"rendered for target {release.target} by {release.actor}"),
        Link("package", version.package, f"{len(version.files)} files, all in the store"),
        Link("model version", version.id, f"registered {version.created} by {version.actor}"),
        Link("run", run.id, f"{run.kind} {run.name}, {run.status}, started {run.started} by {run.actor}"),
        Link("commit", version.commit, _says_commit(version, run)),
        Link("dataset version", dataset.id, whence),
        Link("split", dataset.split, f"rows: {cut}"),
    ]


def _prediction(id: str, folders: Iterable[Path]) -> Prediction:
    looked = list(folders)
    for folder in looked:
        if prediction := find(folder, id):
            return prediction
    raise NotFound(
        f"no prediction {id!r} in the prediction logs",
        expected="an id that an answer of the model server carried",
        next_move="looked in " + (", ".join(map(str, looked)) or "no folder: nothing was deployed yet"),
    )


def _deployment(workspace: Workspace, prediction: Prediction) -> Deployment:
    """The deployment that answered: the newest of the environment with the package, begun before the answer."""
    deployments = workspace.catalog.find(
        Deployment, environment=prediction.environment, package=prediction.package, newest_first=True
    )
    for deployment in deployments:
        if deployment.created <= prediction.created:
            return deployment
    raise _broken(
        f"no deployment of package {prediction.package} in {prediction.environment} before {prediction.created}",
        f"prediction {prediction.id}",
    )


def _record(workspace: Workspace, kind: type[R], id: str, named_by: str) -> R:
    try:
        return workspace.catalog.get(kind, id)
    except NotFound as error:
        raise _broken(f"{kind.__name__} {id!r} is not in the catalog", named_by) from error


def _object(workspace: Workspace, digest: str, what: str) -> None:
    if not workspace.store.has(digest):
        raise _broken(f"{what} is not in the store", f"digest {digest}")


def _same(what: str, met: str, expected: str, named_by: str) -> None:
    if met != expected:
        raise _broken(f"{what} {met} is not {what} {expected}", named_by)


def _says_commit(version: ModelVersion, run: Run) -> str:
    if not version.commit:
        return "the project was in no git repository; its code is in the package, and in the run's step keys"
    return "with changes that were not committed" if run.dirty else "nothing uncommitted"


def _broken(met: str, named_by: str) -> LineageBroken:
    return LineageBroken(
        f"the lineage is broken: {met}",
        expected=f"what {named_by} names",
        next_move="open the catalog and store it was made with, or restore them; see `treadle audit verify`",
    )
