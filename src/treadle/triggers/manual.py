"""Owns the manual trigger: a build because a person wants one."""

from __future__ import annotations

from treadle.records import RunRequest
from treadle.triggers.situation import Situation, proposal
from treadle.workspace import Workspace


def due(workspace: Workspace, situation: Situation) -> RunRequest | None:  # noqa: ARG001 - every trigger's signature
    """Return a request when `situation.wish` says why."""
    if not situation.wish:
        return None
    return proposal(situation, "manual", situation.wish, f"{situation.actor} {situation.at} {situation.wish}")
