"""Tests plans: what a run would do, and that it then does so, while a plan does nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from factories.engines import a_bench
from treadle.engine import File, pipeline, step
from treadle.errors import DataError
from treadle.records import StepResult


@step
def first(n: int) -> int:
    return n // 10


@step
def second(x: int, k: int = 0) -> int:
    return x + k


@step(cache=False)
def always(x: int) -> int:
    return x


@step
def reads(path: Any) -> int:
    return 1


@pipeline
def build(n: int, k: int = 0) -> Any:
    return second(first(n), k)


def test_a_plan_says_what_runs_and_why(tmp_path: Path) -> None:
    with a_bench(tmp_path) as bench:
        assert bench.planned(build, 1) == {"first": (False, "first run"), "second": (False, "first run")}
        assert bench.workspace.catalog.find(StepResult) == []
        bench.run(build, 1)
        plan = bench.planned(build, 1)
        assert [reuse for reuse, _ in plan.values()] == [True, True]
        assert plan["first"][1].startswith("unchanged since run-")


def test_what_follows_a_change_runs_if_its_input_changes(tmp_path: Path) -> None:
    with a_bench(tmp_path) as bench:
        bench.run(build, 1)
        assert bench.planned(build, 2) == {
            "first": (False, "changed parameter n: 1 -> 2"),
            "second": (None, "runs if first gives another output"),
        }
        bench.run(build, 2)
        assert bench.did == "FIRST second"
        assert bench.planned(build, 30)["second"][0] is None
        bench.run(build, 30)
        assert bench.did == "FIRST SECOND"


def test_what_differs_anyway_runs_in_any_case(tmp_path: Path) -> None:
    with a_bench(tmp_path) as bench:
        bench.run(build, 1)
        assert bench.planned(build, 2, k=5)["second"] == (False, "changed parameter k: 0 -> 5")


def test_forced_and_uncached_steps_are_told(tmp_path: Path) -> None:
    with a_bench(tmp_path) as bench:
        bench.run(lambda: always(first(1)))
        plan = bench.planned(lambda: always(first(1)), force={"first"})
        assert plan == {"first": (False, "forced"), "always": (False, "runs every time")}


def test_a_lost_object_is_told(tmp_path: Path) -> None:
    with a_bench(tmp_path) as bench:
        bench.run(lambda: first(1))
        (result,) = bench.workspace.catalog.find(StepResult)
        bench.workspace.store.path(result.outputs[0].digest).unlink()
        assert bench.planned(lambda: first(1)) == {"first": (False, "its stored output is gone")}


def test_a_value_that_is_known_lets_the_plan_go_on(tmp_path: Path) -> None:
    def look() -> Any:
        return second(first(10).value())

    with a_bench(tmp_path) as bench:
        assert list(bench.planned(look)) == ["first", "..."]
        reuse, reason = bench.planned(look)["..."]
        assert reuse is None
        assert "what first gives" in reason
        bench.run(look)
        assert {name: reuse for name, (reuse, _) in bench.planned(look).items()} == {"first": True, "second": True}


def test_a_plan_tells_of_missing_files(tmp_path: Path) -> None:
    with a_bench(tmp_path) as bench, pytest.raises(DataError, match=r"no\.csv"):
        bench.planned(lambda: reads(File("no.csv")))
