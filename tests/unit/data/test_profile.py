"""Owns the tests of the profile of a frame."""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec
import polars as pl
import pytest

from factories.frames import flights
from treadle.data.profile import Levels, Numbers, Profile, merge, profile
from treadle.errors import DataError


def numbers(profile: Profile, name: str) -> Numbers:
    column = profile.columns[name]
    assert isinstance(column, Numbers)
    return column


def test_each_column_is_summarised_by_its_kind() -> None:
    found = profile(flights().with_columns(late=pl.col("delay") > 0))
    assert found.rows == 100
    kinds = {name: type(column) for name, column in found.columns.items()}
    assert kinds == {
        "flight": Numbers,
        "carrier": Levels,
        "distance": Numbers,
        "departure": Numbers,
        "delay": Numbers,
        "late": Levels,
    }


def test_moments_are_seconds_since_1970_whatever_their_form() -> None:
    frame = pl.DataFrame(
        {
            "day": [date(1970, 1, 2)],
            "plain": [datetime(1970, 1, 2)],
            "aware": [datetime(1970, 1, 2, tzinfo=UTC)],
        }
    ).with_columns(nano=pl.col("plain").dt.cast_time_unit("ns"))
    found = profile(frame)
    assert {name: numbers(found, name).min for name in frame.columns} == dict.fromkeys(frame.columns, 86400.0)


def test_a_profile_survives_json() -> None:
    found = profile(flights())
    assert msgspec.json.decode(msgspec.json.encode(found), type=Profile) == found


def test_a_profile_stays_small_however_many_rows() -> None:
    frame = pl.DataFrame({"x": pl.int_range(0, 200_000, eager=True).sqrt()})
    assert len(msgspec.json.encode(profile(frame))) < 12_000


def test_the_reference_decides_columns_and_edges() -> None:
    reference = profile(flights(100))
    later = profile(flights(50, start=100).drop("carrier").with_columns(extra=1), like=reference)
    assert later.columns.keys() == reference.columns.keys()
    assert numbers(later, "flight").edges == numbers(reference, "flight").edges
    assert numbers(later, "flight").out_of_range == 50
    assert later.columns["carrier"].missing == 50


def test_text_where_the_reference_had_numbers_counts_as_missing() -> None:
    later = profile(pl.DataFrame({"x": ["7", "oops"]}), like=profile(pl.DataFrame({"x": [1, 9]})))
    assert (numbers(later, "x").present, numbers(later, "x").missing) == (1, 1)


def test_a_category_where_the_reference_had_numbers_is_read_by_its_words() -> None:
    frame = pl.DataFrame({"x": ["7", "8"]}, schema={"x": pl.Categorical})
    assert numbers(profile(frame, like=profile(pl.DataFrame({"x": [1, 9]}))), "x").sum == 15


def test_a_column_of_lists_is_refused_by_name() -> None:
    with pytest.raises(DataError, match="column tags holds List"):
        profile(pl.DataFrame({"tags": [[1, 2]]}))


def test_merging_adds_rows_and_columns() -> None:
    reference = profile(flights(90))
    halves = [profile(flights(45, start=start), like=reference) for start in (0, 45)]
    both = merge(*halves)
    assert both.rows == 90
    assert numbers(both, "delay").counts == numbers(reference, "delay").counts


def test_profiles_of_different_references_do_not_merge() -> None:
    a, b = (profile(pl.DataFrame({"x": [0, top]})) for top in (1, 2))
    with pytest.raises(DataError, match="column x have different bins"):
        merge(a, b)
    with pytest.raises(DataError, match="x, y"):
        merge(a, profile(pl.DataFrame({"y": [1]})))
    with pytest.raises(DataError, match="column x have different bins"):
        merge(a, profile(pl.DataFrame({"x": ["word"]})))
