"""Owns one build from beginning to end: the run's record, the steps, the champion met, the alias moved."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec

from treadle import registry, runs
from treadle.data.sources import open_source
from treadle.engine import Engine, Listener, Planned
from treadle.errors import CodeError, GateFailed
from treadle.pipelines.build import build
from treadle.pipelines.plan import Plan
from treadle.records import ModelVersion, Report, Run
from treadle.workspace import Workspace

CHALLENGER = "challenger"


class Built(msgspec.Struct, frozen=True):
    """What a build came to: the run, the model version, its report, and whether it became champion just now."""

    run: Run
    version: ModelVersion
    report: Report
    promoted: bool


def planned(workspace: Workspace, plan: Plan, force: Collection[str] = ()) -> list[Planned]:
    """Say for each step whether a build would run or reuse it, and why; nothing runs."""

    def opponent(estimator: Any) -> str | None:
        try:
            return met_before(workspace, plan.name, estimator.digest)
        except CodeError:
            return _champion(workspace, plan.name)

    return Engine(workspace, plan.root).plan(build, plan, opponent, force=force)


def run_build(
    workspace: Workspace,
    plan: Plan,
    *,
    force: Collection[str] = (),
    listener: Listener | None = None,
    request: str | None = None,
) -> Built:
    """Run Build, record the run, and let `champion` point at the new version if the settings allow.

    A gate that refuses ends the run as refused and raises GateFailed; any other error ends it as failed.
    """
    runs.recover(workspace)
    sources = open_source(plan.settings.data, plan.root).fingerprint()
    params = {"sources": sources, "settings": msgspec.to_builtins(plan.settings)}
    run = runs.start(workspace, "build", plan.name, plan.name, params, request=request)
    engine = Engine(workspace, plan.root, workers=plan.settings.train.workers, listener=listener)

    def opponent(estimator: Any) -> str | None:
        estimator.value()
        return met_before(workspace, plan.name, estimator.digest)

    try:
        made: str = engine.run(build, plan, opponent, run=run, force=force)
    except BaseException as error:
        status = "refused" if isinstance(error, GateFailed) else "failed"
        runs.finish(workspace, run, status, steps=engine.executions, error=str(error)[:2000])
        raise
    version = workspace.catalog.get(ModelVersion, made)
    run = runs.finish(workspace, run, "succeeded", steps=engine.executions, metrics=version.metrics)
    promoted = _promote(workspace, plan, version)
    return Built(run, version, workspace.catalog.get(Report, version.report), promoted)


def met_before(workspace: Workspace, model: str, fitted: str) -> str | None:
    """Return the version a fitted model is tested against: the one it met when first registered, else the champion."""
    for version in workspace.catalog.find(ModelVersion, model=model, fitted=fitted):
        return version.opponent
    return _champion(workspace, model)


def _champion(workspace: Workspace, model: str) -> str | None:
    found = registry.champion(workspace, model)
    return found.id if found else None


def _promote(workspace: Workspace, plan: Plan, version: ModelVersion) -> bool:
    champion = registry.champion(workspace, plan.name)
    if champion and champion.version >= version.version:
        return False
    registry.point(workspace, plan.name, CHALLENGER, version.version, f"built by {version.run}")
    if not plan.settings.retrain.promote and champion:
        return False
    reason = f"passed every gate against {champion.id}" if champion else "the first version"
    registry.point(workspace, plan.name, registry.CHAMPION, version.version, reason)
    return True


def source_prints(plan: Plan) -> dict[str, str]:
    """Return the digest of each source as it is now."""
    return open_source(plan.settings.data, plan.root).fingerprint()
