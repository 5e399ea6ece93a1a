"""Owns engines for tests: over a real workspace in a folder, and short words for what a run did."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from factories.records import a_run
from factories.workspaces import a_workspace
from treadle.engine import Engine, Event, Planned
from treadle.records import Run
from treadle.workspace import Workspace


class Bench(NamedTuple):
    """An engine with its workspace; `events` gathers what it tells."""

    engine: Engine
    workspace: Workspace
    events: list[Event]

    def run(self, pipe: Any, *args: Any, force: frozenset[str] = frozenset(), **keywords: Any) -> Any:
        """Run a pipeline as a run of its own and return its result."""
        return self.engine.run(pipe, *args, run=self.a_run(), force=force, **keywords)

    def a_run(self) -> Run:
        """Return a fresh row of a running run, which the catalog has."""
        run = a_run(steps=(), metrics={}, params={})
        with self.workspace.catalog.transaction("ada") as change:
            change.add(run)
        return run

    @property
    def did(self) -> str:
        """The steps of the latest run: those that ran in capitals, those reused in small letters."""
        return " ".join(each.step.lower() if each.reused else each.step.upper() for each in self.engine.executions)

    @property
    def reasons(self) -> dict[str, str]:
        """Why each step of the latest run was done."""
        return {each.step: each.reason for each in self.engine.executions}

    def planned(self, pipe: Any, *args: Any, **keywords: Any) -> dict[str, tuple[bool | None, str]]:
        """Plan a pipeline: for each step whether it would be reused, and why."""
        plan: list[Planned] = self.engine.plan(pipe, *args, **keywords)
        return {each.step: (each.reuse, each.reason) for each in plan}


@contextmanager
def a_bench(root: Path, *, workers: int = 1) -> Iterator[Bench]:
    """An engine on the project in `root`, one process unless more are asked for."""
    events: list[Event] = []
    with a_workspace(root) as workspace:
        yield Bench(Engine(workspace, root, workers=workers, listener=events.append), workspace, events)
