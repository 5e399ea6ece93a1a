"""Owns which rows share one call of the model: all that arrived in one turn of the loop, without waiting for more."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import Any, Generic, Protocol, TypeVar

import msgspec

IN_LOOP = 0.001
"""Seconds a call may take inside the loop; a longer one goes to the thread."""
IN_THREAD = 0.02
"""Seconds a call in the thread may take before its batch is made smaller."""
QUEUED = 1.0
"""Seconds of waiting work beyond which a request is refused."""


class Waiting(Protocol):
    """What waits: some rows, and whether anybody still wants them answered."""

    rows: Sequence[Any]

    @property
    def gone(self) -> bool:
        """Whether nobody waits any more."""


W = TypeVar("W", bound="Waiting")
R = TypeVar("R")


class Cost(msgspec.Struct, frozen=True):
    """What a call of the model takes, in seconds: `fixed` a call and `row` each row, measured by `calibrate`."""

    fixed: float
    row: float

    def seconds(self, rows: int) -> float:
        """Return how long a call with that many rows takes."""
        return self.fixed + rows * self.row

    def rows_in(self, seconds: float) -> int:
        """Return how many rows a call of that length holds, at least one."""
        return max(1, int((seconds - self.fixed) / self.row))


def calibrate(compute: Callable[[Sequence[Any]], Any], row: Any) -> Cost:
    """Time `compute` on one row and on 64 (the best of five after one warm-up) and return its cost."""
    one, many = [row], [row] * 64
    for rows in (one, many):
        compute(rows)
    single, batch = min(_timed(compute, one) for _ in range(5)), min(_timed(compute, many) for _ in range(5))
    slope = max((batch - single) / 63, 1e-7)
    return Cost(max(single - slope, 0.0), slope)


def _timed(compute: Callable[[Sequence[Any]], Any], rows: Sequence[Any]) -> float:
    start = perf_counter()
    compute(rows)
    return perf_counter() - start


class Batcher(Generic[W, R]):
    """Gathers what waits into calls of `compute(rows)` and hands each group to `settle(group, result or error)`.

    A call expected to stay under a millisecond runs in the loop; a longer one in the one thread, and the next batch
    forms while it works. If a batch fails, its members are computed one by one, so that no one fails with a neighbour.
    """

    def __init__(
        self,
        compute: Callable[[Sequence[Any]], R],
        settle: Callable[[Sequence[W], R | Exception], None],
        cost: Cost,
    ) -> None:
        self._compute = compute
        self._settle = settle
        self._cost = cost
        self._most = max(64, cost.rows_in(IN_LOOP if cost.seconds(64) <= IN_LOOP else IN_THREAD))
        self._room = max(64, cost.rows_in(QUEUED))
        self._queue: deque[W] = deque()
        self._rows = 0
        self._running = False
        self._loop = asyncio.get_running_loop()
        self._thread = ThreadPoolExecutor(1, "model")

    def submit(self, waiting: W) -> bool:
        """Queue a request for the next call; False if more than a second of work waits already."""
        if self._rows >= self._room:
            return False
        self._queue.append(waiting)
        self._rows += len(waiting.rows)
        if not self._running:
            self._running = True
            self._loop.call_soon(self._run)
        return True

    def close(self) -> None:
        """Let the thread end."""
        self._thread.shutdown(wait=False)

    def _run(self) -> None:
        group = self._take()
        if self._cost.seconds(sum(len(each.rows) for each in group)) <= IN_LOOP:
            self._finish(self._work(group))
        else:
            self._loop.run_in_executor(self._thread, self._work, group).add_done_callback(
                lambda future: self._finish(future.result())
            )

    def _take(self) -> list[W]:
        """Return the next requests that fit one call, leaving out those nobody waits for."""
        group: list[W] = []
        rows = 0
        while self._queue and (not group or rows + len(self._queue[0].rows) <= self._most):
            waiting = self._queue.popleft()
            self._rows -= len(waiting.rows)
            if not waiting.gone:
                group.append(waiting)
                rows += len(waiting.rows)
        return group

    def _work(self, group: list[W]) -> list[tuple[list[W], R | Exception]]:
        if not group:
            return []
        try:
            return [(group, self._compute([row for each in group for row in each.rows]))]
        except Exception as error:
            if len(group) == 1:
                return [(group, error)]
        return [pair for each in group for pair in self._work([each])]

    def _finish(self, results: list[tuple[list[W], R | Exception]]) -> None:
        self._running = bool(self._queue)
        if self._queue:
            self._loop.call_soon(self._run)
        for group, result in results:
            self._settle(group, result)
