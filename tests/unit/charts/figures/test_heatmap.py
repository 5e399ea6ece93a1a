"""Owns the tests of the heatmap."""

from __future__ import annotations

from factories.markup import HOSTILE, drawn, marked, words
from treadle.charts import heatmap


def test_each_cell_shows_its_count_and_its_share_of_the_row() -> None:
    figure = heatmap([[90, 10], [1000, 3000]], ["on time", "late"], ["on time", "late"], title="Confusion")
    assert {"90", "90%", "10%", "3,000", "75%", "truth", "prediction"} <= set(words(figure))
    assert marked(figure, "cell")[3].findtext("title") == "late → late: 3,000 (75%)"


def test_the_shade_is_the_share_and_dark_cells_have_light_numbers() -> None:
    figure = heatmap([[100, 0]], ["a"], ["a", "b"], title="t")
    dark, pale = (float(one.get("fill-opacity", "0")) for one in marked(figure, "cell"))
    assert (dark, pale) == (0.95, 0.07)
    assert len(marked(figure, "deepest")) == len(marked(figure, "deep")) == 2


def test_names_that_do_not_fit_are_slanted_whole() -> None:
    names = [f"class {index}" for index in range(10)]
    figure = heatmap([[1] * 10] * 10, names, names, title="t")
    assert words(figure).count("class 7") == 2
    assert any("rotate(-40" in one.get("transform", "") for one in drawn(figure).iter("text"))


def test_empty_rows_and_hostile_names_still_make_a_figure() -> None:
    assert "0%" in words(heatmap([[0, 0]], ["a"], ["a", "b"], title="t"))
    assert drawn(heatmap([], [], [], title="t")).tag == "svg"
    assert not list(drawn(heatmap([[1]], [HOSTILE], [HOSTILE], title=HOSTILE)).iter("script"))
