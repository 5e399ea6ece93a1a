"""Owns Monitor: watch, report, and the run's record."""

from __future__ import annotations

import msgspec

from treadle import runs
from treadle.delivery.deploy import live
from treadle.errors import MonitorError
from treadle.monitoring.report import render
from treadle.monitoring.watch import Outcome, watch
from treadle.records import Artifact, Deployment, ModelVersion, Report, canonical, now
from treadle.serving.state import place
from treadle.settings import Settings
from treadle.store.digest import digest
from treadle.workspace import Workspace


class Looked(msgspec.Struct, frozen=True):
    """What the monitor found in an environment, and the report it left."""

    deployment: Deployment
    outcome: Outcome
    report: Report


def watched(workspace: Workspace, environment: str) -> Deployment:
    """Return the deployment that is live in `environment`; MonitorError if there is none."""
    found = live(workspace, environment)
    if found is None:
        raise MonitorError(
            f"nothing is live in {environment}", next_move=f"put a model version there: `treadle deploy {environment}`"
        )
    return found


def run_monitor(workspace: Workspace, settings: Settings, environment: str) -> Looked:
    """Look at everything the live package of `environment` answered; leave windows, alerts, a request and a report."""
    deployment = watched(workspace, environment)
    version = workspace.catalog.get(ModelVersion, deployment.model_version)
    past = workspace.store.get(next(file.digest for file in version.files if file.name == "reference.json"))
    run = runs.start(workspace, "monitor", environment, settings.project.name, {"deployment": deployment.id})
    try:
        outcome = watch(
            workspace,
            environment=environment,
            package=version.package,
            reference=past,
            log=place(workspace.home, environment).predictions,
            settings=settings,
        )
        report = _kept(workspace, run.id, environment, outcome, past, version)
    except BaseException as error:
        runs.finish(workspace, run, "failed", error=str(error)[:2000])
        raise
    runs.finish(workspace, run, "succeeded", metrics=report.metrics)
    return Looked(deployment, outcome, report)


def _kept(
    workspace: Workspace, run: str, environment: str, outcome: Outcome, past: bytes, version: ModelVersion
) -> Report:
    html = render(workspace, outcome, past, name=version.id, environment=environment).encode()
    numbers = canonical([msgspec.to_builtins(window) for window in outcome.windows])
    metrics = dict(outcome.windows[-1].metrics) if outcome.windows else {}
    report = Report(
        id=f"report-{digest(html + run.encode())[:12]}",
        kind="monitor",
        run=run,
        created=now(),
        metrics=metrics,
        page=Artifact(name="monitor.html", codec="html", digest=workspace.store.put(html), size=len(html)),
        data=Artifact(name="monitor.json", codec="json", digest=workspace.store.put(numbers), size=len(numbers)),
        subject=f"{version.id} in {environment}",
    )
    with workspace.catalog.transaction(workspace.actor) as transaction:
        transaction.add(report, "monitor")
    return report
