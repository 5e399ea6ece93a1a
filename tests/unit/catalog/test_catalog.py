from __future__ import annotations

from pathlib import Path

import pytest

from treadle.catalog import CATALOGS, open_catalog
from treadle.errors import UnknownKind


def test_every_kind_of_catalog_loads_from_its_own_room() -> None:
    assert {CATALOGS.load(name).__module__ for name in CATALOGS} == {
        "treadle.catalog.sqlite",
        "treadle.catalog.postgres",
    }


def test_an_address_without_a_scheme_is_a_sqlite_file(tmp_path: Path) -> None:
    open_catalog("records.db", tmp_path).close()
    assert (tmp_path / "records.db").exists()


def test_a_scheme_nobody_serves_is_told_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UnknownKind, match=r"unknown catalog 'postgress'(?s:.*)did you mean 'postgres'"):
        open_catalog("postgress://host/db", tmp_path)
