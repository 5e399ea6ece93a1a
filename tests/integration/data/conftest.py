"""Owns the open workspace of a test: a real SQLite catalog and a store in a temporary folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from treadle.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.open(tmp_path, ".treadle/catalog.db", ".treadle/store", actor="ada") as opened:
        yield opened
