"""Owns the order in which calls run: each as soon as its inputs are there, once, whoever else runs the same."""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Protocol

from treadle.engine.graph import Node
from treadle.engine.runners import Done
from treadle.errors import TreadleError

_POLL = 0.02
"""Seconds between looks at what another process is running."""


class Conductor(Protocol):
    """Who knows how a call begins and ends."""

    def begin(self, node: Node) -> Future[Done] | bool:
        """Begin a call whose inputs are there: what it leaves; True if it was reused, False if another is at it."""

    def end(self, node: Node, future: Future[Done]) -> None:
        """Keep what a call left; raises its error."""

    def drop(self, node: Node) -> None:
        """Forget a call that began and will not be ended."""


def settle(nodes: Iterable[Node], by: Conductor, done: Callable[[Node], None] = lambda _: None) -> None:
    """Let all of the nodes be done, parallel ones first; `done` hears of each.

    After an error nothing more begins; what runs is waited for and kept; then the first error is raised.
    """
    _Schedule(nodes, by, done).run()


class _Schedule:
    def __init__(self, nodes: Iterable[Node], by: Conductor, done: Callable[[Node], None]) -> None:
        self.by = by
        self.done = done
        self.missing: dict[Node, int] = {}
        self.followers: dict[Node, list[Node]] = {}
        self.ready: list[tuple[bool, int, Node]] = []
        self.elsewhere: list[Node] = []
        self.running: dict[Future[Done], Node] = {}
        self.error: TreadleError | None = None
        for node in nodes:
            needs = [need for need in node.needs() if need.outputs is None]
            self.missing[node] = len(needs)
            for need in needs:
                self.followers.setdefault(need, []).append(node)
            if not needs:
                self._push(node)

    def run(self) -> None:
        """Go on until nothing is left to do."""
        try:
            while self.ready or self.running or self.elsewhere:
                if self.ready and self.error is None:
                    self._begin(heapq.heappop(self.ready)[2])
                    self._collect(0)
                else:
                    self._collect(_POLL if self.elsewhere else None)
                    self._again()
                if self.error is not None:
                    self.ready, self.elsewhere = [], []
        finally:
            for node in self.running.values():
                self.by.drop(node)
        if self.error is not None:
            raise self.error

    def _push(self, node: Node) -> None:
        heapq.heappush(self.ready, (not node.step.parallel, node.place, node))

    def _begin(self, node: Node) -> None:
        try:
            started = self.by.begin(node)
        except TreadleError as error:
            self.error = self.error or error
            return
        if isinstance(started, Future):
            self.running[started] = node
        elif started:
            self._finished(node)
        else:
            self.elsewhere.append(node)

    def _again(self) -> None:
        """Have another look at what other processes were at."""
        waiting, self.elsewhere = self.elsewhere, []
        for node in waiting:
            self._push(node)

    def _collect(self, seconds: float | None) -> None:
        """End what has run, after waiting for up to `seconds` for something to end."""
        if not self.running:
            if seconds:
                time.sleep(seconds)
            return
        for future in wait(self.running, seconds, FIRST_COMPLETED).done:
            node = self.running.pop(future)
            try:
                self.by.end(node, future)
                self._finished(node)
            except TreadleError as error:
                self.error = self.error or error

    def _finished(self, node: Node) -> None:
        self.done(node)
        for follower in self.followers.get(node, ()):
            self.missing[follower] -= 1
            if not self.missing[follower]:
                self._push(follower)
