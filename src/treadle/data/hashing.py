"""Owns the frozen 64-bit hash of a row's values: the same on every machine, in every release, for every integer width.

Never change what it returns: splits depend on it. Test vectors stand in tests/unit/data/test_hashing.py.
Integers are mixed by splitmix64's finaliser (Steele, Lea, Flood 2014), a bijection of 64 bits; texts fold their
UTF-8 bytes, eight at a time, through the same mixer.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from blake3 import blake3
from numpy.typing import NDArray

from treadle.errors import DataError

Words = NDArray[np.uint64]

BLOCK = 1 << 16
"""Words mixed at a time, so the work stays in the processor's cache."""

MISSING = np.uint64(0xA0761D6478BD642F)
GOLDEN = np.uint64(0x9E3779B97F4A7C15)
FIRST = np.uint64(0xBF58476D1CE4E5B9)
SECOND = np.uint64(0x94D049BB133111EB)


def hash_rows(frame: pl.DataFrame, columns: Sequence[str]) -> Words:
    """Return one 64-bit hash a row over `columns`, in their order.

    A value's hash depends on its value alone: 7 as int32, int64 or 7.0 are equal, null and NaN are equal, dates
    hash as their midnight. For one integer column the hash is one to one.

    Raises DataError if a column holds values that have no canonical form, such as lists.
    """
    hashes = np.zeros(frame.height, dtype=np.uint64)
    for start in range(0, frame.height, BLOCK):
        block = frame.slice(start, BLOCK)
        target = hashes[start : start + BLOCK]
        for name in columns:
            np.bitwise_xor(target, _words(block[name]), out=target)
            mix(target)
    return hashes


def mix(words: Words) -> None:
    """Mix each word in place (splitmix64): every input bit reaches every output bit, one to one."""
    for start in range(0, words.size, BLOCK):
        block = words[start : start + BLOCK]
        block += GOLDEN
        block ^= block >> np.uint64(30)
        block *= FIRST
        block ^= block >> np.uint64(27)
        block *= SECOND
        block ^= block >> np.uint64(31)


def seed(salt: str) -> np.uint64:
    """Return the 64 bits a salt stands for: the first eight bytes of its BLAKE3 digest, little-endian."""
    return np.uint64(int.from_bytes(blake3(salt.encode()).digest(8), "little"))


def _words(column: pl.Series) -> Words:
    """Return the canonical 64 bits of each value."""
    dtype = column.dtype
    if dtype.is_float():
        words = _float_words(column.fill_null(float("nan")).cast(pl.Float64).to_numpy())
    elif dtype.is_integer() or dtype == pl.Boolean:
        wide = column.fill_null(0 if dtype.is_integer() else False)
        words = wide.to_numpy().astype(np.uint64 if dtype == pl.UInt64 else np.int64).view(np.uint64)
    elif dtype in (pl.Date, pl.Datetime):
        words = column.dt.epoch("us").fill_null(0).to_numpy().view(np.uint64)
    elif dtype in (pl.String, pl.Categorical, pl.Enum):
        words = _text_words(column.cast(pl.String).fill_null(""))
    elif dtype == pl.Null:
        words = np.zeros(column.len(), dtype=np.uint64)
    else:
        raise DataError(
            f"column {column.name} holds {dtype}, which cannot be part of a key",
            expected="integers, numbers, text, booleans, dates or datetimes",
        )
    if column.has_nulls():
        return np.where(column.is_null().to_numpy(), MISSING, words)
    return words


def _float_words(values: NDArray[np.float64]) -> Words:
    """Return whole numbers as the integers they are, other numbers as their IEEE 754 bits, NaN as missing."""
    whole = (np.abs(values) < 2.0**63) & (values == np.trunc(values))
    integers = np.where(whole, values, 0.0).astype(np.int64).view(np.uint64)
    return np.where(np.isnan(values), MISSING, np.where(whole, integers, values.view(np.uint64)))


def _text_words(column: pl.Series) -> Words:
    """Fold the UTF-8 bytes of each text: start from the length, then mix in each eight bytes, zero-padded."""
    lengths = column.str.len_bytes().to_numpy().astype(np.int64)
    starts = np.cumsum(lengths) - lengths
    joined = (column.str.join("")[0] or "").encode() + bytes(8)
    windows = np.lib.stride_tricks.sliding_window_view(np.frombuffer(joined, dtype=np.uint8), 8)
    words = lengths.view(np.uint64).copy()
    mix(words)
    for done in range(0, int(lengths.max(initial=0)), 8):
        rows = np.flatnonzero(lengths > done)
        eight = np.ascontiguousarray(windows[starts[rows] + done]).view("<u8")[:, 0]
        unused = np.uint64(8) * np.clip(8 - (lengths[rows] - done), 0, 7).astype(np.uint64)
        folded = words[rows] ^ (eight & (~np.uint64(0) >> unused))
        mix(folded)
        words[rows] = folded
    return words
