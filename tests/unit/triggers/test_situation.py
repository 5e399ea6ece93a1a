"""What triggers look at."""

from __future__ import annotations

from pathlib import Path

import pytest

from factories.situations import a_build, a_situation, after_builds
from factories.traffic import moment
from treadle.triggers import TRIGGERS
from treadle.triggers.situation import last_build, proposal


def test_every_trigger_loads_and_lives_in_its_room(tmp_path: Path) -> None:
    workspace = after_builds(tmp_path)
    for name in TRIGGERS:
        due = TRIGGERS.load(name)
        assert due.__module__ == f"treadle.triggers.{name}"
        assert due(workspace, a_situation(sources={"a": "1"}, commit="c")) is None, "nothing was ever built"


def test_the_last_build_is_the_newest_that_came_to_its_end(tmp_path: Path) -> None:
    builds = [
        a_build(id="run-old"),
        a_build(id="run-refused", status="refused"),
        a_build(id="run-failed", status="failed"),
        a_build(id="run-killed", status="interrupted"),
        a_build(id="run-other", project="other"),
        a_build(id="run-trial", kind="trial"),
    ]
    found = last_build(after_builds(tmp_path, *builds), "flights")
    assert found is not None
    assert found.id == "run-refused"


@pytest.mark.parametrize(("because", "same"), [("x", True), ("y", False)])
def test_the_same_cause_is_the_same_request(because: str, same: bool) -> None:
    first = proposal(a_situation(), "schedule", "why", "x")
    second = proposal(a_situation(day=1), "schedule", "why", because)
    assert (first.id == second.id) is same
    assert (first.pipeline, first.status, first.created, first.actor) == ("build", "open", moment(0), "ada")
