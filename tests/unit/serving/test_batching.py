"""What arrived in one turn of the loop is one call; nobody fails with a neighbour; too much is refused."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from treadle.serving.batching import IN_LOOP, Batcher, Cost, calibrate

CHEAP = Cost(0.0, 1e-6)
DEAR = Cost(0.01, 1e-4)


class Asked:
    """Rows that wait."""

    def __init__(self, *rows: Any, gone: bool = False) -> None:
        self.rows: Sequence[Any] = rows
        self.gone = gone


class Bench:
    """A batcher and what became of what it was given."""

    def __init__(self, cost: Cost, compute: Callable[[Sequence[Any]], Any] | None = None) -> None:
        self.calls: list[list[Any]] = []
        self.threads: set[str] = set()
        self.settled: list[tuple[list[Asked], Any]] = []
        self._compute = compute or sum
        self.batcher: Batcher[Asked, Any] = Batcher(self.compute, self.settle, cost)

    def compute(self, rows: Sequence[Any]) -> Any:
        self.calls.append(list(rows))
        self.threads.add(threading.current_thread().name)
        return self._compute(rows)

    def settle(self, group: Sequence[Asked], result: Any) -> None:
        self.settled.append((list(group), result))

    async def until(self, count: int) -> None:
        while sum(len(group) for group, _ in self.settled) < count:
            await asyncio.sleep(0.001)


def run(scenario: Callable[[], Any]) -> Any:
    return asyncio.run(asyncio.wait_for(scenario(), 20))


@pytest.mark.parametrize("cost", [CHEAP, DEAR], ids=["in loop", "in thread"])
def test_requests_of_one_turn_share_a_call(cost: Cost) -> None:
    async def scenario() -> None:
        bench = Bench(cost)
        asked = [Asked(1, 2), Asked(3), Asked(4)]
        assert all(bench.batcher.submit(each) for each in asked)
        assert bench.calls == []
        await bench.until(3)
        assert bench.calls == [[1, 2, 3, 4]]
        assert bench.settled == [(asked, 10)]

    run(scenario)


def test_a_cheap_call_stays_in_the_loop_and_a_dear_one_leaves_it() -> None:
    async def scenario() -> None:
        for cost, here in ((CHEAP, True), (DEAR, False)):
            bench = Bench(cost)
            bench.batcher.submit(Asked(1))
            await bench.until(1)
            assert (threading.current_thread().name in bench.threads) is here

    run(scenario)


def test_many_rows_of_a_cheap_model_leave_the_loop_too() -> None:
    async def scenario() -> None:
        bench = Bench(CHEAP)
        bench.batcher.submit(Asked(*range(5000)))
        await bench.until(1)
        assert threading.current_thread().name not in bench.threads

    run(scenario)


def test_the_next_batch_forms_while_the_thread_works() -> None:
    async def scenario() -> None:
        go = threading.Event()
        bench = Bench(DEAR, lambda rows: (go.wait(10), sum(rows))[1])
        bench.batcher.submit(Asked(1))
        while not bench.calls:
            await asyncio.sleep(0.001)
        for number in (2, 3, 4):
            bench.batcher.submit(Asked(number))
        go.set()
        await bench.until(4)
        assert bench.calls == [[1], [2, 3, 4]]

    run(scenario)


def test_a_batch_is_no_longer_than_a_call_may_take() -> None:
    async def scenario() -> None:
        bench = Bench(Cost(0.0, IN_LOOP / 100))
        for number in range(250):
            bench.batcher.submit(Asked(number))
        await bench.until(250)
        assert [len(call) for call in bench.calls] == [100, 100, 50]
        assert [row for call in bench.calls for row in call] == list(range(250))

    run(scenario)


def test_a_request_larger_than_a_batch_goes_alone() -> None:
    async def scenario() -> None:
        bench = Bench(Cost(0.0, IN_LOOP / 100))
        for rows in ((1,), tuple(range(500)), (2,)):
            bench.batcher.submit(Asked(*rows))
        await bench.until(3)
        assert [len(call) for call in bench.calls] == [1, 500, 1]

    run(scenario)


@pytest.mark.parametrize("cost", [CHEAP, DEAR], ids=["in loop", "in thread"])
def test_only_the_request_that_breaks_the_model_fails(cost: Cost) -> None:
    async def scenario() -> None:
        bench = Bench(cost)
        good, bad, other = Asked(1), Asked("two"), Asked(3)
        for each in (good, bad, other):
            bench.batcher.submit(each)
        await bench.until(3)
        results = {id(group[0]): result for group, result in bench.settled}
        assert (results[id(good)], results[id(other)]) == (1, 3)
        assert isinstance(results[id(bad)], TypeError)

    run(scenario)


def test_it_goes_on_after_a_failure() -> None:
    async def scenario() -> None:
        bench = Bench(CHEAP)
        bench.batcher.submit(Asked("one"))
        await bench.until(1)
        bench.batcher.submit(Asked(2))
        await bench.until(2)
        assert bench.settled[1][1] == 2

    run(scenario)


def test_nothing_is_computed_for_a_client_that_left() -> None:
    async def scenario() -> None:
        bench = Bench(CHEAP)
        bench.batcher.submit(Asked(1, gone=True))
        bench.batcher.submit(Asked(2))
        await bench.until(1)
        bench.batcher.submit(Asked(3, gone=True))
        await asyncio.sleep(0.01)
        bench.batcher.submit(Asked(4))
        await bench.until(2)
        assert bench.calls == [[2], [4]]

    run(scenario)


def test_more_than_a_second_of_work_is_refused_until_there_is_room() -> None:
    async def scenario() -> None:
        go = threading.Event()
        bench = Bench(Cost(0.0, 0.01), lambda rows: (go.wait(10), sum(rows))[1])
        taken = [bench.batcher.submit(Asked(1)) for _ in range(120)]
        assert taken == [True] * 100 + [False] * 20
        go.set()
        await bench.until(100)
        assert bench.batcher.submit(Asked(1))
        await bench.until(101)

    run(scenario)


def test_one_large_request_is_taken_when_nothing_waits() -> None:
    async def scenario() -> None:
        bench = Bench(Cost(0.0, 0.01))
        assert bench.batcher.submit(Asked(*range(10_000)))
        assert not bench.batcher.submit(Asked(1))
        await bench.until(1)

    run(scenario)


def test_calibration_tells_a_fixed_cost_from_one_a_row() -> None:
    fixed = calibrate(lambda rows: time.sleep(0.01), None)
    each = calibrate(lambda rows: time.sleep(0.001 * len(rows)), None)
    assert fixed.fixed > 0.008
    assert fixed.row < each.row
    assert each.row >= 0.0009
    assert each.seconds(10) > each.row * 9


def test_a_cost_says_how_many_rows_fit() -> None:
    cost = Cost(0.001, 0.0001)
    assert cost.rows_in(0.002) == 10
    assert cost.rows_in(0.0) == 1
    assert cost.seconds(10) == pytest.approx(0.002)
