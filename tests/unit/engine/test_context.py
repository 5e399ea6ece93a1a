"""Tests what a body may know of its run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from factories.engines import a_bench
from treadle.engine import Context, context, pipeline, step
from treadle.errors import CodeError
from treadle.records import Run


@step
def square(x: int) -> int:
    return x * x


@step
def squares(up_to: int) -> list[int]:
    return context().map(square, [{"x": x} for x in range(up_to)])


@step
def here() -> dict[str, Any]:
    its = context()
    return {"run": its.run_id, "root": str(its.project_root), "runs": len(its.workspace.catalog.find(Run))}


@pipeline
def tell() -> Any:
    return here(), squares(3)


def test_outside_a_run_there_is_a_context_that_is_false_and_maps() -> None:
    assert not context()
    assert context().run_id == ""
    assert squares(3) == [0, 1, 4]
    with pytest.raises(CodeError, match="no workspace"):
        assert context().workspace


def test_in_a_run_a_body_knows_it(tmp_path: Path) -> None:
    with a_bench(tmp_path) as bench:
        known, mapped = bench.run(tell)
        runs = bench.workspace.catalog.find(Run, kind="build")
        assert known == {"run": runs[0].id, "root": str(tmp_path), "runs": 1}
        assert mapped == [0, 1, 4]
    assert not context()


def test_a_worker_has_a_run_but_no_workspace() -> None:
    its = Context("run-1", Path("/tmp"))
    assert its
    with pytest.raises(CodeError, match="not parallel"):
        assert its.workspace
    assert its.map(square, [{"x": 2}]) == [4]
