from __future__ import annotations

from pathlib import Path

import pytest

from treadle.errors import UnknownKind
from treadle.store import STORES, open_store


def test_every_kind_of_store_loads_from_its_own_room() -> None:
    assert {STORES.load(name).__module__ for name in STORES} == {"treadle.store.local"}


def test_an_address_without_a_scheme_is_a_folder_relative_to_the_root(tmp_path: Path) -> None:
    name = open_store(".treadle/store", tmp_path).put(b"rows")
    assert (tmp_path / ".treadle/store/objects" / name[:2] / name).read_bytes() == b"rows"


def test_a_scheme_nobody_serves_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnknownKind, match=r"unknown store 'ftp'\n  expected: one of local"):
        open_store("ftp://host/folder", tmp_path)
