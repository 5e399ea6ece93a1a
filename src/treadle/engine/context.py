"""Owns what a step's body may know of the run it is in, and how it calls other steps many times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Protocol

from treadle.engine.step import Step
from treadle.errors import CodeError
from treadle.workspace import Workspace


class Driver(Protocol):
    """The run that a step's body is in, on the driver's side."""

    workspace: Workspace

    def map(self, step: Step, calls: Sequence[dict[str, Any]]) -> list[Any]:
        """Run a step for each of the calls' arguments, and return the values in their order."""


class Context:
    """The run a step is in: its id and the project's folder. False outside a run, where a step is a plain function."""

    def __init__(self, run_id: str = "", project_root: Path | None = None, driver: Driver | None = None) -> None:
        self.run_id = run_id
        self.project_root = project_root or Path.cwd()
        self._driver = driver

    def __bool__(self) -> bool:
        return bool(self.run_id)

    @property
    def workspace(self) -> Workspace:
        """The open workspace; raises CodeError outside a run, and in a parallel step, which has no catalog."""
        if self._driver is None:
            raise CodeError(
                "there is no workspace here",
                expected="the body of a step in a run that is not parallel",
                next_move="give the step what it needs as arguments",
            )
        return self._driver.workspace

    def map(self, step: Step, calls: Sequence[dict[str, Any]]) -> list[Any]:
        """Call `step` with each of the keyword arguments and return the values in their order.

        In a run each call is remembered, recorded as a trial, and beside the others if the step is parallel;
        elsewhere the calls follow each other. Raises what the step raises.
        """
        if self._driver is None:
            return [step.function(**call) for call in calls]
        return self._driver.map(step, calls)


_NOWHERE = Context()
_current: ContextVar[Context] = ContextVar("context", default=_NOWHERE)


def context() -> Context:
    """Return the context of the step whose body runs; outside a run one that is false."""
    return _current.get()


@contextmanager
def within(its: Context) -> Iterator[None]:
    """Let `context()` be `its` in the block."""
    token = _current.set(its)
    try:
        yield
    finally:
        _current.reset(token)
