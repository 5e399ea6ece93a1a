"""The code-change trigger."""

from __future__ import annotations

from pathlib import Path

import pytest

from factories.situations import a_build, a_situation, after_builds
from treadle.triggers.code_change import due


def test_another_commit_is_due(tmp_path: Path) -> None:
    workspace = after_builds(tmp_path, a_build(id="run-1", commit="a" * 40))
    request = due(workspace, a_situation(commit="b" * 40))
    assert request is not None
    assert request.reason == "code is at bbbbbbbbbbbb, run-1 ran aaaaaaaaaaaa"


def test_code_that_was_in_no_commit_is_said_so(tmp_path: Path) -> None:
    request = due(after_builds(tmp_path, a_build(id="run-1", commit="")), a_situation(commit="b" * 40))
    assert request is not None
    assert request.reason.endswith("run-1 ran code in no commit")


@pytest.mark.parametrize("commit", ["", "a" * 40])
def test_the_same_or_unknown_code_is_not_due(tmp_path: Path, commit: str) -> None:
    assert due(after_builds(tmp_path, a_build(commit="a" * 40)), a_situation(commit=commit)) is None
