"""Owns ready-made situations that triggers look at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from factories.records import a_run
from factories.traffic import moment, some_settings
from treadle.records import Run
from treadle.settings import Retrain
from treadle.triggers.situation import Situation
from treadle.workspace import Workspace


def a_situation(day: float = 0.0, retrain: Retrain | None = None, **changes: Any) -> Situation:
    given: dict[str, Any] = {"settings": some_settings(retrain=retrain or Retrain()), "at": moment(day), "actor": "ada"}
    return Situation(**(given | changes))


def after_builds(root: Path, *builds: Run) -> Workspace:
    """A workspace in which these runs were written, in this order."""
    workspace = Workspace.open(root, ".treadle/catalog.db", ".treadle/store", actor="ada")
    with workspace.catalog.transaction("ada") as transaction:
        for build in builds:
            transaction.add(build)
    return workspace


def a_build(**changes: Any) -> Run:
    return a_run(**({"kind": "build", "project": "flights", "status": "succeeded", "started": moment(0)} | changes))
