"""The picture of one column."""

from __future__ import annotations

import re

import numpy as np
import polars as pl
import pytest

from treadle.data.profile import profile
from treadle.monitoring.report.columns import BINS, LEVELS, picture


def drawn(reference: pl.Series, current: pl.Series) -> str:
    whole = profile(pl.DataFrame({"x": reference}))
    now = profile(pl.DataFrame({"x": current}), whole)
    return picture("x", whole.columns["x"], now.columns["x"])


def rows_told(svg: str) -> float:
    return sum(float(each.replace(",", "")) for each in re.findall(r" to \S+: ([\d,.]+) rows", svg))


def normal(count: int, mean: float = 0.0) -> pl.Series:
    return pl.Series(np.random.default_rng(1).normal(mean, 1, count))


def test_a_number_is_drawn_with_every_row() -> None:
    svg = drawn(normal(5000), normal(2000, 0.5))
    assert svg.startswith("<svg")
    assert rows_told(svg) == pytest.approx(2000, rel=0.01)


def test_whole_numbers_get_a_bin_each() -> None:
    svg = drawn(pl.Series(list(range(10)) * 50), pl.Series([3] * 40 + [4] * 60))
    assert re.search(r"2\.500 to 3\.500: 40 rows", svg)
    assert re.search(r"3\.500 to 4\.500: 60 rows", svg)


def test_values_far_out_do_not_squash_the_picture() -> None:
    svg = drawn(normal(1000), pl.concat([normal(999), pl.Series([1e12])]))
    assert rows_told(svg) == pytest.approx(1000, rel=0.01)
    assert "e+1" not in svg


def test_a_whole_column_in_another_place_is_still_drawn() -> None:
    assert rows_told(drawn(normal(1000), normal(1000, 1e6))) == pytest.approx(1000, rel=0.01)


def test_a_constant_is_drawn() -> None:
    assert "<svg" in drawn(pl.Series([2.5] * 9), pl.Series([2.5] * 5))
    assert "<svg" in drawn(pl.Series([2.0] * 9), pl.Series([7.0] * 5))


def test_levels_are_drawn_as_shares_the_largest_first() -> None:
    svg = drawn(pl.Series(["a"] * 75 + ["b"] * 25), pl.Series(["a"] * 10 + ["b"] * 10))
    assert svg.index(">a<") < svg.index(">b<")
    assert "50%" in svg


def test_many_levels_end_in_the_others() -> None:
    levels = pl.Series([f"L{number:03}" for number in range(300)])
    assert f"{300 - LEVELS} others" in drawn(levels, levels)


def test_a_side_without_values_has_no_picture() -> None:
    assert drawn(normal(10), pl.Series([None, None], dtype=pl.Float64)) == ""


def test_size_does_not_grow_with_the_rows() -> None:
    assert abs(len(drawn(normal(100_000), normal(100_000))) - len(drawn(normal(1000), normal(1000)))) < 2000
    assert BINS <= 48
