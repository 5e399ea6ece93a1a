"""Properties of the detectors over any two columns."""

from __future__ import annotations

from math import isfinite

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from treadle.data.profile import profile
from treadle.monitoring.detectors import compare
from treadle.monitoring.observation import places_of
from treadle.monitoring.report.columns import picture
from treadle.monitoring.spans import moments

numbers = st.lists(st.none() | st.floats(-1e9, 1e9) | st.sampled_from([0.0, 1.0, float("nan")]), max_size=80)
words = st.lists(st.none() | st.sampled_from(["a", "b", "c", ""]) | st.text(max_size=3), max_size=80)


def check(reference: pl.Series, current: pl.Series) -> None:
    whole = profile(pl.DataFrame({"x": reference}))
    now = profile(pl.DataFrame({"x": current}), whole)
    for figure in compare(whole, now):
        assert 0 <= figure.value <= 1
        assert 0 <= figure.p_value <= 1
        assert all(isfinite(each) for each in figure.also.values())
    assert "nan" not in picture("x", whole.columns["x"], now.columns["x"])


@settings(max_examples=150, deadline=None)
@given(numbers, numbers)
def test_numbers_always_give_shares_and_chances(reference: list[float | None], current: list[float | None]) -> None:
    check(pl.Series(reference, dtype=pl.Float64), pl.Series(current, dtype=pl.Float64))


@settings(max_examples=150, deadline=None)
@given(words, words)
def test_words_always_give_shares_and_chances(reference: list[str | None], current: list[str | None]) -> None:
    check(pl.Series(reference, dtype=pl.String), pl.Series(current, dtype=pl.String))


@given(st.lists(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12), max_size=20))
def test_anything_json_holds_is_a_moment_or_none(values: list[object]) -> None:
    assert moments(values).len() == len(values)


@given(st.lists(st.text(max_size=3), unique=True, min_size=1, max_size=5))
def test_classes_keep_their_places(classes: list[str]) -> None:
    places = places_of(classes)
    assert [places[name] for name in classes] == list(range(len(classes)))
