"""Owns how one call begins and ends: looked up, locked, run, checked, remembered."""

from __future__ import annotations

import time
from collections.abc import Collection
from concurrent.futures import Future
from pathlib import Path
from typing import NamedTuple, Protocol

from treadle.engine.arguments import Arguments, Resolved
from treadle.engine.cache import Cache, key
from treadle.engine.context import Context, Driver
from treadle.engine.execution.writing import Ledger, WritingStore
from treadle.engine.files import Digests
from treadle.engine.graph import Node, digests_in
from treadle.engine.locks import Lock, Locks
from treadle.engine.runners import Call, Done, Runner
from treadle.errors import DataError, TreadleError
from treadle.records import StepExecution, StepResult, now

_QUICK = 0.02
"""Seconds after which the result of a step is waited for until it is safe; those of quicker ones follow."""


class Means(NamedTuple):
    """What a run works with; `force` names the steps that run in any case."""

    run_id: str
    root: Path
    runner: Runner
    arguments: Arguments
    digests: Digests
    cache: Cache
    locks: Locks
    store: WritingStore
    ledger: Ledger
    force: Collection[str]


class Record(Protocol):
    """Who keeps account of calls."""

    def started(self, node: Node, reason: str) -> None:
        """A call begins to run."""

    def finished(self, node: Node, execution: StepExecution) -> None:
        """A call is done: executed, reused or failed."""


class _Attempt(NamedTuple):
    key: str
    resolved: Resolved
    reason: str
    stale: StepResult | None = None
    lock: Lock | None = None
    began: float = 0.0


class Conduct:
    """Calls of one run, begun and ended, with their account in `record`; `driver` serves the bodies that run here."""

    def __init__(self, means: Means, record: Record, driver: Driver) -> None:
        self._its = means
        self._record = record
        self._driver = driver
        self._resolved: dict[Node, tuple[str, Resolved]] = {}
        self._running: dict[Node, _Attempt] = {}

    def begin(self, node: Node) -> Future[Done] | bool:
        """Begin a call whose inputs are there: what it will leave; True if it was reused, False if another is at it.

        Raises CodeError or DataError if its arguments cannot be told.
        """
        if node not in self._resolved:
            try:
                resolved = self._its.arguments.resolve(node)
            except TreadleError as error:
                self._failed(node, _Attempt("", Resolved({}, {}, {}), "", began=time.monotonic()), error)
                raise
            self._resolved[node] = (key(resolved.parts), resolved)
        its_key, resolved = self._resolved[node]
        if not node.step.cache:
            return self._start(node, _Attempt(its_key, resolved, "runs every time", began=time.monotonic()))
        if self._reused(node, self._find(its_key)):
            return True
        lock = self._its.locks.try_lock(its_key)
        if lock is None:
            return False
        try:
            found = self._find(its_key)
            if self._reused(node, found):
                lock.release()
                return True
            forced = found is not None and self._its.cache.whole(found)
            reason = "forced" if forced else self._its.cache.reason(node.step.id, resolved.parts, found)
            return self._start(node, _Attempt(its_key, resolved, reason, found, lock, time.monotonic()))
        except BaseException:
            self._running.pop(node, None)
            lock.release()
            raise

    def end(self, node: Node, future: Future[Done]) -> None:
        """Remember what a call left. Raises its error, or DataError if an input file changed while it ran."""
        attempt = self._running.pop(node)
        try:
            done = future.result()
            self._unchanged(node, attempt.resolved)
        except TreadleError as error:
            if attempt.lock is not None:
                attempt.lock.release()
            self._failed(node, attempt, error)
            raise
        result = StepResult(
            id=attempt.key,
            step=node.step.id,
            run=self._its.run_id,
            created=now(),
            seconds=done.seconds,
            parts=attempt.resolved.parts,
            outputs=done.outputs,
        )
        if attempt.lock is not None:
            self._its.ledger.add(result, attempt.stale, attempt.lock)
        if done.seconds > _QUICK:
            self._its.ledger.drain()
        self._done(node, result, attempt.reason, reused=False)

    def drop(self, node: Node) -> None:
        """Forget a call that began and will not be ended."""
        lock = self._running.pop(node).lock
        if lock is not None:
            lock.release()

    def _find(self, its_key: str) -> StepResult | None:
        return self._its.ledger.find(its_key) or self._its.cache.find(its_key)

    def _start(self, node: Node, attempt: _Attempt) -> Future[Done]:
        self._running[node] = attempt
        self._record.started(node, attempt.reason)
        if node.step.parallel:
            self._its.store.settled(digests_in(attempt.resolved.arguments))
        context = Context(self._its.run_id, self._its.root, self._driver)
        call = Call(node.step, attempt.resolved.arguments, self._its.run_id, self._its.root)
        return self._its.runner.submit(call, context)

    def _reused(self, node: Node, found: StepResult | None) -> bool:
        """Take over a remembered result if there is one that may be."""
        if found is None or not self._its.cache.whole(found):
            return False
        if {node.step.name, node.step.id} & set(self._its.force) and found.run != self._its.run_id:
            return False
        again = found.run == self._its.run_id
        self._done(node, found, "as before in this run" if again else f"unchanged since {found.run}", reused=True)
        return True

    def _done(self, node: Node, result: StepResult, reason: str, *, reused: bool) -> None:
        del self._resolved[node]
        node.outputs = result.outputs
        execution = StepExecution(
            step=node.step.name,
            key=result.id,
            reused=reused,
            reason=reason,
            seconds=0.0 if reused else result.seconds,
            outputs=result.outputs,
        )
        self._record.finished(node, execution)

    def _failed(self, node: Node, attempt: _Attempt, error: TreadleError) -> None:
        execution = StepExecution(
            step=node.step.name,
            key=attempt.key,
            reused=False,
            reason=attempt.reason,
            seconds=time.monotonic() - attempt.began,
            error=str(error),
        )
        self._record.finished(node, execution)

    def _unchanged(self, node: Node, resolved: Resolved) -> None:
        for path, digest in resolved.files.items():
            if self._its.digests.of(path) != digest:
                raise DataError(
                    f"the input file {self._its.digests.name(path)} changed while step {node.step.name} was reading it",
                    expected="files that stay the same until the run ends; nothing of this step was kept",
                    next_move="run the same command again",
                )
