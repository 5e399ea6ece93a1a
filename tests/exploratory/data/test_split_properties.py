"""Owns the properties of the split: whatever grows, is reordered or widened, no row moves."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from treadle.data.hashing import hash_rows
from treadle.data.split import assign
from treadle.settings import Split

KEYS = st.one_of(
    st.lists(st.integers(-(2**31), 2**31 - 1), min_size=1, max_size=60),
    st.lists(st.text(max_size=30), min_size=1, max_size=60),
    st.lists(st.none() | st.booleans(), min_size=1, max_size=60),
    st.lists(st.floats(allow_nan=True), min_size=1, max_size=60),
    st.lists(st.none() | st.datetimes(), min_size=1, max_size=60),
)
SPLITS = st.builds(
    Split,
    test=st.floats(0.01, 0.5),
    validation=st.floats(0, 0.45),
    salt=st.text(max_size=10),
)


def assigned(values: list[Any], split: Split, dtype: Any = None) -> list[str]:
    return assign(pl.DataFrame({"id": pl.Series(values, dtype=dtype)}), split, ["id"]).to_list()


@given(KEYS, SPLITS, st.data())
def test_a_row_is_where_it_is_alone(values: list[Any], split: Split, data: st.DataObject) -> None:
    dtype = pl.Series(values).dtype
    together = assigned(values, split, dtype)
    at = data.draw(st.integers(0, len(values) - 1))
    assert assigned([values[at]], split, dtype) == [together[at]]


@given(KEYS, SPLITS, st.randoms())
def test_the_order_of_rows_does_not_matter(values: list[Any], split: Split, random: Any) -> None:
    order = list(range(len(values)))
    random.shuffle(order)
    dtype = pl.Series(values).dtype
    before, after = assigned(values, split, dtype), assigned([values[at] for at in order], split, dtype)
    assert after == [before[at] for at in order]


@given(st.lists(st.integers(-(2**31), 2**31 - 1), min_size=1, max_size=60), SPLITS)
def test_a_wider_type_moves_no_row(values: list[int], split: Split) -> None:
    narrow = assigned(values, split, pl.Int32)
    assert narrow == assigned(values, split, pl.Int64)
    assert narrow == assigned([float(value) for value in values], split, pl.Float64)


@given(st.lists(st.integers(0, 255), min_size=1, max_size=60), SPLITS)
def test_signs_and_missing_neighbours_move_no_row(values: list[int], split: Split) -> None:
    assert assigned(values, split, pl.UInt8) == assigned([*values, None], split, pl.Int16)[:-1]


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=60), SPLITS)
def test_more_columns_do_not_move_a_row_with_a_key(values: list[int], split: Split) -> None:
    frame = pl.DataFrame({"id": values})
    wide = frame.with_columns(pl.lit("x").alias("a"), pl.lit(None).alias("b"))
    assert assign(frame, split, ["id"]).to_list() == assign(wide, split, ["id"]).to_list()


@given(KEYS, st.floats(0.01, 0.5), st.floats(0, 0.2), st.floats(0, 0.2))
def test_test_rows_do_not_depend_on_the_share_of_validation(
    values: list[Any], test: float, few: float, many: float
) -> None:
    dtype = pl.Series(values).dtype
    one, other = (assigned(values, Split(test=test, validation=share), dtype) for share in (few, many))
    assert [split == "test" for split in one] == [split == "test" for split in other]


@given(st.lists(st.text(max_size=40), max_size=40, unique=True))
def test_different_texts_never_clash(texts: list[str]) -> None:
    hashes = hash_rows(pl.DataFrame({"k": texts}, schema={"k": pl.String}), ["k"])
    assert len(set(hashes.tolist())) == len(texts)


@pytest.mark.parametrize("text", ["\0", "a\0\0", "\0" * 9])
def test_zero_bytes_count(text: str) -> None:
    pair = pl.DataFrame({"k": [text, text + "\0"]})
    assert len(set(hash_rows(pair, ["k"]).tolist())) == 2
