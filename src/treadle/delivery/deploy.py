"""Owns deployments: a version goes live, back, or out; each change is recorded, each command may be repeated."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from treadle import registry
from treadle.delivery.targets import TARGETS, Say, Target
from treadle.errors import DeployError
from treadle.records import Deployment, ModelVersion, Release, new_id, now
from treadle.serving.state import Observed
from treadle.settings import Environment
from treadle.workspace import Workspace


def target_of(workspace: Workspace, name: str, environment: Environment) -> Target:
    """Return the target of the environment `name`; UnknownKind for a kind that does not exist."""
    return cast(Target, TARGETS.load(environment.target)(workspace.home, name))


@contextmanager
def _alone(workspace: Workspace, name: str) -> Iterator[None]:
    """Let one process at a time change an environment; a second waits."""
    folder = workspace.home / "environments" / name
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "deploy.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def deploy(
    workspace: Workspace, name: str, environment: Environment, version: ModelVersion, say: Say, reason: str = ""
) -> Deployment:
    """Put `version` live in the environment `name` and return the deployment.

    Nothing changes if it is live already. A deployment that a killed command left behind is gone on with. Raises
    DeployError if an approval is missing or the release does not become ready; what was live before stays live.
    """
    if environment.approval and not registry.approved(workspace, version, name):
        raise DeployError(
            f"{version.id} is not approved for {name}",
            expected="a person's approval, as environments.NAME.approval asks for",
            next_move=f"treadle models approve {version.id} {name}",
        )
    with _alone(workspace, name):
        target = target_of(workspace, name, environment)
        seen = target.status()
        last = live(workspace, name)
        if last and seen and seen.status == "live" and seen.package == version.package == last.package:
            say(f"{version.id} is live in {name} already")
            return last
        row = _started(workspace, name, environment, version, last, reason)
        try:
            folder = registry.materialise(workspace, version, workspace.home / "packages" / version.package)
            seen = target.apply(version, folder, environment, say)
            if seen.package != version.package:
                raise DeployError(
                    f"{name} reports package {seen.package[:12]}", expected=f"package {version.package[:12]}"
                )
        except DeployError as error:
            _replace(workspace, row, row.evolve(status="failed", ended=now(), reason=error.met), "failed")
            raise
        return _live(workspace, row, seen, last)


def _started(
    workspace: Workspace,
    name: str,
    environment: Environment,
    version: ModelVersion,
    last: Deployment | None,
    reason: str,
) -> Deployment:
    """Return the row of this deployment: the one a killed command left, or a new one with its release."""
    for left in workspace.catalog.find(Deployment, environment=name, status="starting"):
        if left.package == version.package:
            return left
        _replace(workspace, left, left.evolve(status="failed", ended=now(), reason="its command died"), "failed")
    release = Release(
        id=f"{version.package[:16]}-{environment.target}",
        package=version.package,
        model_version=version.id,
        target=environment.target,
        created=now(),
        actor=workspace.actor,
    )
    row = Deployment(
        id=new_id("deployment"),
        environment=name,
        release=release.id,
        package=version.package,
        model_version=version.id,
        target=environment.target,
        status="starting",
        created=now(),
        actor=workspace.actor,
        previous=last.id if last else None,
        reason=reason,
    )
    with workspace.catalog.transaction(workspace.actor) as change:
        if not change.find(Release, package=version.package, target=environment.target):
            change.add(release, "render")
        change.add(row, "deploy")
    return row


def _live(workspace: Workspace, row: Deployment, seen: Observed, last: Deployment | None) -> Deployment:
    made = row.evolve(status="live", address=seen.address)
    with workspace.catalog.transaction(workspace.actor) as change:
        if last and last.id != row.id:
            change.replace(last, last.evolve(status="replaced", ended=now()), "replaced")
        change.replace(row, made, "live")
    return made


def _replace(workspace: Workspace, old: Deployment, new: Deployment, action: str) -> None:
    with workspace.catalog.transaction(workspace.actor) as change:
        change.replace(old, new, action)


def live(workspace: Workspace, name: str) -> Deployment | None:
    """Return the deployment recorded as live in the environment `name`."""
    found = workspace.catalog.find(Deployment, environment=name, status="live", newest_first=True, limit=1)
    return found[0] if found else None


def rollback(workspace: Workspace, name: str, environment: Environment, say: Say) -> Deployment:
    """Put back what was live before; DeployError if nothing was."""
    current = live(workspace, name)
    package = current.package if current else ""
    for earlier in workspace.catalog.find(Deployment, environment=name, newest_first=True):
        if earlier.status in ("replaced", "stopped") and earlier.package != package:
            version = workspace.catalog.get(ModelVersion, earlier.model_version)
            return deploy(workspace, name, environment, version, say, reason=f"rollback from {current and current.id}")
    raise DeployError(
        f"nothing else was ever live in {name}", next_move="deploy a version by name: `treadle deploy NAME --model M/1`"
    )


def stop(workspace: Workspace, name: str, environment: Environment) -> Deployment | None:
    """Stop what runs in the environment and record it; returns the deployment stopped, or None."""
    with _alone(workspace, name):
        target_of(workspace, name, environment).stop()
        current = live(workspace, name)
        if current is None:
            return None
        ended = current.evolve(status="stopped", ended=now())
        _replace(workspace, current, ended, "stop")
        return ended
