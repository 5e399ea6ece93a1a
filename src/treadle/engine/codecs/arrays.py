"""Owns NumPy arrays in the store: the npy format, without Python objects."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from treadle.engine.codecs import Codec
from treadle.errors import CodeError


def _encode(array: NDArray[Any], _: Any) -> bytes:
    out = BytesIO()
    try:
        np.save(out, array, allow_pickle=False)
    except ValueError as error:
        raise CodeError(
            f"an array of {array.dtype} cannot be stored: {error}",
            expected="an array of numbers, truth values, texts or dates",
            next_move="give it a type of its own: array.astype(...)",
        ) from error
    return out.getvalue()


def _decode(data: bytes, _: Any) -> NDArray[Any]:
    array: NDArray[Any] = np.load(BytesIO(data), allow_pickle=False)
    return array


NPY = Codec(_encode, _decode)
