"""The manual trigger."""

from __future__ import annotations

from pathlib import Path

from factories.situations import a_situation, after_builds
from treadle.triggers.manual import due


def test_a_wish_is_due_even_before_any_build(tmp_path: Path) -> None:
    request = due(after_builds(tmp_path), a_situation(wish="new feature"))
    assert request is not None
    assert (request.reason, request.trigger, request.actor) == ("new feature", "manual", "ada")


def test_no_wish_no_request(tmp_path: Path) -> None:
    assert due(after_builds(tmp_path), a_situation()) is None


def test_the_same_wish_later_is_another_request(tmp_path: Path) -> None:
    workspace = after_builds(tmp_path)
    first, second = (due(workspace, a_situation(day, wish="again")) for day in (1, 2))
    assert first is not None
    assert second is not None
    assert first.id != second.id
