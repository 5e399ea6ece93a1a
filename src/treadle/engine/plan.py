"""Owns the plan: the same walk as a run, but nothing runs; for each step whether it would, and why."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import msgspec

from treadle.engine.arguments import Arguments
from treadle.engine.cache import Cache, key
from treadle.engine.files import Digests
from treadle.engine.graph import Node, Ref, futures, stored
from treadle.engine.runners import load
from treadle.engine.step import Step
from treadle.workspace import Workspace


class Planned(msgspec.Struct, frozen=True):
    """What would become of a step: reused, run, or (None) known only when an earlier step has run."""

    step: str
    reuse: bool | None
    reason: str


class Unplannable(Exception):
    """The pipeline's body looks at a value that is not there yet; what follows it cannot be planned."""


class Planner:
    """Takes down the calls of a pipeline; `planned` grows with them."""

    def __init__(self, workspace: Workspace, root: Path, force: Collection[str]) -> None:
        self.planned: list[Planned] = []
        self._store = workspace.store
        self._force = force
        self._arguments = Arguments(workspace.store, Digests(workspace.home / "file_digests.json", root), root)
        self._cache = Cache(workspace, workspace.store, "")

    def call(self, step: Step, args: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        """Plan a call of a step; return its future, or a tuple of them."""
        node = self._arguments.node(step, args, keywords, len(self.planned))
        self.planned.append(self._plan(node))
        return futures(node, self)

    def value(self, ref: Ref) -> Any:
        """Return the value of a future that would be reused; raises Unplannable for another."""
        if ref.node.outputs is None:
            reason = f"the pipeline looks at what {ref.node.step.name} gives; what follows is known when it has run"
            self.planned.append(Planned("...", None, reason))
            raise Unplannable
        return load(stored(ref), self._store)

    def _plan(self, node: Node) -> Planned:
        step = node.step
        unknown = sorted({need.step.name for need in node.needs() if need.outputs is None})
        parts = self._arguments.resolve(node).parts
        if not step.cache:
            return Planned(step.name, False, "runs every time")
        if {step.name, step.id} & set(self._force):
            return Planned(step.name, False, "forced")
        if unknown:
            reason = self._cache.reason(step.id, parts)
            return Planned(
                step.name, False if reason else None, reason or f"runs if {' or '.join(unknown)} gives another output"
            )
        found = self._cache.find(key(parts))
        if found is None or not self._cache.whole(found):
            return Planned(step.name, False, self._cache.reason(step.id, parts, found))
        node.outputs = found.outputs
        return Planned(step.name, True, f"unchanged since {found.run}")
