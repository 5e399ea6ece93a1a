"""Owns Build: ingest, train, test, package, register."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from treadle import registry
from treadle.data import sealed, versions
from treadle.data.ingest import ingest as ingest_rows
from treadle.data.sources import open_source
from treadle.engine import context, pipeline, step
from treadle.errors import GateFailed
from treadle.pipelines import packing, testing
from treadle.pipelines.plan import Plan
from treadle.records import Artifact, DatasetVersion, GateResult, Report
from treadle.settings import Column, Data, Monitor, Package, Split, Test, Train
from treadle.training.fitted import Fitted, Summary
from treadle.training.train import train as train_model


class Tested(NamedTuple):
    """What the test split said: the report's id, its metrics, and what each gate said."""

    report: str
    metrics: dict[str, float]
    gates: tuple[GateResult, ...]


class Packed(NamedTuple):
    """A package: its digest, and its files in the store."""

    digest: str
    files: tuple[Artifact, ...]


@step
def ingest(source: Any, data: Data, split: Split, schema: dict[str, Column], dataset: str) -> str:
    """Commit the source's rows as a dataset version and return its id."""
    its = context()
    del source  # its contents are in the key; the settings say how it is read
    return ingest_rows(
        its.workspace, open_source(data, its.project_root), data, split, schema, its.run_id, dataset=dataset
    ).id


@step
def train(dataset: str, features: Any, estimator: Any, data: Data, split: Split, how: Train) -> Fitted:
    """Search and fit on the train and validation splits."""
    workspace = context().workspace
    version = workspace.catalog.get(DatasetVersion, dataset)
    return train_model(
        versions.read(workspace, version, ("train",)),
        versions.read(workspace, version, ("validation",)),
        features=features,
        estimator=estimator,
        data=data,
        split=split,
        how=how,
    )


@step
def test(
    dataset: str,
    estimator: Any,
    summary: Summary,
    features: Any,
    data: Data,
    split: Split,
    how: Test,
    name: str,
    opponent: str | None,
) -> Tested:
    """Measure the model once on the sealed test split, beside the champion; write the report."""
    its = context()
    version = its.workspace.catalog.get(DatasetVersion, dataset)
    unsealed = sealed.read_test(its.workspace, version, its.run_id, "test", how.budget)
    report = testing.report(
        its.workspace,
        its.run_id,
        version=version,
        frame=unsealed.frame,
        fitted=Fitted(estimator, summary),
        features=features,
        data=data,
        split=split,
        how=how,
        name=name,
        opponent=opponent,
        warning=unsealed.warning,
    )
    return Tested(report.id, report.metrics, report.gates)


@step
def package(
    dataset: str,
    estimator: Any,
    summary: Summary,
    report: str,
    metrics: dict[str, float],
    gates: tuple[GateResult, ...],
    features: Any,
    data: Data,
    how: Package,
    monitor: Monitor,
    name: str,
    code: str,
) -> Packed:
    """Write the model as a package and keep its files; refuses (GateFailed) what a gate refused."""
    its = context()
    refused = [gate for gate in gates if not gate.passed]
    if refused:
        raise GateFailed(
            "; ".join(gate.message for gate in refused),
            next_move=f"open the report (`treadle models report {report}`), or change [[test.gates]]",
        )
    version = its.workspace.catalog.get(DatasetVersion, dataset)
    unsealed = sealed.read_test(its.workspace, version, its.run_id, "agreement and reference", 10**9)
    return Packed(
        *packing.pack(
            its.workspace,
            its.project_root,
            version=version,
            frame=unsealed.frame,
            fitted=Fitted(estimator, summary),
            report=its.workspace.catalog.get(Report, report),
            metrics=metrics,
            features=features,
            data=data,
            how=how,
            monitor=monitor,
            name=name,
            package=code,
        )
    )


@step
def register(
    package: str,
    files: tuple[Artifact, ...],
    dataset: str,
    report: str,
    metrics: dict[str, float],
    name: str,
    opponent: str | None,
) -> str:
    """Make the package the next version of the model and return the version's id."""
    its = context()
    version = its.workspace.catalog.get(DatasetVersion, dataset)
    folder: Path = packing.unpacked(its.workspace, package, files)
    return registry.register(
        its.workspace,
        folder,
        model=name,
        run=its.run_id,
        dataset_version=version.id,
        split=version.split,
        commit=packing.commit_of(its.workspace, its.run_id),
        report=report,
        metrics=metrics,
        fitted=next(file.digest for file in files if file.name == "model.skops"),
        opponent=opponent,
    ).id


@pipeline
def build(plan: Plan, opponent: Any) -> Any:
    """From rows to a registered model version; `opponent` names the champion a fitted model meets."""
    its = plan.settings
    dataset = ingest(plan.source, its.data, its.split, plan.schema, plan.name)
    fitted = train(dataset, plan.features, plan.estimator, its.data, its.split, its.train)
    against = opponent(fitted.estimator)
    tested = test(
        dataset, fitted.estimator, fitted.summary, plan.features, its.data, its.split, its.test, plan.name, against
    )
    packed = package(
        dataset,
        fitted.estimator,
        fitted.summary,
        *tested,
        plan.features,
        its.data,
        its.package,
        its.monitor,
        plan.name,
        plan.package,
    )
    return register(packed.digest, packed.files, dataset, tested.report, tested.metrics, plan.name, against)
