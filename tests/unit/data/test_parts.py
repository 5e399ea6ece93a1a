"""Owns the tests of the files rows are kept in."""

from __future__ import annotations

import io

import polars as pl
import pytest

from factories.frames import flights
from treadle.data.parts import LARGEST, SMALLEST, cut, read, to_parquet, write
from treadle.errors import StoreError
from treadle.workspace import Workspace


def test_equal_rows_give_equal_bytes_however_they_lie_in_memory() -> None:
    whole = flights(1000)
    pieces = pl.concat([flights(300), flights(700, start=300)], rechunk=False)
    assert to_parquet(whole) == to_parquet(pieces)
    assert to_parquet(whole) == to_parquet(flights(1500).head(1000))


def test_other_rows_give_other_bytes() -> None:
    assert to_parquet(flights(10)) != to_parquet(flights(10, start=1))


def test_bytes_are_parquet() -> None:
    assert pl.read_parquet(io.BytesIO(to_parquet(flights(10)))).equals(flights(10))


@pytest.mark.parametrize(
    ("rows", "parts"),
    [
        (0, []),
        (1, [1]),
        (SMALLEST, [SMALLEST]),
        (SMALLEST + 1, [SMALLEST, 1]),
        (3 * SMALLEST, [2 * SMALLEST, SMALLEST]),
        (2 * LARGEST + 5, [LARGEST, LARGEST, 5]),
        (LARGEST - 1, [LARGEST >> n for n in range(1, 6)] + [SMALLEST - 1]),
    ],
)
def test_rows_are_cut_by_powers_of_two(rows: int, parts: list[int]) -> None:
    assert list(cut(rows)) == parts


def test_parts_are_written_and_read_back_in_order(workspace: Workspace) -> None:
    frame = flights(SMALLEST + 100)
    parts = write(workspace.store, frame, "a.csv", "train")
    assert [(part.rows, part.source, part.split) for part in parts] == [
        (SMALLEST, "a.csv", "train"),
        (100, "a.csv", "train"),
    ]
    assert [part.size for part in parts] == [workspace.store.path(part.digest).stat().st_size for part in parts]
    assert read(workspace.store, parts, frame.schema).equals(frame)


def test_no_rows_are_no_part_and_come_back_typed(workspace: Workspace) -> None:
    assert write(workspace.store, flights(0), "a.csv", "train") == []
    assert read(workspace.store, [], flights().schema).equals(flights(0))


def test_a_damaged_part_is_never_read(workspace: Workspace) -> None:
    parts = write(workspace.store, flights(50), "a.csv", "train")
    path = workspace.store.path(parts[0].digest)
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1] + b"X")
    with pytest.raises(StoreError, match="damaged"):
        read(workspace.store, parts, flights().schema)
