"""Tests frames in the store."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from treadle.engine.codecs.frames import PARQUET

WIDE = pl.DataFrame(
    {
        "int": [1, None, 3],
        "float": [0.1, float("nan"), None],
        "str": ["a", "ä", None],
        "bool": [True, False, None],
        "date": [date(2020, 1, 1), None, date(2021, 1, 1)],
        "time": [datetime(2020, 1, 1, tzinfo=UTC), None, datetime(2021, 1, 1, tzinfo=UTC)],
        "list": [["a"], [], None],
        "category": pl.Series(["x", "y", None], dtype=pl.Categorical),
        "enum": pl.Series(["x", "y", None], dtype=pl.Enum(["x", "y"])),
    }
)


@pytest.mark.parametrize("frame", [WIDE, WIDE.clear(), pl.DataFrame()], ids=["rows", "no rows", "no columns"])
def test_a_frame_comes_back_with_its_types(frame: pl.DataFrame) -> None:
    again = PARQUET.decode(PARQUET.encode(frame, Any), Any)
    assert_frame_equal(again, frame)
    assert again.schema == frame.schema


def test_the_order_of_rows_and_columns_stays() -> None:
    frame = pl.DataFrame({"b": [3, 1, 2], "a": [1, 2, 3]})
    again = PARQUET.decode(PARQUET.encode(frame, Any), Any)
    assert again.columns == ["b", "a"]
    assert again["b"].to_list() == [3, 1, 2]
