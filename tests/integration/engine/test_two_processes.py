"""Tests that processes which run the same build at once do each step once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from factories.processes import a_project, begin, did, end, noted
from factories.workspaces import a_workspace
from treadle.catalog.audit import verify
from treadle.records import Run, StepResult

CHAIN = """
    import time
    from treadle import pipeline, step
    from noted import note
    @step
    def load(n: int) -> int:
        note("load"); time.sleep(0.4)
        return n
    @step
    def left(x: int) -> int:
        note("left"); time.sleep(0.3)
        return x + 1
    @step
    def right(x: int) -> int:
        note("right"); time.sleep(0.3)
        return x + 2
    @step
    def quick(x: int, k: int) -> int:
        note(f"quick {k}")
        return x + k
    @step
    def test(xs: list) -> int:
        note("test")
        return sum(xs)
    @pipeline
    def build():
        x = load(1)
        return test([left(x), right(x), *(quick(x, k) for k in range(20))])
"""

SEARCH = """
    import time
    from treadle import context, pipeline, step
    from noted import note
    @step(parallel=True)
    def trial(depth: int) -> int:
        note(f"trial {depth}"); time.sleep(0.2)
        return depth
    @step
    def search(name: str) -> int:
        return sum(context().map(trial, [{"depth": depth} for depth in range(6)]))
    @pipeline
    def build(name="same"):
        return search(name)
"""


def together(project: Path, *each: tuple[str, ...]) -> list[str]:
    """Begin runs with the arguments at once; return what each printed first."""
    processes = [begin(project, *arguments) for arguments in each]
    printed = []
    for process in processes:
        code, out, err = end(process)
        assert code == 0, err
        printed.append(out.splitlines()[0])
    return printed


def test_each_step_runs_once_and_both_get_the_result(tmp_path: Path) -> None:
    project = a_project(tmp_path, steps=CHAIN)
    assert len(set(together(project, (), (), ()))) == 1
    assert set(Counter(noted(project)).values()) == {1}
    assert len(noted(project)) == 24
    with a_workspace(project) as workspace:
        assert [run.status for run in workspace.catalog.find(Run)] == ["succeeded"] * 3
        assert len(workspace.catalog.find(StepResult)) == 24
        executed = [step.step for run in workspace.catalog.find(Run) for step in run.steps if not step.reused]
        assert len(executed) == 24
        assert verify(workspace.catalog).entries > 0
    assert list((project / ".treadle/locks").iterdir()) == []


def test_trials_that_two_searches_share_run_once(tmp_path: Path) -> None:
    project = a_project(tmp_path, steps=SEARCH)
    assert together(project, ("one",), ("other",)) == ["15", "15"]
    assert Counter(noted(project)) == Counter([f"trial {depth}" for depth in range(6)])


def test_when_the_first_dies_the_second_takes_over(tmp_path: Path) -> None:
    project = a_project(tmp_path, steps=CHAIN.replace("0.4", "3"))
    first = begin(project)
    while noted(project) != ["load"]:
        assert first.poll() is None
    second = begin(project)
    first.kill()
    end(first)
    code, _, err = end(second)
    assert code == 0, err
    assert Counter(noted(project))["load"] == 2
    assert did(project).isupper() is False
