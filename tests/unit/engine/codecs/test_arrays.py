"""Tests arrays in the store."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from treadle.engine.codecs.arrays import NPY
from treadle.errors import CodeError


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6).reshape(2, 3),
        np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        np.array(["a", "äö"]),
        np.array([True, False]),
        np.array(["2020-01-01"], dtype="datetime64[D]"),
        np.array(3.5),
        np.zeros((0, 2)),
    ],
    ids=lambda array: f"{array.dtype}{array.shape}",
)
def test_an_array_comes_back(array: NDArray[Any]) -> None:
    again = NPY.decode(NPY.encode(array, Any), Any)
    np.testing.assert_array_equal(again, array)
    assert again.dtype == array.dtype


def test_an_array_of_objects_is_refused() -> None:
    with pytest.raises(CodeError, match="array of object"):
        NPY.encode(np.array([{}, 1], dtype=object), Any)


def test_pickled_bytes_are_not_read() -> None:
    forged = (
        b"\x93NUMPY\x01\x00v\x00{'descr': '|O', 'fortran_order': False, 'shape': (1,), }".ljust(128) + b"\x80\x04N."
    )
    with pytest.raises(ValueError, match="allow_pickle"):
        NPY.decode(forged, Any)
