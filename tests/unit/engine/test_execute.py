"""Tests runs of pipelines: results, reuse, control flow, errors, and what is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
import polars as pl
import pytest

from factories.engines import a_bench
from treadle.engine import File, Ref, StepFinished, StepStarted, context, pipeline, step
from treadle.errors import CodeError, DataError, StepFailed
from treadle.records import StepResult


class Halves(NamedTuple):
    low: pl.DataFrame
    high: pl.DataFrame


class Account(msgspec.Struct, frozen=True):
    rows: int
    names: tuple[str, ...]


@step
def load(path: File) -> pl.DataFrame:
    return pl.read_csv(path)


@step
def split(rows: pl.DataFrame, at: int) -> Halves:
    return Halves(rows.head(at), rows.slice(at))


@step
def account(rows: pl.DataFrame, names: list[str]) -> Account:
    return Account(rows.height, tuple(names))


@step
def add(xs: list[int]) -> int:
    return sum(xs)


@step
def grow(x: int) -> int:
    return x + 1


@step
def spoil(values: list[int]) -> int:
    values.append(99)
    return len(values)


@step
def numbers() -> list[int]:
    return [1, 2, 3]


@step(cache=False)
def clock() -> int:
    return 1


@step
def broken(x: int) -> int:
    return 1 // x


@step
def refuses(x: int) -> int:
    raise DataError("no such column", next_move="add it")


@step(retries=2)
def flaky(folder: str) -> int:
    tries = Path(folder) / "tries"
    tries.write_text((tries.read_text() if tries.exists() else "") + "x")
    if len(tries.read_text()) < 3:
        raise OSError("not yet")
    return len(tries.read_text())


@step
def unstorable() -> Any:
    return object()


@step
def leaves() -> int:
    raise SystemExit(3)


@step
def miscounts() -> tuple[int, int]:
    return (1, 2, 3)  # type: ignore[return-value]


@pipeline
def build(path: str, at: int = 1) -> Any:
    halves = split(load(path), at)
    return {"low": account(halves.low, ["low"]), "high": account(halves.high, ["high"])}


def a_table(root: Path, text: str = "a\n1\n2\n3\n") -> str:
    (root / "rows.csv").write_text(text)
    return "rows.csv"


def test_a_pipeline_gives_values_and_steps_are_reused(tmp_path: Path) -> None:
    with a_bench(tmp_path) as bench:
        path = a_table(tmp_path)
        expected = {"low": Account(1, ("low",)), "high": Account(2, ("high",))}
        assert bench.run(build, path) == expected
        assert bench.did == "LOAD SPLIT ACCOUNT ACCOUNT"
        assert set(bench.reasons.values()) == {"first run"}
        assert bench.run(build, path) == expected
        assert bench.did == "load split account account"
        assert all(reason.startswith("unchanged since run-") for reason in bench.reasons.values())
        assert bench.run(build, path, at=2)["low"].rows == 2
        assert bench.did == "load SPLIT ACCOUNT ACCOUNT"
        assert bench.reasons["split"] == "changed parameter at: 1 -> 2"
        assert bench.run(build, path) == expected
        assert bench.did == "load split account account"


def test_a_changed_file_runs_what_depends_on_it(tmp_path: Path) -> None:
    with a_bench(tmp_path) as bench:
        bench.run(build, a_table(tmp_path))
        bench.run(build, a_table(tmp_path, "a\n1\n2\n4\n"))
        assert bench.reasons["load"] == "changed input rows.csv"
        assert bench.did == "LOAD SPLIT account ACCOUNT"


def test_a_step_that_gives_the_same_bytes_stops_the_wave(tmp_path: Path) -> None:
    with a_bench(tmp_path) as bench:
        bench.run(build, a_table(tmp_path))
        bench.run(build, a_table(tmp_path, "a\n1\n2\n3"))
        assert bench.did == "LOAD split account account"


def test_a_value_may_steer_the_pipeline(tmp_path: Path) -> None:
    @pipeline
    def until(limit: int) -> Any:
        x: Any = grow(0)
        while x.value() < limit:
            x = grow(x)
        return x

    with a_bench(tmp_path) as bench:
        assert bench.run(until, 3) == 3
        assert bench.run(until, 4) == 4
        assert bench.did == "grow grow grow GROW"


def test_only_what_a_value_needs_runs_before_it(tmp_path: Path) -> None:
    @pipeline
    def look() -> Any:
        first = grow(1)
        other = clock()
        assert first.value() == 2
        assert other.node.outputs is None
        return other

    with a_bench(tmp_path) as bench:
        assert bench.run(look) == 1
        assert bench.did == "GROW CLOCK"


def test_pipelines_may_call_pipelines(tmp_path: Path) -> None:
    @pipeline
    def inner(x: int) -> Any:
        return grow(x)

    @pipeline
    def outer() -> Any:
        return add([inner(1), inner(2), 10])

    with a_bench(tmp_path) as bench:
        assert bench.run(outer) == 15
        assert outer() == 15


def test_a_call_made_twice_runs_once(tmp_path: Path) -> None:
    with a_bench(tmp_path) as bench:
        assert bench.run(lambda: [grow(1), grow(1)]) == [2, 2]
        assert bench.did == "GROW grow"
        assert bench.reasons["grow"] == "as before in this run"


def test_a_body_cannot_spoil_the_value_of_another(tmp_path: Path) -> None:
    @pipeline
    def share() -> Any:
        values = numbers()
        return [spoil(values), add(values)]

    with a_bench(tmp_path) as bench:
        assert bench.run(share) == [4, 6]


def test_forced_steps_run_and_the_rest_is_told_by_what_they_give(tmp_path: Path) -> None:
    with a_bench(tmp_path) as bench:
        path = a_table(tmp_path)
        bench.run(build, path)
        bench.run(build, path, force=frozenset({"load"}))
        assert bench.did == "LOAD split account account"
        assert bench.reasons["load"] == "forced"
        bench.run(build, path, force=frozenset({f"{__name__}.split"}))
        assert bench.did == "load SPLIT account account"
        assert len(bench.workspace.catalog.find(StepResult)) == 4


def test_a_step_without_cache_runs_every_time(tmp_path: Path) -> None:
    with a_bench(tmp_path) as bench:
        bench.run(lambda: clock())
        bench.run(lambda: clock())
        assert bench.did == "CLOCK"
        assert bench.reasons["clock"] == "runs every time"
        assert bench.workspace.catalog.find(StepResult) == []


def test_an_error_names_the_step_and_the_users_line(tmp_path: Path) -> None:
    with a_bench(tmp_path) as bench:
        with pytest.raises(StepFailed) as failure:
            bench.run(lambda: broken(grow(-1)))
        assert failure.value.met == "step broken failed: ZeroDivisionError: integer division or modulo by zero"
        assert f"{__file__}:" in failure.value.next_move
        assert bench.did == "GROW BROKEN"
        assert bench.engine.executions[-1].error == str(failure.value)
        with pytest.raises(StepFailed):
            bench.run(lambda: broken(grow(-1)))
        assert bench.did == "grow BROKEN"


def test_an_error_of_treadle_passes_as_it_is(tmp_path: Path) -> None:
    with a_bench(tmp_path) as bench:
        with pytest.raises(DataError, match="no such column"):
            bench.run(lambda: refuses(1))
        assert bench.engine.executions[-1].step == "refuses"


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (lambda: unstorable(), CodeError, "builtins.object cannot be stored"),
        (lambda: leaves(), StepFailed, "step leaves failed: SystemExit: 3"),
        (lambda: miscounts(), CodeError, "step miscounts returned 3 values"),
        (lambda: load("missing.csv"), DataError, "missing"),
    ],
)
def test_what_a_body_may_not_do_is_told(tmp_path: Path, call: Any, kind: type[Exception], words: str) -> None:
    with a_bench(tmp_path) as bench:
        with pytest.raises(kind, match=words):
            bench.run(call)
        assert len(bench.engine.executions) == 1
        assert bench.engine.executions[0].error
        assert bench.workspace.catalog.find(StepResult) == []
        assert list((bench.workspace.home / "locks").iterdir()) == []


def test_a_step_is_tried_again_as_often_as_it_has_retries(tmp_path: Path) -> None:
    with a_bench(tmp_path) as bench:
        assert bench.run(lambda: flaky(str(tmp_path))) == 3


def test_a_future_is_not_its_value(tmp_path: Path) -> None:
    with a_bench(tmp_path) as bench, pytest.raises(CodeError, match=r"write \.value"):
        bench.run(lambda: 1 if grow(1) else 2)


def test_a_result_whose_object_is_gone_is_made_again(tmp_path: Path) -> None:
    with a_bench(tmp_path) as bench:
        ref: list[Ref] = []

        def keep() -> Any:
            ref.append(grow(1))
            return ref[-1]

        assert bench.run(keep) == 2
        bench.workspace.store.path(ref[0].digest).unlink()
        assert bench.run(keep) == 2
        assert bench.did == "GROW"
        assert bench.reasons["grow"] == "its stored output is gone"


def test_a_file_that_changes_under_a_step_is_refused_and_nothing_kept(tmp_path: Path) -> None:
    path = a_table(tmp_path)

    @step
    def meddle(path: File) -> int:
        Path(path).write_text("a\n9\n")
        return 1

    with a_bench(tmp_path) as bench:
        with pytest.raises(DataError, match=r"rows\.csv changed while step meddle was reading it"):
            bench.run(lambda: meddle(path))
        assert bench.workspace.catalog.find(StepResult) == []
        assert bench.engine.executions[-1].error


def test_what_goes_on_is_told_in_order(tmp_path: Path) -> None:
    with a_bench(tmp_path) as bench:
        bench.run(lambda: grow(grow(1)))
        bench.run(lambda: grow(grow(1)))
    kinds = [type(event).__name__ for event in bench.events]
    assert kinds == ["StepStarted", "StepFinished"] * 2 + ["StepFinished"] * 2
    assert bench.events[0] == StepStarted("grow", "first run")
    last = bench.events[-1]
    assert isinstance(last, StepFinished)
    assert last.execution.reused


def test_a_step_called_in_a_body_is_the_plain_function(tmp_path: Path) -> None:
    @step
    def outer(x: int) -> int:
        value: int = grow(x)
        return value

    with a_bench(tmp_path) as bench:
        assert bench.run(lambda: outer(1)) == 2
        assert bench.did == "OUTER"
    assert not context()


def test_an_engine_that_has_run_nothing_has_done_nothing(tmp_path: Path) -> None:
    with a_bench(tmp_path) as bench:
        assert bench.engine.executions == ()
        assert bench.run(lambda: 5) == 5
        assert bench.engine.executions == ()


def test_state_of_a_module_counts_as_it_is_when_the_run_begins(tmp_path: Path) -> None:
    state: list[int] = []

    @step
    def remembers(x: int) -> int:
        state.append(x)
        return len(state)

    @pipeline
    def both() -> Any:
        return [remembers(1), remembers(2)]

    with a_bench(tmp_path) as bench:
        assert bench.run(both) == [1, 2]
        state.clear()
        bench.run(both)
        assert bench.did == "remembers remembers"
        state.append(5)
        bench.run(both)
        assert bench.did == "REMEMBERS REMEMBERS"


def test_a_list_counts_as_it_was_when_the_step_was_called(tmp_path: Path) -> None:
    @pipeline
    def growing() -> Any:
        xs = [1]
        one = add(xs)
        xs.append(2)
        two = add(xs)
        assert two.value() == 3
        xs.append(3)
        return [one, two, add(xs)]

    with a_bench(tmp_path) as bench:
        assert bench.run(growing) == [1, 3, 6]


def test_an_array_changed_in_place_is_another_argument(tmp_path: Path) -> None:
    @step
    def total(xs: Any) -> int:
        return int(xs.sum())

    @pipeline
    def changing() -> Any:
        xs = np.ones(3, dtype=int)
        before = total(xs).value()
        xs[0] = 5
        return before, total(xs)

    with a_bench(tmp_path) as bench:
        assert bench.run(changing) == (3, 7)
