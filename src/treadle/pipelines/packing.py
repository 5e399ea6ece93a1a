"""Owns how the package step turns a tested model into a package whose files are in the store."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from msgspec.structs import replace

from treadle import registry
from treadle.data import versions
from treadle.evaluation.importance import importance
from treadle.monitoring.reference import reference
from treadle.packaging.inference import infer
from treadle.packaging.package import Content, write
from treadle.packaging.signature import Signature
from treadle.pipelines.testing import asked
from treadle.records import Artifact, DatasetVersion, Report, Run
from treadle.settings import Column, Data, Monitor, Package
from treadle.training.fitted import Fitted
from treadle.workspace import Workspace


def pack(
    workspace: Workspace,
    root: Path,
    *,
    version: DatasetVersion,
    frame: pl.DataFrame,
    fitted: Fitted,
    report: Report,
    metrics: dict[str, float],
    features: Callable[..., Any] | None,
    data: Data,
    how: Package,
    monitor: Monitor,
    name: str,
    package: str,
) -> tuple[str, tuple[Artifact, ...]]:
    """Write the package from the model and `frame`, the rows of the test split; return its digest and stored files."""
    summary = fitted.summary
    inputs, truth = frame.select(summary.inputs), frame[data.target]
    predict = asked(fitted, features, data.task)
    classes = np.array(summary.classes) if summary.classes else ()
    weights = importance(predict, inputs, truth, summary.metric, data.task, classes, seed=summary.seed)
    past = reference(
        inputs,
        predict(inputs),
        truth,
        task=data.task,
        classes=summary.classes,
        metric=monitor.metric or summary.metric,
        monitor=monitor,
        time=frame[data.time] if data.time and data.time not in inputs.columns else None,
        importance={each.column: max(0.0, each.mean) for each in weights},
    )
    content = Content(
        name=name,
        task=data.task,
        estimator=fitted.estimator,
        signature=_signature(infer(inputs, truth, data.task), versions.schema(workspace, version)),
        example=inputs.head(5),
        test_frame=inputs,
        root=root,
        package=package,
        features=features,
        lineage={
            "dataset_version": version.id,
            "split": version.split,
            "report": report.id,
            "params": summary.params,
            "metrics": metrics,
        },
        extra={"reference.json": past, "report.html": workspace.store.get(report.page.digest)},
        settings=how,
    )
    workspace.home.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix="pack-", dir=workspace.home))
    try:
        digest = write(work / "package", content)
        return digest, registry.keep(workspace, work / "package")
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _signature(seen: Signature, rules: dict[str, Column]) -> Signature:
    """Let a model take a missing value where the schema does, whether or not the test split had one."""
    fields = tuple(replace(field, null=rules[field.name].null) for field in seen.inputs)
    return Signature(inputs=fields, outputs=seen.outputs)


def unpacked(workspace: Workspace, package: str, files: tuple[Artifact, ...]) -> Path:
    """Return the package as a verified folder, where a release of it will be found too."""
    return registry.assemble(
        workspace, package, files, workspace.home / "releases" / package, f"package {package[:12]}"
    )


def commit_of(workspace: Workspace, run: str) -> str:
    """Return the git commit at which a run was started, empty outside a repository."""
    found = workspace.catalog.get(Run, run)
    return found.commit
