"""Owns the test vectors of the frozen hash: if one fails, the code is wrong, as all splits ever cut depend on it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import polars as pl
import pytest

from treadle.data.hashing import BLOCK, hash_rows, mix, seed
from treadle.errors import DataError


def hashes(values: list[Any], dtype: Any = None) -> list[int]:
    return [int(word) for word in hash_rows(pl.DataFrame({"k": pl.Series(values, dtype=dtype)}), ["k"])]


@pytest.mark.parametrize(
    ("value", "dtype", "expected"),
    [
        (0, pl.Int64, 16294208416658607535),
        (1, pl.Int64, 10451216379200822465),
        (2, pl.Int64, 10905525725756348110),
        (-1, pl.Int64, 16490336266968443936),
        (2**63, pl.UInt64, 5196802822362493915),
        ("", pl.String, 12035550249420947055),
        ("a", pl.String, 14291139579252193271),
        ("abcdefgh", pl.String, 13225188406043880956),
        ("abcdefghi", pl.String, 5313049184131344851),
        (None, pl.String, 4870315401550313391),
        (datetime(2020, 1, 1), pl.Datetime("us"), 410962054562611518),
    ],
)
def test_vectors(value: Any, dtype: Any, expected: int) -> None:
    assert hashes([value], dtype) == [expected]


def test_two_columns_are_hashed_in_order() -> None:
    frame = pl.DataFrame({"a": [1], "b": ["x"]})
    assert [int(hash_rows(frame, order)[0]) for order in (["a", "b"], ["b", "a"])] == [
        5029118634208379733,
        988308777575476263,
    ]


def test_the_mixer_is_splitmix64() -> None:
    words = np.zeros(1, dtype=np.uint64)
    mix(words)
    assert int(words[0]) == 0xE220A8397B1DCDAF


def test_the_seed_of_a_salt_is_frozen() -> None:
    assert int(seed("treadle")) == 12332538071634184303


@pytest.mark.parametrize(
    "dtype", [pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt32, pl.UInt64, pl.Float32, pl.Float64]
)
def test_a_number_hashes_the_same_in_every_width(dtype: Any) -> None:
    assert hashes([0, 1, 100], dtype) == hashes([0, 1, 100], pl.Int64)


def test_negative_zero_is_zero() -> None:
    assert hashes([-0.0]) == hashes([0.0])


def test_missing_is_the_same_in_every_type() -> None:
    of = [hashes([None, None], dtype)[0] for dtype in (pl.Int64, pl.Float64, pl.String, pl.Boolean, pl.Date, pl.Null)]
    assert of == [of[0]] * len(of)
    assert hashes([float("nan")]) == [of[0]]


def test_missing_differs_from_zero_and_from_the_empty_text() -> None:
    assert len({*hashes([None], pl.Int64), *hashes([0]), *hashes([""])}) == 3


def test_a_moment_hashes_the_same_in_every_unit_and_zone() -> None:
    plain = pl.Series([datetime(2020, 1, 1)])
    forms = [plain, plain.dt.cast_time_unit("ns"), pl.Series([datetime(2020, 1, 1, tzinfo=UTC)]), plain.dt.date()]
    assert {int(hash_rows(form.to_frame("k"), ["k"])[0]) for form in forms} == set(hashes([date(2020, 1, 1)]))


def test_a_category_hashes_as_its_word() -> None:
    assert hashes(["x", "y"], pl.Categorical) == hashes(["x", "y"], pl.String)


def test_a_text_hash_does_not_depend_on_its_neighbours() -> None:
    words = ["", "a", "é", "twelve chars", "sixteen charact.", "seventeen charac", None]
    alone = [hashes([word], pl.String)[0] for word in words]
    assert hashes(words, pl.String) == alone
    assert len(set(alone)) == len(words)


def test_a_text_padded_with_zero_bytes_is_another_text() -> None:
    assert hashes(["a"]) != hashes(["a\0"])


def test_blocks_do_not_show() -> None:
    whole = hashes(list(range(BLOCK + 10)))
    assert whole[BLOCK:] == hashes(list(range(BLOCK, BLOCK + 10)))


def test_half_a_million_integers_never_clash() -> None:
    frame = pl.DataFrame({"k": pl.int_range(0, 500_000, eager=True)})
    assert np.unique(hash_rows(frame, ["k"])).size == 500_000


def test_no_rows_give_no_hashes() -> None:
    assert hashes([], pl.String) == []


def test_a_list_has_no_hash() -> None:
    with pytest.raises(DataError, match="column k holds List"):
        hashes([[1]])
