"""Owns the tests of the histogram."""

from __future__ import annotations

from math import inf

import pytest

from factories.markup import HOSTILE, drawn, marked, words
from treadle.charts import histogram
from treadle.charts.figures.histogram import merged


def test_bins_are_as_high_as_their_share_and_tell_their_rows() -> None:
    bins = marked(histogram([0, 1, 2], [30, 10], title="t"), "soft")
    tall, low = (float(one.get("height", "0")) for one in bins)
    assert tall == pytest.approx(3 * low, abs=0.3)
    assert bins[0].findtext("title") == "0 to 1: 30 rows"


def test_the_reference_is_an_outline_with_a_legend() -> None:
    figure = histogram([0, 1, 2], [3, 1], reference=[100, 300], title="t", names=("now", "then"))
    assert {"now", "then", "share of rows"} <= set(words(figure))
    assert len([one for one in marked(figure, "c2") if "V" in one.get("d", "")]) == 1


def test_uneven_bins_show_density() -> None:
    bins = marked(histogram([0, 1, 11], [10, 10], title="t"), "soft")
    narrow, wide = (float(one.get("height", "0")) for one in bins)
    assert narrow == pytest.approx(10 * wide, rel=0.05)
    assert "density" in words(histogram([0, 1, 11], [10, 10], title="t"))


def test_merging_keeps_every_row() -> None:
    edges, counts = merged(list(range(257)), [1] * 256)
    assert len(counts) <= 48
    assert len(edges) == len(counts) + 1
    assert sum(counts) == 256
    assert (edges[0], edges[-1]) == (0, 256)


def test_infinite_ends_are_drawn_one_bin_wide() -> None:
    assert merged([-inf, 0, 1, inf], [1, 2, 3]) == ([-1, 0, 1, 2], [1, 2, 3])


def test_bins_without_width_join_their_neighbours() -> None:
    edges, counts = merged([0, 1, 1, 2], [1, 5, 2])
    assert edges == [0, 1, 2]
    assert sum(counts) == 8
    assert merged([3, 3], [7]) == ([2.5, 3.5], [7])


def test_edges_that_do_not_fit_the_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="a histogram of 3 counts needs 4 edges"):
        histogram([0, 1], [1, 2, 3], title="t")


def test_no_rows_and_hostile_names_still_make_a_figure() -> None:
    assert "current: no rows" in (drawn(histogram([0, 1], [0], title="t")).findtext("desc") or "")
    hostile = histogram([0, 1], [1], reference=[1], title=HOSTILE, names=(HOSTILE, HOSTILE), x_label=HOSTILE)
    assert not list(drawn(hostile).iter("script"))
