"""Owns deployments: a version goes live, back, or out; each change is recorded, each command may be repeated."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, cast

from treadle import registry
from treadle.delivery.health import health
from treadle.delivery.release import released, render
from treadle.delivery.targets import TARGETS, Say, Target
from treadle.errors import DeployError, TreadleError
from treadle.records import Deployment, ModelVersion, new_id, now
from treadle.serving.state import Observed, place
from treadle.settings import Environment
from treadle.workspace import Workspace


class Status(NamedTuple):
    """An environment as recorded, as its target saw it, and as the server itself says (None: nothing)."""

    deployment: Deployment | None
    observed: Observed | None
    health: dict[str, Any] | None


def target_of(workspace: Workspace, name: str, environment: Environment) -> Target:
    """Return the target of the environment `name`; UnknownKind for a kind that does not exist."""
    return cast(Target, TARGETS.load(environment.target)(workspace.home, name))


def deploy(
    workspace: Workspace, name: str, environment: Environment, version: ModelVersion, say: Say, reason: str = ""
) -> Deployment:
    """Put `version` live in the environment `name` and return the deployment; `say` hears of each step.

    Nothing changes if it is live already. A deployment that a killed command left behind is gone on with. Raises
    DeployError if an approval is missing or the release does not become ready; what was live before stays live.
    """
    _check_approval(workspace, name, environment, version)
    with _alone(workspace, name, say):
        target = target_of(workspace, name, environment)
        last, left = live(workspace, name), workspace.catalog.find(Deployment, environment=name, status="starting")
        if last and not left and last.package == version.package and _runs(target.status(), version, environment):
            say(f"{version.id} is live in {name} already")
            return last
        row = _started(workspace, name, environment, version, left, reason)
        try:
            folder = render(workspace, version)
            say(f"release {version.package[:12]} is ready and verified")
            seen = target.apply(version, folder, environment, say)
        except TreadleError as error:
            _replace(workspace, row, row.evolve(status="failed", ended=now(), reason=error.met), "failed")
            raise
        return _live(workspace, row, seen)


def rollback(workspace: Workspace, name: str, environment: Environment, say: Say) -> Deployment:
    """Put back what was live before; DeployError if nothing was."""
    current = live(workspace, name)
    for earlier in workspace.catalog.find(Deployment, environment=name, newest_first=True):
        if earlier.status in ("replaced", "stopped") and not (current and earlier.package == current.package):
            version = workspace.catalog.get(ModelVersion, earlier.model_version)
            why = f"rollback from {current.model_version}" if current else "rollback"
            return deploy(workspace, name, environment, version, say, reason=why)
    raise DeployError(
        f"nothing else was ever live in {name}", next_move=f"name a version: `treadle deploy {name} --model MODEL/1`"
    )


def stop(workspace: Workspace, name: str, environment: Environment, say: Say = lambda _: None) -> Deployment | None:
    """Stop what runs in the environment, after the requests in flight, and return the deployment that was live."""
    with _alone(workspace, name, say):
        target_of(workspace, name, environment).stop()
        current, ended = live(workspace, name), now()
        with workspace.catalog.transaction(workspace.actor) as change:
            for status in ("starting", "live"):
                for row in change.find(Deployment, environment=name, status=status):
                    change.replace(row, row.evolve(status="stopped", ended=ended), "stop")
        return current.evolve(status="stopped", ended=ended) if current else None


def status(workspace: Workspace, name: str, environment: Environment) -> Status:
    """Return how the environment stands by the records, by its target and by the server's own word."""
    observed = target_of(workspace, name, environment).status()
    return Status(live(workspace, name), observed, health(observed.address) if observed and observed.address else None)


def live(workspace: Workspace, name: str) -> Deployment | None:
    """Return the deployment recorded as live in the environment `name`."""
    found = workspace.catalog.find(Deployment, environment=name, status="live", newest_first=True, limit=1)
    return found[0] if found else None


@contextmanager
def _alone(workspace: Workspace, name: str, say: Say) -> Iterator[None]:
    """Let one process at a time change an environment; a second waits. A dead one's lock is free."""
    folder = place(workspace.home, name).folder
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "deploy.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"another command is changing {name}; waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _check_approval(workspace: Workspace, name: str, environment: Environment, version: ModelVersion) -> None:
    if environment.approval and not registry.approved(workspace, version, name):
        raise DeployError(
            f"{version.id} is not approved for {name}",
            expected="a person's approval, as environments.NAME.approval asks for",
            next_move=f"treadle models approve {version.id} {name}",
        )


def _runs(seen: Observed | None, version: ModelVersion, environment: Environment) -> bool:
    """Return whether `version` answers just as the settings ask for."""
    return (
        seen is not None
        and seen.package == version.package
        and (seen.host, seen.port, seen.asked) == (environment.host, environment.port, environment.workers)
    )


def _started(
    workspace: Workspace,
    name: str,
    environment: Environment,
    version: ModelVersion,
    left: list[Deployment],
    reason: str,
) -> Deployment:
    """Return the row of this deployment: the one a killed command `left`, or a new one with its release."""
    with workspace.catalog.transaction(workspace.actor) as change:
        mine = [row for row in left if row.package == version.package][-1:]
        for row in left:
            if row not in mine:
                change.replace(row, row.evolve(status="failed", ended=now(), reason="its command died"), "failed")
        if mine:
            return mine[0]
        release = released(change, version, environment.target, workspace.actor)
        standing = change.find(Deployment, environment=name, status="live", newest_first=True, limit=1)
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
            previous=standing[0].id if standing else None,
            reason=reason,
        )
        change.add(row, "deploy")
    return row


def _live(workspace: Workspace, row: Deployment, seen: Observed) -> Deployment:
    made = row.evolve(status="live", address=seen.address)
    with workspace.catalog.transaction(workspace.actor) as change:
        for old in change.find(Deployment, environment=row.environment, status="live"):
            change.replace(old, old.evolve(status="replaced", ended=now()), "replaced")
        change.replace(row, made, "live")
    return made


def _replace(workspace: Workspace, old: Deployment, new: Deployment, action: str) -> None:
    with workspace.catalog.transaction(workspace.actor) as change:
        change.replace(old, new, action)
