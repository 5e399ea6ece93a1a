"""The schedule trigger, with the clock handed in."""

from __future__ import annotations

from pathlib import Path

import pytest

from factories.situations import a_build, a_situation, after_builds
from treadle.settings import Retrain
from treadle.triggers.schedule import due

WEEKLY = Retrain(schedule="1w")


@pytest.mark.parametrize(("day", "asks"), [(0.0, False), (6.99, False), (7.0, True), (30.0, True)])
def test_due_when_the_last_build_is_old_enough(tmp_path: Path, day: float, asks: bool) -> None:
    workspace = after_builds(tmp_path, a_build(id="run-1"))
    request = due(workspace, a_situation(day, WEEKLY))
    assert (request is not None) is asks
    if request is not None:
        assert request.reason == "the last build, run-1, is older than 1w"
        assert request.trigger == "schedule"


def test_never_without_a_schedule(tmp_path: Path) -> None:
    assert due(after_builds(tmp_path, a_build()), a_situation(99)) is None


def test_one_request_however_often_it_is_asked(tmp_path: Path) -> None:
    workspace = after_builds(tmp_path, a_build())
    first, second = (due(workspace, a_situation(day, WEEKLY)) for day in (8, 9))
    assert first is not None
    assert second is not None
    assert first.id == second.id
