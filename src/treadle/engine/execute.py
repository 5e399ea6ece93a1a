"""Owns the engine: runs a pipeline, or says what a run would do."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from treadle.engine.events import Listener
from treadle.engine.execution.session import Session
from treadle.engine.execution.writing import WritingStore
from treadle.engine.graph import recording
from treadle.engine.plan import Planned, Planner, Unplannable
from treadle.engine.runners.local import LocalRunner
from treadle.records import Run, StepExecution
from treadle.workspace import Workspace


class Engine:
    """Runs pipelines of the project at `project_root`, with up to `workers` processes (0: one a core)."""

    def __init__(
        self, workspace: Workspace, project_root: Path, *, workers: int = 0, listener: Listener | None = None
    ) -> None:
        """`listener` hears of what goes on, in the thread that called `run`."""
        self._workspace = workspace
        self._root = project_root.resolve()
        self._workers = workers
        self._listener: Listener = listener or (lambda _: None)
        self._session: Session | None = None

    @property
    def executions(self) -> tuple[StepExecution, ...]:
        """The steps of the latest run that are done, in that order; after an error the failed one is the last."""
        return tuple(self._session.executions) if self._session else ()

    def run(
        self, pipe: Callable[..., Any], *args: Any, run: Run, force: Collection[str] = frozenset(), **keywords: Any
    ) -> Any:
        """Run a pipeline and return its result, with values in place of futures; `force` names steps that run anyway.

        Steps whose code, parameters, inputs and packages are as before are reused. What is done stays done when a
        later step fails or the process dies. Raises StepFailed naming the step and the user's line, and the
        TreadleErrors of bodies as they are.
        """
        store = WritingStore(self._workspace.store)
        runner = LocalRunner(self._workspace.store, store, self._workers)
        self._session = session = Session(self._workspace, store, self._root, run, runner, force, self._listener)
        try:
            with recording(session):
                result = pipe(*args, **keywords)
            return session.finish(result)
        finally:
            runner.close()
            session.close()

    def plan(
        self, pipe: Callable[..., Any], *args: Any, force: Collection[str] = frozenset(), **keywords: Any
    ) -> list[Planned]:
        """Return for each step of the pipeline whether `run` would reuse it, and why; nothing runs.

        Where the body looks at a value that is not there yet, the plan ends with a step named `...`.
        """
        planner = Planner(self._workspace, self._root, force)
        try:
            with recording(planner):
                pipe(*args, **keywords)
        except Unplannable:
            pass
        return planner.planned
