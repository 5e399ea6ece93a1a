"""Explores codecs: whatever is stored comes back as it was, in one form only."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from polars.testing import assert_frame_equal
from polars.testing.parametric import dataframes

from treadle.engine.codecs import decode, encode
from treadle.engine.fingerprint import describe, name_of

PLAIN = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=4), inner, max_size=4)),
    max_leaves=12,
)


class Row(msgspec.Struct, frozen=True):
    """A struct with the types that JSON does not know."""

    pair: tuple[int, str]
    by_number: dict[int, float]
    maybe: bytes | None = None


def back(value: Any, hint: Any = Any) -> Any:
    codec, data = encode(value, hint)
    assert encode(value, hint) == (codec, data)
    return decode(codec, data, hint)


@given(PLAIN)
@settings(max_examples=300, deadline=None)
def test_plain_values_come_back(value: Any) -> None:
    assert describe(back(value), name_of) == describe(value, name_of)


@given(
    st.builds(
        Row,
        st.tuples(st.integers(), st.text(max_size=4)),
        st.dictionaries(st.integers(), st.floats()),
        st.none() | st.binary(max_size=4),
    )
)
@settings(max_examples=200, deadline=None)
def test_structs_come_back(row: Row) -> None:
    assert describe(back(row, Row), name_of) == describe(row, name_of)


DTYPES = st.sampled_from([np.dtype(name) for name in ("int64", "float32", "float64", "bool", "U3")])


@given(DTYPES.flatmap(lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_side=0))))
@settings(max_examples=100, deadline=None)
def test_arrays_come_back(array: Any) -> None:
    again = back(array)
    assert again.dtype == array.dtype
    np.testing.assert_array_equal(again, array)


@given(
    dataframes(
        max_cols=4, max_size=10, allowed_dtypes=[pl.Int64, pl.Float64, pl.String, pl.Boolean, pl.Date, pl.Datetime]
    )
)
@settings(max_examples=50, deadline=None)
def test_frames_come_back(frame: pl.DataFrame) -> None:
    assert_frame_equal(back(frame), frame)
