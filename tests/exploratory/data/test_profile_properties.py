"""Owns the properties of profiles: merged is the same as profiled at once, and every value is counted once."""

from __future__ import annotations

import math

import msgspec
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from treadle.data.profile import Levels, Numbers, Profile, merge, profile

ROWS = st.lists(
    st.tuples(
        st.none() | st.floats(-1e6, 1e6) | st.sampled_from([math.nan, math.inf, 0.0]),
        st.none() | st.text(max_size=3),
        st.none() | st.booleans(),
        st.none() | st.datetimes(),
    ),
    max_size=40,
)


def frame(rows: list[tuple[object, ...]]) -> pl.DataFrame:
    schema = pl.Schema({"number": pl.Float64(), "word": pl.String(), "flag": pl.Boolean(), "moment": pl.Datetime("us")})
    return pl.DataFrame(rows, schema=schema, orient="row")


def alike(a: Profile, b: Profile) -> bool:
    """Whether two profiles agree: counts exactly, sums as floats do."""
    for name, mine in a.columns.items():
        other = b.columns[name]
        if isinstance(mine, Numbers) and isinstance(other, Numbers):
            exact = [(one.edges, one.counts, one.missing, one.min, one.max) for one in (mine, other)]
            sums = [(one.sum, one.sum_squares) for one in (mine, other)]
            if exact[0] != exact[1] or sums[0] != pytest.approx(sums[1], rel=1e-9, abs=1e-6 * mine.sum_squares + 1e-9):
                return False
        elif mine != other:
            return False
    return a.rows == b.rows


@given(ROWS, ROWS, ROWS)
def test_merging_is_profiling_the_rows_together(a: list[object], b: list[object], seen: list[object]) -> None:
    reference = profile(frame(seen))  # type: ignore[arg-type]
    one, other = frame(a), frame(b)  # type: ignore[arg-type]
    merged = merge(profile(one, like=reference), profile(other, like=reference))
    assert alike(merged, profile(pl.concat([one, other]), like=reference))


@given(ROWS, ROWS, ROWS)
def test_the_order_of_merging_does_not_matter(a: list[object], b: list[object], seen: list[object]) -> None:
    reference = profile(frame(seen))  # type: ignore[arg-type]
    one, other = (profile(frame(rows), like=reference) for rows in (a, b))  # type: ignore[arg-type]
    assert merge(one, other) == merge(other, one)


@given(ROWS, ROWS)
def test_every_row_is_counted_once(rows: list[object], seen: list[object]) -> None:
    for found in (profile(frame(rows)), profile(frame(rows), like=profile(frame(seen)))):  # type: ignore[arg-type]
        for column in found.columns.values():
            assert column.present + column.missing == len(rows)


@given(ROWS)
def test_a_reference_counts_itself_as_itself(rows: list[object]) -> None:
    reference = profile(frame(rows))  # type: ignore[arg-type]
    assert alike(profile(frame(rows), like=reference), reference)  # type: ignore[arg-type]


@given(ROWS)
def test_a_profile_survives_json(rows: list[object]) -> None:
    found = profile(frame(rows))  # type: ignore[arg-type]
    assert msgspec.json.decode(msgspec.json.encode(found), type=Profile) == found


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=300))
def test_cumulative_counts_are_the_empirical_distribution_at_every_edge(values: list[float]) -> None:
    summary = Numbers.freeze(pl.Series("x", values))
    below = 0
    for edge, count in zip(summary.edges, summary.counts, strict=False):
        below += count
        assert below == sum(value <= edge for value in values)


@given(st.lists(st.none() | st.text(max_size=2), max_size=30))
def test_the_levels_of_a_reference_are_exact_counts(values: list[str | None]) -> None:
    counts = Levels.freeze(pl.Series("x", values, dtype=pl.String)).counts
    assert counts == {word: values.count(word) for word in values if word is not None}
