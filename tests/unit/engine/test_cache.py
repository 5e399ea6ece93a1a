"""Tests the memory of steps."""

from __future__ import annotations

from pathlib import Path

from factories.records import a_step_result
from factories.workspaces import a_workspace, add
from treadle.engine.cache import Cache, key
from treadle.records import Artifact


def an_artifact(digest: str) -> Artifact:
    return Artifact(name="result", codec="json", digest=digest, size=1)


def test_the_key_is_of_names_and_texts_in_any_order() -> None:
    assert key({"a": "1", "b": "2"}) == key({"b": "2", "a": "1"})
    assert len({key({"a": "1"}), key({"a": "2"}), key({"b": "1"}), key({}), key({"a": "1", "b": ""})}) == 5
    assert len(key({})) == 64


def test_a_result_is_found_by_its_key_and_whole_with_its_objects(tmp_path: Path) -> None:
    with a_workspace(tmp_path) as workspace:
        digest = workspace.store.put(b"1")
        result = a_step_result(outputs=(an_artifact(digest),))
        gone = a_step_result(outputs=(an_artifact(digest), an_artifact("0" * 64)))
        add(workspace, result, gone)
        cache = Cache(workspace, workspace.store, "run-9")
        assert cache.find(result.id) == result
        assert cache.find("nothing") is None
        assert cache.whole(result)
        assert not cache.whole(gone)
        assert not cache.whole(None)


def test_the_reason_looks_at_earlier_runs_of_the_step_only(tmp_path: Path) -> None:
    with a_workspace(tmp_path) as workspace:
        cache = Cache(workspace, workspace.store, "run-9")
        parts = {"parameter x": "2"}
        assert cache.reason("steps.a", parts) == "first run"
        add(workspace, a_step_result(step="steps.b", run="run-1", parts={"parameter x": "1"}))
        add(workspace, a_step_result(step="steps.b", run="run-9", parts={"parameter x": "3"}))
        assert cache.reason("steps.b", parts) == "changed parameter x: 1 -> 2"
        assert cache.reason("steps.c", parts) == "first run"
        assert cache.reason("steps.b", parts, a_step_result()) == "its stored output is gone"
