"""Owns the tests of the line figure."""

from __future__ import annotations

from math import nan, sin

from factories.markup import HOSTILE, drawn, marked, words
from treadle.charts import Series, line
from treadle.charts.figures.line import MOST_POINTS, thin


def test_each_series_is_a_line_in_its_colour_with_a_legend() -> None:
    figure = line([Series("a", [0, 1], [0, 1]), Series("b", [0, 1], [1, 0])], title="two")
    assert len(marked(figure, "c1")) == len(marked(figure, "c2"))
    assert {"two", "a", "b"} <= set(words(figure))


def test_one_series_needs_no_legend() -> None:
    assert "alone" not in words(line([Series("alone", [0, 1], [0, 1])], title="one"))


def test_a_missing_value_is_a_gap() -> None:
    figure = line([Series("a", range(5), [1, 2, nan, 4, 5])], title="gap")
    assert len([one for one in marked(figure, "line") if one.tag == "path"]) == 2
    assert len(marked(figure, "dot")) == 4


def test_limit_and_band_are_drawn_named_and_in_range() -> None:
    figure = line([Series("auc", [0, 1], [0.8, 0.7])], title="t", limit=0.5, band=(0.75, 0.85), limit_name="floor")
    assert len(marked(figure, "limit")) == 3
    assert {"floor", "reference", "0.5"} <= set(words(figure))
    assert "limit 0.5000" in (drawn(figure).findtext("desc") or "")


def test_intervals_are_an_area() -> None:
    assert len(marked(line([Series("a", [0, 1], [1, 2], [0, 1], [2, 3])], title="t"), "area")) == 1


def test_points_tell_their_window_and_value() -> None:
    figure = line([Series("auc", [0, 1], [0.8, 0.7])], title="t", x_labels=["July", "August"])
    tips = [one.findtext("title") for one in marked(figure, "dot")]
    assert tips == ["auc · July: 0.8000", "auc · August: 0.7000"]


def test_dots_have_no_line_and_muted_series_take_no_colour() -> None:
    figure = line([Series("trial", [0, 1], [1, 2], dots=True), Series("chance", [0, 1], [0, 1], muted=True)], title="t")
    assert len(marked(figure, "dot")) == 2
    assert len(marked(figure, "muted")) == 2
    assert not marked(figure, "c2")


def test_a_hundred_thousand_points_are_thinned_to_a_small_figure() -> None:
    x = list(range(100_000))
    figure = line([Series("wave", x, [sin(value / 9000) for value in x])], title="long")
    assert len(figure) < 10_000
    assert not marked(figure, "dot")


def test_thinning_keeps_the_ends_and_the_peak() -> None:
    y = [0.0] * 5000
    y[1234] = 100
    kept = thin(range(5000), y)
    assert len(kept) == MOST_POINTS
    assert kept == sorted(set(kept))
    assert {0, 1234, 4999} <= set(kept)
    assert thin([1, 2], [1, 2]) == [0, 1]


def test_no_points_and_hostile_names_still_make_a_figure() -> None:
    assert drawn(line([], title="empty")).tag == "svg"
    assert drawn(line([Series("a", [], [])], title="empty")).tag == "svg"
    assert drawn(line([Series("a", [0, 1], [nan, nan])], title="nothing known")).tag == "svg"
    hostile = line(
        [Series(HOSTILE, [0], [1])] * 2, title=HOSTILE, x_label=HOSTILE, x_labels=[HOSTILE], limit=1, limit_name=HOSTILE
    )
    assert not list(drawn(hostile).iter("script"))
