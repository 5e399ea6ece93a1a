"""Owns the new-data trigger: a build when the sources are not what the last build read."""

from __future__ import annotations

from treadle.records import RunRequest, canonical
from treadle.triggers.situation import Situation, last_build, proposal
from treadle.workspace import Workspace

NAMED = 3
"""Sources that a reason names before it only counts them."""


def due(workspace: Workspace, situation: Situation) -> RunRequest | None:
    """Return a request when `situation.sources` differ from `params["sources"]` of the last build; None before any."""
    last = last_build(workspace, situation.settings.project.name)
    if last is None or not situation.sources:
        return None
    before: dict[str, str] = last.params.get("sources", {})
    changes = [
        f"{'new' if name not in before else 'changed'} {name}"
        for name, digest in sorted(situation.sources.items())
        if before.get(name) != digest
    ]
    changes += [f"gone {name}" for name in sorted(before.keys() - situation.sources.keys())]
    if not changes:
        return None
    more = f" and {len(changes) - NAMED} more" if len(changes) > NAMED else ""
    because = canonical([last.id, situation.sources]).decode()
    return proposal(situation, "new_data", f"since {last.id}: {', '.join(changes[:NAMED])}{more}", because)
