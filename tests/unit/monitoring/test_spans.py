"""Moments and the windows they fall in."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl
import pytest

from treadle.monitoring.spans import moment, moments, starts, text

DAY = 86_400


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("1970-01-02", DAY),
        ("1970-01-01T01:00:00", 3600),
        ("1970-01-01T01:00:00Z", 3600),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1969-12-31T23:59:59.5Z", -0.5),
        ("soon", None),
        ("", None),
    ],
)
def test_a_text_is_a_moment_or_none(written: str, seconds: float | None) -> None:
    assert moment(written) == seconds


def test_moments_of_every_kind() -> None:
    assert moments(pl.Series([date(1970, 1, 2), None])).to_list() == [DAY, None]
    assert moments(pl.Series([datetime(1970, 1, 1, 0, 1, tzinfo=UTC)])).to_list() == [60.0]
    assert moments(["1970-01-01T00:00:01Z", 5, 2.5, None, "never", float("nan")]).to_list() == [
        1.0,
        5.0,
        2.5,
        None,
        None,
        None,
    ]


def test_windows_are_aligned_to_the_epoch() -> None:
    at = pl.Series([0.0, DAY - 0.001, DAY, 3.5 * DAY, -1.0, None])
    assert starts(at, DAY).to_list() == [0, 0, DAY, 3 * DAY, -DAY, None]


def test_text_is_as_records_write_it_and_comes_back() -> None:
    assert text(3600) == "1970-01-01T01:00:00.000000Z"
    assert moment(text(1_767_225_600)) == 1_767_225_600
