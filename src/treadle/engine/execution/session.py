"""Owns one run of a pipeline: its calls, and the account of what was reused, what ran, and why."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from treadle.engine.arguments import Arguments
from treadle.engine.cache import Cache
from treadle.engine.events import Listener, MapAdvanced, StepFinished, StepStarted
from treadle.engine.execution.conduct import Conduct, Means
from treadle.engine.execution.schedule import settle
from treadle.engine.execution.trials import Trials
from treadle.engine.execution.writing import Ledger, WritingStore
from treadle.engine.files import Digests
from treadle.engine.graph import Node, Ref, futures, recording, replaced, stored
from treadle.engine.locks import Locks
from treadle.engine.runners import Runner, load
from treadle.engine.step import Step
from treadle.records import Run, StepExecution
from treadle.workspace import Workspace


class Session:
    """A run while it goes on; `executions` are the calls that are done, a failed one last."""

    def __init__(
        self,
        workspace: Workspace,
        store: WritingStore,
        root: Path,
        run: Run,
        runner: Runner,
        force: Collection[str],
        listener: Listener,
    ) -> None:
        """`store` is the workspace's, written behind; the runner works with it too."""
        self.workspace = workspace
        self.executions: list[StepExecution] = []
        self._run = run
        self._tell = listener
        self._nodes: list[Node] = []
        digests = Digests(workspace.home / "file_digests.json", root)
        arguments = Arguments(store, digests, root)
        locks = Locks(workspace.home / "locks")
        self._store = store
        self._ledger = Ledger(workspace, store)
        cache = Cache(workspace, store, run.id)
        self._means = Means(run.id, root, runner, arguments, digests, cache, locks, store, self._ledger, force)
        self._conduct = Conduct(self._means, self, self)

    def call(self, step: Step, args: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        """Note a call of a step; return its future, or a tuple of them."""
        node = self._means.arguments.node(step, args, keywords, len(self._nodes))
        self._nodes.append(node)
        return futures(node, self)

    def value(self, ref: Ref) -> Any:
        """Return the value of a future, after running what it needs. Raises what a step raises."""
        if ref.node.outputs is None:
            needed = {ref.node}
            for node in reversed(self._nodes):
                if node in needed:
                    needed |= node.needs()
            with recording(None):
                self._settle([node for node in self._nodes if node in needed])
        return load(stored(ref), self._store)

    def finish(self, result: Any) -> Any:
        """Run what is left and return the pipeline's result with values in place of futures."""
        self._settle(self._nodes)
        self._ledger.drain()
        return replaced(result, self.value)

    def _settle(self, nodes: Sequence[Node]) -> None:
        try:
            settle([node for node in nodes if node.outputs is None], self._conduct)
        finally:
            self._means.arguments.forget()

    def close(self) -> None:
        """Wait until all that is done is safe, and keep what was learnt about files for the next run."""
        self._ledger.close()
        self._means.digests.save()

    def map(self, step: Step, calls: Sequence[dict[str, Any]]) -> list[Any]:
        """Run a step for each of the calls, each recorded as a trial of this run; return the values in order."""
        trials = Trials(self.workspace, self._store, self._run)
        nodes = [self._means.arguments.node(step, (), call, place) for place, call in enumerate(calls)]
        finished: list[Node] = []

        def count(node: Node) -> None:
            finished.append(node)
            self._tell(MapAdvanced(step.name, len(finished), len(nodes)))

        try:
            settle(nodes, Conduct(self._means, trials, self), count)
        finally:
            self._means.arguments.forget()
        return [trials.values[node] for node in nodes]

    def started(self, node: Node, reason: str) -> None:
        """Tell that a call begins."""
        self._tell(StepStarted(node.step.name, reason))

    def finished(self, node: Node, execution: StepExecution) -> None:  # noqa: ARG002 (the contract's)
        """Keep account of a call that is done, and tell."""
        self.executions.append(execution)
        self._tell(StepFinished(execution))
