"""Owns the tests of the plane: margins, grid, axes, legend."""

from __future__ import annotations

from factories.markup import drawn, marked, words
from treadle.charts.figures.plane import Key, colour, legend, plane


def test_the_plane_shows_ticks_and_both_names() -> None:
    figure = plane((0, 1), (0, 10), x_label="recall", y_label="precision").draw("title", "said", "")
    assert {"title", "recall", "precision", "10", "0.2"} <= set(words(figure))
    assert len(marked(figure, "grid")) == 5
    assert len(marked(figure, "base")) == 1


def test_names_of_positions_replace_the_numbers() -> None:
    figure = plane((0, 1), (0, 1), x_labels=["January", "February"]).draw("", "", "")
    assert {"January", "February"} <= set(words(figure))


def test_the_left_margin_grows_with_the_labels() -> None:
    assert plane((0, 1), (0, 1)).x.start < plane((0, 1), (0, 123456.7)).x.start + 1
    assert plane((0, 1), (0, 1000000)).x.start > plane((0, 1), (0, 1)).x.start - 1


def test_a_long_legend_takes_several_rows_and_pushes_the_plane_down() -> None:
    keys = [Key(f"a rather long series name {index}", "c1") for index in range(5)]
    marks, rows = legend(keys, 560)
    assert rows == 3
    assert len(drawn(f"<g>{marks}</g>").findall("text")) == 5
    assert plane((0, 1), (0, 1), keys=keys).y.end > plane((0, 1), (0, 1)).y.end
    assert legend([], 560) == ("", 0)


def test_colours_come_round_dashed() -> None:
    assert [colour(index) for index in (0, 5, 6)] == ["c1", "c6", "c1 dashed"]
