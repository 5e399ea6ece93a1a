"""Owns the code-change trigger: a build when the project's code is not what the last build ran."""

from __future__ import annotations

from treadle.records import RunRequest
from treadle.triggers.situation import Situation, last_build, proposal
from treadle.workspace import Workspace


def due(workspace: Workspace, situation: Situation) -> RunRequest | None:
    """Return a request when `situation.commit` is known and not the last build's; None before any build."""
    last = last_build(workspace, situation.settings.project.name)
    if last is None or not situation.commit or situation.commit == last.commit:
        return None
    reason = f"code is at {situation.commit[:12]}, {last.id} ran {last.commit[:12] or 'code in no commit'}"
    return proposal(situation, "code_change", reason, f"{last.id} {situation.commit}")
