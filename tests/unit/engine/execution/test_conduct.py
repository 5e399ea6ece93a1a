"""Tests how one call begins and ends: found, locked, run, kept."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from factories.workspaces import a_workspace
from treadle.engine import step
from treadle.engine.arguments import Arguments
from treadle.engine.cache import Cache, key
from treadle.engine.execution.conduct import Conduct, Means
from treadle.engine.execution.writing import Ledger, WritingStore
from treadle.engine.files import Digests
from treadle.engine.graph import Node
from treadle.engine.locks import Locks
from treadle.engine.runners import Done
from treadle.engine.runners.local import LocalRunner
from treadle.errors import CodeError, StepFailed
from treadle.records import StepExecution, StepResult


@step
def grow(x: int) -> int:
    return x + 1


@step
def broken(x: int) -> int:
    raise ValueError("no")


class Kept(NamedTuple):
    """A conduct with what it keeps account in."""

    conduct: Conduct
    means: Means
    log: list[tuple[str, str]]

    def node(self, step: Any, *args: Any) -> Node:
        return self.means.arguments.node(step, args, {}, 0)

    def started(self, node: Node, reason: str) -> None:
        self.log.append(("started", reason))

    def finished(self, node: Node, execution: StepExecution) -> None:
        self.log.append(("failed" if execution.error else "reused" if execution.reused else "ran", execution.reason))


@contextmanager
def a_conduct(root: Path, run: str = "run-1", force: Collection[str] = ()) -> Iterator[Kept]:
    with a_workspace(root) as workspace:
        store = WritingStore(workspace.store)
        digests = Digests(root / "memory", root)
        means = Means(
            run,
            root,
            LocalRunner(workspace.store, store, 1),
            Arguments(store, digests, root),
            digests,
            Cache(workspace, store, run),
            Locks(root / "locks"),
            store,
            Ledger(workspace, store),
            force,
        )
        log: list[tuple[str, str]] = []
        record = Kept(None, means, log)  # type: ignore[arg-type]
        yield Kept(Conduct(means, record, driver=None), means, log)  # type: ignore[arg-type]
        means.ledger.close()


def done(kept: Kept, node: Node) -> None:
    future = kept.conduct.begin(node)
    assert isinstance(future, Future)
    kept.conduct.end(node, future)


def test_a_new_call_runs_and_is_kept(tmp_path: Path) -> None:
    with a_conduct(tmp_path) as kept:
        node = kept.node(grow, 1)
        done(kept, node)
        assert kept.log == [("started", "first run"), ("ran", "first run")]
        assert node.outputs is not None
        assert kept.means.store.get(node.outputs[0].digest) == b"2"
    with a_workspace(tmp_path) as workspace:
        (result,) = workspace.catalog.find(StepResult)
        assert (result.step, result.run, result.outputs) == (f"{__name__}.grow", "run-1", node.outputs)
        assert result.id == key(result.parts)


def test_a_known_call_is_reused_even_before_it_is_on_disk(tmp_path: Path) -> None:
    with a_conduct(tmp_path) as kept:
        done(kept, kept.node(grow, 1))
        assert kept.conduct.begin(kept.node(grow, 1)) is True
        assert kept.log[-1] == ("reused", "as before in this run")
    with a_conduct(tmp_path, "run-2") as kept:
        assert kept.conduct.begin(kept.node(grow, 1)) is True
        assert kept.log == [("reused", "unchanged since run-1")]


def test_a_forced_call_runs_once_in_a_run(tmp_path: Path) -> None:
    with a_conduct(tmp_path) as kept:
        done(kept, kept.node(grow, 1))
    with a_conduct(tmp_path, "run-2", {"grow"}) as kept:
        done(kept, kept.node(grow, 1))
        assert kept.log == [("started", "forced"), ("ran", "forced")]
        assert kept.conduct.begin(kept.node(grow, 1)) is True


def test_a_call_that_another_is_at_is_not_begun(tmp_path: Path) -> None:
    with a_conduct(tmp_path) as kept:
        node = kept.node(grow, 1)
        lock = kept.means.locks.try_lock(key(kept.means.arguments.resolve(node).parts))
        assert lock is not None
        assert kept.conduct.begin(node) is False
        assert kept.log == []
        lock.release()
        done(kept, node)


def test_an_error_frees_the_lock_and_is_told(tmp_path: Path) -> None:
    with a_conduct(tmp_path) as kept:
        node = kept.node(broken, 1)
        future = kept.conduct.begin(node)
        assert isinstance(future, Future)
        with pytest.raises(StepFailed, match="no"):
            kept.conduct.end(node, future)
        assert kept.log[-1][0] == "failed"
        assert list((tmp_path / "locks").iterdir()) == []


def test_arguments_that_cannot_be_told_fail_before_anything_begins(tmp_path: Path) -> None:
    with a_conduct(tmp_path) as kept:
        with pytest.raises(CodeError, match="argument x"):
            kept.conduct.begin(kept.node(grow, iter([1])))
        assert kept.log == [("failed", "")]


def test_a_dropped_call_frees_its_lock_and_keeps_nothing(tmp_path: Path) -> None:
    with a_conduct(tmp_path) as kept:
        node = kept.node(grow, 1)
        future = kept.conduct.begin(node)
        assert isinstance(future, Future)
        assert future.result() == Done(future.result().outputs, future.result().seconds)
        kept.conduct.drop(node)
        assert list((tmp_path / "locks").iterdir()) == []
    with a_workspace(tmp_path) as workspace:
        assert workspace.catalog.find(StepResult) == []
