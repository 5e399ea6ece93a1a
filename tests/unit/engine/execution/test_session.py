"""Tests a session: notes calls, runs what is asked for, and keeps account."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from factories.engines import Bench, a_bench
from treadle.engine import Event, File, Ref, StepFinished, StepStarted, step
from treadle.engine.execution.session import Session
from treadle.engine.execution.writing import WritingStore
from treadle.engine.runners.local import LocalRunner
from treadle.errors import NotFound
from treadle.records import StepResult


@step
def grow(x: int) -> int:
    return x + 1


@step
def halves(x: int) -> tuple[int, int]:
    return x // 2, x - x // 2


@step
def size(path: File) -> int:
    return Path(path).stat().st_size


@contextmanager
def a_session(root: Path, events: list[Event] | None = None) -> Iterator[tuple[Session, Bench]]:
    with a_bench(root) as bench:
        store = WritingStore(bench.workspace.store)
        runner = LocalRunner(bench.workspace.store, store, 1)
        listener = (events if events is not None else []).append
        session = Session(bench.workspace, store, root, bench.a_run(), runner, frozenset(), listener)
        try:
            yield session, bench
        finally:
            runner.close()
            session.close()


def test_a_call_runs_nothing_until_its_value_is_asked_for(tmp_path: Path) -> None:
    with a_session(tmp_path) as (session, _):
        ref = session.call(grow, (1,), {})
        assert isinstance(ref, Ref)
        assert session.executions == []
        assert session.value(ref) == 2
        assert session.value(ref) == 2
        assert len(session.executions) == 1


def test_a_tuple_gives_several_futures(tmp_path: Path) -> None:
    with a_session(tmp_path) as (session, _):
        low, high = session.call(halves, (5,), {})
        assert session.finish([low, {"high": high}]) == [2, {"high": 3}]
        assert [output.name for output in session.executions[0].outputs] == ["0", "1"]


def test_when_a_session_has_finished_all_is_safe(tmp_path: Path) -> None:
    with a_session(tmp_path) as (session, bench):
        ref = session.call(grow, (1,), {})
        with pytest.raises(NotFound):
            bench.workspace.store.get("0" * 64)
        session.finish(None)
        assert bench.workspace.store.get(ref.digest) == b"2"
        assert len(bench.workspace.catalog.find(StepResult)) == 1


def test_listeners_hear_of_each_call(tmp_path: Path) -> None:
    events: list[Event] = []
    with a_session(tmp_path, events) as (session, _):
        session.finish(session.call(grow, (1,), {}))
        assert events == [StepStarted("grow", "first run"), StepFinished(session.executions[0])]


def test_files_are_looked_for_in_the_project(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("12345")
    with a_session(tmp_path) as (session, _):
        assert session.finish(session.call(size, ("rows.csv",), {})) == 5
