"""Owns the tests of the summary of a column of words."""

from __future__ import annotations

import polars as pl

from treadle.data.profile import Levels
from treadle.data.profile.levels import LEVELS


def column(*values: str | None) -> pl.Series:
    return pl.Series("x", values, dtype=pl.String)


def many(start: int, stop: int) -> pl.Series:
    return pl.Series("x", [f"{n:06}" for n in range(start, stop)])


def test_levels_are_counted_exactly() -> None:
    summary = Levels.freeze(column("a", "b", "a", None))
    assert (summary.counts, summary.missing, summary.present) == ({"a": 2, "b": 1}, 1, 3)


def test_booleans_and_numbers_are_counted_as_their_words() -> None:
    assert Levels.freeze(pl.Series([True, False, True])).counts == {"true": 2, "false": 1}
    assert Levels.count(pl.Series([7, 7]), Levels.freeze(column("7"))).counts == {"7": 2}


def test_a_reference_keeps_its_most_frequent_levels() -> None:
    rare = many(0, LEVELS + 10)
    summary = Levels.freeze(pl.concat([rare, many(LEVELS + 5, LEVELS + 10)]))
    assert len(summary.counts) == LEVELS
    assert summary.counts[f"{LEVELS + 9:06}"] == 2
    assert summary.other == 10


def test_a_level_the_reference_never_had_is_new() -> None:
    summary = Levels.count(column("a", "z", "z"), Levels.freeze(column("a", "b")))
    assert (summary.counts, summary.new, summary.other) == ({"a": 1}, {"z": 2}, 0)


def test_new_levels_beyond_the_limit_are_counted_together() -> None:
    summary = Levels.count(many(0, LEVELS + 3), Levels.freeze(column("a")))
    assert (len(summary.new), summary.other, summary.present) == (LEVELS, 3, LEVELS + 3)


def test_an_unknown_level_is_other_if_the_reference_had_a_tail() -> None:
    reference = Levels.freeze(many(0, LEVELS + 1))
    summary = Levels.count(column("zebra"), reference)
    assert (summary.new, summary.other) == ({}, 1)


def test_merging_keeps_the_same_new_levels_as_counting_at_once() -> None:
    reference = Levels.freeze(column("a"))
    first, second = many(10, LEVELS + 10), many(0, 20)
    merged = Levels.count(first, reference).merge(Levels.count(second, reference))
    assert merged == Levels.count(pl.concat([first, second]), reference)
