from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from treadle.store import digest
from treadle.store.local import LocalStore


@settings(max_examples=50)
@given(st.lists(st.binary(max_size=300), max_size=20))
def test_whatever_is_put_comes_back_and_nothing_else_is_there(blobs: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = LocalStore(Path(folder))
        names = [store.put(blob) for blob in blobs]
        assert names == [digest(blob) for blob in blobs]
        assert [store.get(name) for name in names] == blobs
        assert {path.name for path in Path(folder).rglob("*") if path.is_file()} == set(names)
