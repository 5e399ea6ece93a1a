"""Owns aliases: names such as champion that point at one version of a model, and move."""

from __future__ import annotations

from treadle.records import Alias, ModelVersion, now
from treadle.workspace import Workspace

CHAMPION = "champion"


def point(workspace: Workspace, model: str, alias: str, version: int, reason: str) -> Alias:
    """Let `model@alias` point at `version` and return it; nothing changes if it does already.

    Raises NotFound if the model has no such version.
    """
    with workspace.catalog.transaction(workspace.actor) as change:
        change.get(ModelVersion, f"{model}/{version}")
        standing = change.find(Alias, id=f"{model}@{alias}")
        if standing and standing[0].version == version:
            return standing[0]
        new = Alias(
            id=f"{model}@{alias}",
            model=model,
            alias=alias,
            version=version,
            since=now(),
            actor=workspace.actor,
            reason=reason,
        )
        if standing:
            change.replace(standing[0], new, action="point")
        else:
            change.add(new, action="point")
    return new


def champion(workspace: Workspace, model: str) -> ModelVersion | None:
    """Return the version that `model@champion` points at, or None."""
    standing = workspace.catalog.find(Alias, id=f"{model}@{CHAMPION}")
    return workspace.catalog.get(ModelVersion, f"{model}/{standing[0].version}") if standing else None
