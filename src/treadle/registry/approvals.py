"""Owns approvals: the word of a person that a version may enter an environment, the last word counting."""

from __future__ import annotations

from treadle.records import Approval, ModelVersion, new_id, now
from treadle.workspace import Workspace


def approve(
    workspace: Workspace, version: ModelVersion, environment: str, *, granted: bool = True, comment: str = ""
) -> Approval:
    """Record and return the actor's word on `version` in `environment`; `granted=False` refuses or takes back."""
    approval = Approval(
        id=new_id("approval"),
        model_version=version.id,
        environment=environment,
        granted=granted,
        actor=workspace.actor,
        created=now(),
        comment=comment,
    )
    with workspace.catalog.transaction(workspace.actor) as change:
        change.get(ModelVersion, version.id)
        change.add(approval, action="approve" if granted else "refuse")
    return approval


def approved(workspace: Workspace, version: ModelVersion, environment: str) -> bool:
    """Return whether the last word on `version` in `environment` was a yes."""
    words = workspace.catalog.find(
        Approval, model_version=version.id, environment=environment, newest_first=True, limit=1
    )
    return bool(words) and words[0].granted
