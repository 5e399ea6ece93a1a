"""Owns what a run tells while it goes on, for whoever shows progress."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from treadle.records import StepExecution


class StepStarted(msgspec.Struct, frozen=True):
    """A step begins to run, and why."""

    step: str
    reason: str


class StepFinished(msgspec.Struct, frozen=True):
    """A step is done: executed, reused, or failed (`execution.error`)."""

    execution: StepExecution


class MapAdvanced(msgspec.Struct, frozen=True):
    """Of the `total` calls of a step that a `context().map` makes, `done` are done."""

    step: str
    done: int
    total: int


Event = StepStarted | StepFinished | MapAdvanced
Listener = Callable[[Event], None]
