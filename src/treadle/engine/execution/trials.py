"""Owns the account of what a step's body maps over: each call a run of its own, a trial, child of the run."""

from __future__ import annotations

import math
from typing import Any

from treadle import runs
from treadle.engine.graph import Node, outcome
from treadle.engine.runners import load
from treadle.records import Run, StepExecution, new_id, now
from treadle.store import Store
from treadle.workspace import Workspace


class Trials:
    """Trials of one map; `values` holds what the calls gave."""

    def __init__(self, workspace: Workspace, store: Store, parent: Run) -> None:
        self.values: dict[Node, Any] = {}
        self._workspace = workspace
        self._store = store
        self._parent = parent
        self._rows: dict[Node, Run] = {}

    def started(self, node: Node, reason: str) -> None:  # noqa: ARG002 (the contract's)
        """Record that a trial runs; its parameters are the plain arguments."""
        params = {name: value for name, value in node.arguments.items() if _is_plain(value)}
        row = self._parent.evolve(
            id=new_id("run"),
            kind="trial",
            name=node.step.name,
            started=now(),
            parent=self._parent.id,
            request=None,
            params=params,
            process=runs.this_process(),
        )
        with self._workspace.catalog.transaction(self._workspace.actor) as transaction:
            transaction.add(row, "start")
        self._rows[node] = row

    def finished(self, node: Node, execution: StepExecution) -> None:
        """Record how a trial ended; its metrics are the numbers that its value names."""
        if node not in self._rows:
            self.started(node, execution.reason)
        row = self._rows.pop(node)
        if execution.error:
            runs.finish(self._workspace, row, "failed", steps=(execution,), error=execution.error)
            return
        self.values[node] = load(outcome(node), self._store)
        metrics = self.values[node] if isinstance(self.values[node], dict) else {}
        kept = {name: float(value) for name, value in metrics.items() if _is_number(value)}
        runs.finish(self._workspace, row, "succeeded", steps=(execution,), metrics=kept)


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and math.isfinite(value)


def _is_plain(value: Any) -> bool:
    """Whether a record can keep the value: finite scalars, and lists and dicts of them."""
    if type(value) is dict:
        return all(type(key) is str and _is_plain(item) for key, item in value.items())
    if type(value) is list:
        return all(map(_is_plain, value))
    return value is None or type(value) in (bool, str) or _is_number(value)
