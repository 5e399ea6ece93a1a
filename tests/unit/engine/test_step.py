"""Tests steps and pipelines as their authors meet them."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from treadle.engine import File, Files, pipeline, step
from treadle.engine.step import Output, Step
from treadle.errors import CodeError

if TYPE_CHECKING:
    from decimal import Decimal


class Parts(NamedTuple):
    left: int
    right: str


@step
def double(x: int, times: int = 2) -> int:
    """Return x times `times`."""
    return x * times


@step(version="3", ignore=["threads"], cache=False, retries=2, parallel=True)
def busy(x: int, *more: int, threads: int = 1, **words: str) -> tuple[int, str]:
    return x + sum(more), "".join(words)


@step
def named() -> Parts:
    return Parts(1, "a")


@step
def many(path: File, paths: Files | None = None, text: str = "") -> list[int]:
    return []


@step
def untold():  # type: ignore[no-untyped-def]
    return (1, 2)


@step
def endless() -> tuple[int, ...]:
    return (1, 2)


@step
def hidden(x: Decimal) -> int:
    return 1


@pipeline
def build(x: int) -> Any:
    """Double twice."""
    return double(double(x))


def test_outside_a_pipeline_a_step_is_the_plain_function() -> None:
    assert double(3) == 6
    assert double(3, times=3) == 9
    assert build(3) == 12
    assert double.__doc__ == "Return x times `times`."


def test_a_step_has_a_short_and_a_full_name() -> None:
    assert double.name == "double"
    assert double.id == f"{__name__}.double"
    assert build.name == "build"
    assert __name__ in repr(double)
    assert "build" in repr(build)


def test_options_are_kept() -> None:
    assert (busy.version, busy.ignore, busy.cache, busy.retries, busy.parallel) == ("3", ("threads",), False, 2, True)
    assert (double.version, double.ignore, double.cache, double.retries, double.parallel) == (None, (), True, 0, False)


def test_ignoring_what_is_no_parameter_is_refused_with_the_nearest() -> None:
    with pytest.raises(CodeError, match="did you mean 'threads'"):

        @step(ignore=["thread"])
        def run(threads: int) -> int:
            return threads


def test_arguments_are_bound_with_their_defaults() -> None:
    assert double.bind((1,), {}) == {"x": 1, "times": 2}
    bound = busy.bind((1, 2, 3), {"a": "b"})
    assert bound == {"x": 1, "more": (2, 3), "threads": 1, "words": {"a": "b"}}
    assert busy.call(bound) == (6, "a")


def test_arguments_that_do_not_fit_are_told() -> None:
    with pytest.raises(CodeError, match=r"double.*\n.*double\(x: 'int', times: 'int' = 2\)"):
        double.bind((), {})


def test_the_annotation_tells_the_outputs() -> None:
    assert double.returns == (Output("result", int),)
    assert busy.returns == (Output("0", int), Output("1", str))
    assert named.returns == (Output("left", int), Output("right", str))
    assert untold.returns == (Output("result", Any),)
    assert endless.returns == (Output("result", tuple[int, ...]),)


def test_outputs_are_joined_as_the_step_gave_them() -> None:
    assert double.join([1]) == 1
    assert busy.join([1, "a"]) == (1, "a")
    joined = named.join([1, "a"])
    assert joined == Parts(1, "a")
    assert isinstance(joined, Parts)


def test_files_are_found_by_their_annotation() -> None:
    assert many.files == {"path": File, "paths": Files}


def test_an_annotation_nobody_can_read_is_refused() -> None:
    with pytest.raises(CodeError, match="Decimal"):
        assert hidden.files


def test_an_annotation_may_name_what_the_step_closes_over() -> None:
    class Local(NamedTuple):
        a: int

    @step
    def run() -> Local:
        return Local(1)

    assert run.returns == (Output("a", int),)


def test_a_step_travels_by_its_name() -> None:
    assert pickle.loads(pickle.dumps(double)) is double


def test_a_step_over_a_wrapped_function_takes_its_signature(tmp_path: Path) -> None:
    import functools

    def wrap(function: Any) -> Any:
        @functools.wraps(function)
        def inner(*args: Any) -> Any:
            return function(*args)

        return inner

    @step
    @wrap
    def run(path: File) -> int:
        return 1

    assert isinstance(run, Step)
    assert run.files == {"path": File}
    assert run.bind((tmp_path,), {}) == {"path": tmp_path}
