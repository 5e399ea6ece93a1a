"""Owns the situation a trigger looks at: the settings, the moment, the sources, the code and a person's wish."""

from __future__ import annotations

import msgspec

from treadle.records import Run, RunRequest, canonical
from treadle.settings import Settings
from treadle.store.digest import digest
from treadle.workspace import Workspace


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """What is known at the moment `at` (as records write it).

    `sources` maps each source file to its digest, `commit` names the state of the code (a git commit or a
    fingerprint), `wish` is a person's reason; each empty where unknown.
    """

    settings: Settings
    at: str
    actor: str
    sources: dict[str, str] = {}
    commit: str = ""
    wish: str = ""


def last_build(workspace: Workspace, project: str) -> Run | None:
    """Return the newest build of `project` that came to its end (succeeded, or was refused by a gate)."""
    for run in workspace.catalog.find(Run, newest_first=True, kind="build", project=project):
        if run.status in ("succeeded", "refused"):
            return run
    return None


def proposal(situation: Situation, trigger: str, reason: str, because: str) -> RunRequest:
    """Return the request for a build that `trigger` proposes; the same `because` gives the same id."""
    return RunRequest(
        id=f"request-{digest(canonical([trigger, because]))[:12]}",
        pipeline="build",
        reason=reason,
        trigger=trigger,
        status="open",
        created=situation.at,
        actor=situation.actor,
    )
