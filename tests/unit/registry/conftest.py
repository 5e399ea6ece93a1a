"""Owns the workspace that tests of the registry begin with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from factories.workspaces import a_workspace
from treadle.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """An empty workspace of ada's."""
    with a_workspace(tmp_path / "project") as opened:
        yield opened
