"""Tests the order of calls, with a conductor that ends them by hand."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

import pytest

from treadle.engine import step
from treadle.engine.execution.schedule import settle
from treadle.engine.graph import Node, Ref
from treadle.engine.runners import Done
from treadle.errors import DataError, StepFailed
from treadle.records import Artifact

OUTPUT = (Artifact(name="result", codec="json", digest="d" * 64, size=1),)


@step
def here(*xs: Any) -> int:
    return 1


@step(parallel=True)
def apart(*xs: Any) -> int:
    return 1


class Hand:
    """Begins calls; ends those in `hold` only when another call asks for it."""

    def __init__(self, hold: int = 0, busy: int = 0, fails: tuple[int, ...] = ()) -> None:
        self.log: list[str] = []
        self.hold = hold
        self.busy = busy
        self.fails = fails
        self.held: list[tuple[Node, Future[Done]]] = []
        self.dropped: list[int] = []

    def begin(self, node: Node) -> Future[Done] | bool:
        if node.place == 0 and self.busy:
            self.busy -= 1
            self.log.append("busy")
            return False
        if node.place < 0:
            self.log.append(f"reuse {node.place}")
            node.outputs = OUTPUT
            return True
        self.log.append(f"begin {node.place}")
        future: Future[Done] = Future()
        if len(self.held) < self.hold:
            self.held.append((node, future))
        else:
            self._finish(node, future)
            for each in self.held:
                self._finish(*each)
            self.hold, self.held = 0, []
        return future

    def _finish(self, node: Node, future: Future[Done]) -> None:
        if node.place in self.fails:
            future.set_exception(StepFailed(f"step {node.place} failed"))
        else:
            future.set_result(Done(OUTPUT, 0.0))

    def end(self, node: Node, future: Future[Done]) -> None:
        node.outputs = future.result().outputs
        self.log.append(f"end {node.place}")

    def drop(self, node: Node) -> None:
        self.dropped.append(node.place)


def a_node(place: int, *needs: Node, parallel: bool = False) -> Node:
    refs = [Ref(node, 0, by=None) for node in needs]  # type: ignore[arg-type]
    return Node(apart if parallel else here, {"xs": tuple(refs)}, place)


def test_calls_run_when_their_inputs_are_there() -> None:
    by = Hand()
    a = a_node(1)
    b = a_node(2, a)
    c = a_node(3, a, b)
    done: list[Node] = []
    settle([c, b, a], by, done.append)
    assert by.log == ["begin 1", "end 1", "begin 2", "end 2", "begin 3", "end 3"]
    assert done == [a, b, c]


def test_parallel_calls_begin_first_and_beside_each_other() -> None:
    by = Hand(hold=2)
    settle([a_node(1), a_node(2, parallel=True), a_node(3, parallel=True)], by)
    assert by.log[:3] == ["begin 2", "begin 3", "begin 1"]
    assert sorted(by.log[3:]) == ["end 1", "end 2", "end 3"]


def test_a_reused_call_lets_the_next_one_go() -> None:
    by = Hand()
    a = a_node(-1)
    settle([a, a_node(5, a)], by)
    assert by.log == ["reuse -1", "begin 5", "end 5"]


def test_what_another_process_is_at_is_looked_at_again() -> None:
    by = Hand(busy=3)
    settle([a_node(0), a_node(1)], by)
    assert by.log.count("busy") == 3
    assert by.log[-1] == "end 0"
    assert "end 1" in by.log


def test_after_an_error_nothing_begins_and_what_runs_is_kept() -> None:
    by = Hand(hold=1, fails=(2,))
    first = a_node(1, parallel=True)
    nodes = [first, a_node(2, parallel=True), a_node(3), a_node(4, first)]
    with pytest.raises(StepFailed, match="step 2"):
        settle(nodes, by)
    assert "end 1" in by.log
    assert "begin 3" not in by.log
    assert "begin 4" not in by.log


def test_an_error_before_a_call_begins_is_raised() -> None:
    class Refusing(Hand):
        def begin(self, node: Node) -> Future[Done] | bool:
            raise DataError("no such file")

    with pytest.raises(DataError, match="no such file"):
        settle([a_node(1), a_node(2)], Refusing())


def test_an_interrupt_drops_what_runs() -> None:
    class Interrupted(Hand):
        def begin(self, node: Node) -> Future[Done] | bool:
            if node.place == 2:
                raise KeyboardInterrupt
            return super().begin(node)

    by = Interrupted(hold=1)
    with pytest.raises(KeyboardInterrupt):
        settle([a_node(1), a_node(2)], by)
    assert by.dropped == [1]


def test_nothing_to_do_is_done_at_once() -> None:
    settle([], Hand())
