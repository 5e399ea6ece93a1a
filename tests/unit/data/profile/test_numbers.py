"""Owns the tests of the summary of a numeric column."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray
from scipy.stats import ks_2samp

from treadle.data.profile import Numbers
from treadle.data.profile.numbers import BINS


def column(*values: float | None) -> pl.Series:
    return pl.Series("x", values, dtype=pl.Float64)


def distance(a: Numbers, b: Numbers) -> float:
    return float(np.abs(np.cumsum(a.counts) / a.present - np.cumsum(b.counts) / b.present).max())


def test_a_reference_has_every_value_between_its_own_edges() -> None:
    summary = Numbers.freeze(column(3, 1, 2, 2))
    assert (summary.present, summary.out_of_range, summary.missing) == (4, 0, 0)
    assert summary.edges[0] < 1
    assert summary.edges[-1] == 3


def test_moments_are_those_of_the_values() -> None:
    values = np.random.default_rng(1).normal(5, 2, 1000)
    summary = Numbers.freeze(pl.Series("x", values))
    assert summary.mean == pytest.approx(values.mean())
    assert summary.sd == pytest.approx(values.std())
    assert (summary.min, summary.max) == (values.min(), values.max())


def test_null_nan_and_infinity_are_missing() -> None:
    summary = Numbers.freeze(column(1, None, math.nan, math.inf, -math.inf))
    assert (summary.present, summary.missing) == (1, 4)
    assert (summary.min, summary.max) == (1, 1)


def test_values_beyond_the_reference_are_out_of_range_on_both_sides() -> None:
    edges = Numbers.freeze(column(0, 5, 10)).edges
    summary = Numbers.count(column(-0.001, 0, 10, 10.001, 99), edges)
    assert summary.counts[0] == 1
    assert summary.counts[-1] == 2
    assert summary.out_of_range == 3


def test_a_value_on_an_edge_counts_at_or_below_it() -> None:
    summary = Numbers.count(column(1, 2, 3), (1.0, 2.0))
    assert summary.counts == (1, 1, 1)


def test_freezing_and_counting_the_same_values_agree() -> None:
    values = pl.Series("x", np.random.default_rng(2).exponential(size=5000).round(2))
    frozen = Numbers.freeze(values)
    assert Numbers.count(values, frozen.edges).counts == frozen.counts


@pytest.mark.parametrize("shape", ["normal", "heavy", "lognormal", "few"])
def test_the_histogram_gives_the_kolmogorov_smirnov_distance(shape: str) -> None:
    generator = np.random.default_rng(3)
    draws: dict[str, Callable[[float], NDArray[np.float64]]] = {
        "normal": lambda shift: generator.normal(shift, 1, 100_000),
        "heavy": lambda shift: np.where(generator.random(100_000) < 0.6 - shift, 0.0, generator.normal(size=100_000)),
        "lognormal": lambda shift: generator.lognormal(shift, 1, 100_000),
        "few": lambda shift: generator.binomial(6, 0.3 + shift, 100_000).astype(float),
    }
    before, after = draws[shape](0), draws[shape](0.1)
    frozen = Numbers.freeze(pl.Series(before))
    counted = Numbers.count(pl.Series(after), frozen.edges)
    assert distance(frozen, counted) == pytest.approx(ks_2samp(before, after).statistic, abs=5e-4)


def test_at_most_256_edges_are_kept() -> None:
    generator = np.random.default_rng(4)
    for values in (generator.normal(size=10_000), generator.integers(0, 300, 10_000), np.zeros(10_000), np.arange(200)):
        assert len(Numbers.freeze(pl.Series(values).cast(pl.Float64)).edges) <= BINS


def test_a_heavy_value_has_a_bin_of_its_own() -> None:
    values = pl.Series([0.0] * 600 + [-n / 1000 for n in range(1, 401)])
    summary = Numbers.freeze(values)
    assert summary.counts[summary.edges.index(0.0)] == 600


def test_an_empty_column_has_no_edges_and_no_moments() -> None:
    summary = Numbers.freeze(column(None, None))
    assert (summary.edges, summary.counts, summary.missing) == ((), (0,), 2)
    assert summary.mean is None
    assert summary.sd is None


def test_all_is_out_of_range_where_the_reference_had_nothing() -> None:
    assert Numbers.count(column(1, 2), ()).out_of_range == 2


def test_merging_adds_counts_and_keeps_the_extremes() -> None:
    edges = (0.0, 1.0)
    both = Numbers.count(column(0.5, None), edges).merge(Numbers.count(column(-3, 7), edges))
    assert (both.counts, both.missing, both.min, both.max) == ((1, 1, 1), 1, -3, 7)
    assert (both.sum, both.sum_squares) == (4.5, 58.25)


def test_merging_with_nothing_changes_nothing() -> None:
    some = Numbers.count(column(1, 2), (0.0, 1.5))
    assert some.merge(Numbers.count(column(), (0.0, 1.5))) == some
