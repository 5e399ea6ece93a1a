"""Owns the catalogs that the contract runs over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from treadle.catalog import Catalog, open_catalog


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of a fresh catalog of each kind."""
    return str(tmp_path / "catalog.db") if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def catalog(address: str, tmp_path: Path) -> Iterator[Catalog]:
    """A fresh catalog of each kind, open."""
    opened = open_catalog(address, tmp_path)
    yield opened
    opened.close()
