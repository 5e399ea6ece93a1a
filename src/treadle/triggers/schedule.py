"""Owns the schedule trigger: a build every so often."""

from __future__ import annotations

from datetime import datetime

from treadle.records import RunRequest
from treadle.settings import seconds
from treadle.triggers.situation import Situation, last_build, proposal
from treadle.workspace import Workspace


def due(workspace: Workspace, situation: Situation) -> RunRequest | None:
    """Return a request when the last build started at least `retrain.schedule` ago; None before any build."""
    every = situation.settings.retrain.schedule
    last = last_build(workspace, situation.settings.project.name)
    if every is None or last is None:
        return None
    age = (datetime.fromisoformat(situation.at) - datetime.fromisoformat(last.started)).total_seconds()
    if age < seconds(every):
        return None
    return proposal(situation, "schedule", f"the last build, {last.id}, is older than {every}", last.id)
