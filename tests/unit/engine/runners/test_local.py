"""Tests running on this machine: here, or in processes that end with the driver."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from factories import parallel
from factories.parallel import apart, calls, double, failing, here
from treadle.engine import Context
from treadle.engine.runners import Call, Done
from treadle.engine.runners.local import LocalRunner, cores
from treadle.errors import CodeError, DataError, StepFailed
from treadle.store.local import LocalStore


@contextmanager
def a_runner(root: Path, workers: int = 2) -> Iterator[LocalRunner]:
    store = LocalStore(root)
    runner = LocalRunner(store, store, workers)
    try:
        yield runner
    finally:
        runner.close()


def a_call(step: Any, **arguments: Any) -> Call:
    return Call(step, arguments, "run-1", Path("/project"))


def value(root: Path, done: Done) -> Any:
    import json

    return json.loads(LocalStore(root).get(done.outputs[0].digest))


def test_a_plain_step_runs_here_before_submit_returns(tmp_path: Path) -> None:
    with a_runner(tmp_path) as runner:
        future = runner.submit(a_call(here), Context())
        assert future.done()
        assert value(tmp_path, future.result()) == os.getpid()


def test_a_parallel_step_runs_in_a_process_with_its_share_of_threads(tmp_path: Path) -> None:
    with a_runner(tmp_path) as runner:
        pid, run, limits, polars = value(tmp_path, runner.submit(a_call(apart), Context()).result())
    share = max(1, cores() // 2)
    assert pid != os.getpid()
    assert run == "run-1"
    assert limits
    assert all(limit <= share for limit in limits)
    assert polars == str(share)


def test_with_one_worker_a_parallel_step_runs_here(tmp_path: Path) -> None:
    with a_runner(tmp_path, workers=1) as runner:
        done = runner.submit(a_call(calls, function=lambda x: x + 1), Context()).result()
        assert value(tmp_path, done) == 3


def test_errors_come_back_as_they_are(tmp_path: Path) -> None:
    with a_runner(tmp_path) as runner:
        with pytest.raises(DataError) as refusal:
            runner.submit(a_call(failing, kind="data"), Context()).result()
        assert (refusal.value.met, refusal.value.next_move) == ("no rows", "add some")
        with pytest.raises(StepFailed, match="step failing failed: ValueError: no") as failure:
            runner.submit(a_call(failing, kind="value"), Context()).result()
        assert f"{parallel.__file__}:" in failure.value.next_move


def test_a_process_that_dies_is_an_error(tmp_path: Path) -> None:
    with a_runner(tmp_path) as runner, pytest.raises(StepFailed, match="a process that ran steps died"):
        runner.submit(a_call(failing, kind="kill"), Context()).result()


def test_functions_go_by_name_and_those_without_are_refused(tmp_path: Path) -> None:
    with a_runner(tmp_path) as runner:
        assert value(tmp_path, runner.submit(a_call(calls, function=double), Context()).result()) == 4
        with pytest.raises(CodeError, match="step calls is parallel, but an argument cannot be handed"):
            runner.submit(a_call(calls, function=lambda x: x), Context()).result()


def test_closing_ends_what_runs(tmp_path: Path) -> None:
    with a_runner(tmp_path) as runner:
        future = runner.submit(a_call(failing, kind="sleep"), Context())
        assert not future.done()
    with pytest.raises(StepFailed):
        future.result(timeout=30)
