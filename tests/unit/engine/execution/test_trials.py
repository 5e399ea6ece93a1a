"""Tests the account of a map: each call a trial, child of the run, with its parameters and figures."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from factories.engines import a_bench
from treadle.engine import MapAdvanced, StepStarted, context, pipeline, step
from treadle.errors import StepFailed
from treadle.records import Run


@step
def trial(table: list[int], params: dict[str, Any], how: Any, odd: float) -> dict[str, Any]:
    if params["depth"] == 13:
        raise ValueError("unlucky")
    return {"score": params["depth"] / 10, "undefined": math.nan, "params": params, "name": "x"}


def a_function(x: int) -> int:
    return x


@step
def search(depths: list[int]) -> list[float]:
    calls = [{"table": [1], "params": {"depth": d}, "how": a_function, "odd": math.inf} for d in depths]
    return [given["score"] for given in context().map(trial, calls)]


@pipeline
def build(depths: list[int]) -> Any:
    return search(depths)


def trials(runs: list[Run]) -> list[Run]:
    return [run for run in runs if run.kind == "trial"]


def test_each_call_is_a_trial_of_the_run(tmp_path: Path) -> None:
    with a_bench(tmp_path) as bench:
        assert bench.run(build, [1, 2]) == [0.1, 0.2]
        assert bench.did == "SEARCH"
        (parent,) = bench.workspace.catalog.find(Run, kind="build")
        found = bench.workspace.catalog.find(Run, kind="trial")
        assert [run.metrics for run in found] == [{"score": 0.1}, {"score": 0.2}]
        assert [run.params for run in found] == [{"table": [1], "params": {"depth": d}} for d in (1, 2)]
        for run in found:
            assert (run.parent, run.name, run.status, run.project) == (parent.id, "trial", "succeeded", "flights")
            assert run.ended is not None
            assert [each.reused for each in run.steps] == [False]


def test_a_trial_that_was_done_before_is_reused_and_recorded(tmp_path: Path) -> None:
    with a_bench(tmp_path) as bench:
        bench.run(build, [1, 2])
        bench.run(build, [2, 3])
        found = bench.workspace.catalog.find(Run, kind="trial")
        assert [run.steps[0].reused for run in found] == [False, False, True, False]
        assert found[2].metrics == {"score": 0.2}
        assert MapAdvanced("trial", 2, 2) in bench.events
        assert StepStarted("trial", "first run") not in bench.events


def test_a_failed_trial_is_recorded_and_the_others_stay(tmp_path: Path) -> None:
    with a_bench(tmp_path) as bench:
        with pytest.raises(StepFailed, match="step trial failed: ValueError: unlucky"):
            bench.run(build, [1, 13, 2])
        found = bench.workspace.catalog.find(Run, kind="trial")
        assert [run.status for run in found] == ["succeeded", "failed"]
        assert "unlucky" in found[1].error
        assert bench.engine.executions[-1].step == "search"
        bench.run(build, [1])
        assert bench.workspace.catalog.find(Run, kind="trial")[-1].steps[0].reused
