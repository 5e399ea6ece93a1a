"""A catalog beside a plain dict: whatever is done to both, they say the same, and the chain verifies."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from factories.records import a_run
from treadle.catalog import open_catalog
from treadle.catalog.audit import verify
from treadle.catalog.mapping import plan
from treadle.errors import Conflict
from treadle.records import Run

texts = st.text(st.characters(codec="utf-8"), max_size=20)
json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
params = st.dictionaries(texts, json, max_size=4)
finite = st.floats(allow_nan=False, allow_infinity=False)
ids = st.sampled_from(["run-1", "run-2", "run-3"])


@given(params, st.dictionaries(texts, finite, max_size=4), texts, st.none() | texts)
def test_any_values_come_back(params: dict[str, Any], metrics: dict[str, float], name: str, parent: str | None) -> None:
    its = plan(Run, "?")
    run = a_run(id="run-1", params=params, metrics=metrics, name=name, parent=parent)
    row = its.values(run)
    assert its.record(row) == run
    assert its.values(its.record(row)) == row


class BesideADict(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.catalog = open_catalog("catalog.db", Path(self.folder.name))
        self.dict: dict[str, Run] = {}

    def teardown(self) -> None:
        self.catalog.close()
        self.folder.cleanup()

    @rule(id=ids, params=params)
    def add(self, id: str, params: dict[str, Any]) -> None:
        run = a_run(id=id, params=params)
        taken = self.dict.get(id, run) != run
        if taken:
            with pytest.raises(Conflict), self.catalog.transaction("ada") as change:
                change.add(run)
        else:
            with self.catalog.transaction("ada") as change:
                change.add(run)
            self.dict[id] = run

    @rule(id=ids, stale=st.booleans(), status=texts)
    def replace(self, id: str, stale: bool, status: str) -> None:
        old = self.dict.get(id)
        if old is None or stale:
            old = (old or a_run(id=id)).evolve(error="not what stands there")
            with pytest.raises(Conflict), self.catalog.transaction("ada") as change:
                change.replace(old, old.evolve(status=status))
            return
        with self.catalog.transaction("ada") as change:
            change.replace(old, old.evolve(status=status))
        self.dict[id] = old.evolve(status=status)

    @rule(id=ids)
    def remove(self, id: str) -> None:
        run = self.dict.pop(id, None)
        if run is not None:
            with self.catalog.transaction("ada") as change:
                change.remove(run)

    @rule(id=ids, params=params)
    def fail(self, id: str, params: dict[str, Any]) -> None:
        with pytest.raises(ZeroDivisionError), self.catalog.transaction("ada") as change:
            change.add(a_run(id=f"{id}-undone", params=params))
            _ = 1 / 0

    @invariant()
    def same(self) -> None:
        assert {run.id: run for run in self.catalog.find(Run)} == self.dict
        verify(self.catalog)


BesideADict.TestCase.settings = settings(max_examples=30, stateful_step_count=20)
TestBesideADict = BesideADict.TestCase
