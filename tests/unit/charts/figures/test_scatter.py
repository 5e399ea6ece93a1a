"""Owns the tests of the scatter figure."""

from __future__ import annotations

from math import inf, nan

from factories.markup import HOSTILE, drawn, marked, words
from treadle.charts import scatter


def dots(figure: str) -> int:
    """Return how many points are drawn."""
    return sum(one.get("d", "").count("M") for one in marked(figure, "points"))


def test_every_point_of_a_few_is_drawn() -> None:
    figure = scatter([1, 2, 3], [3, 2, 1], title="t", x_label="actual", y_label="said")
    assert dots(figure) == 3
    assert {"actual", "said"} <= set(words(figure))


def test_of_a_million_points_five_hundred_are_drawn_from_end_to_end() -> None:
    figure = scatter(range(1_000_000), range(1_000_000), title="t")
    assert dots(figure) == 500
    assert len(figure) < 20_000
    assert "500 of 1000000 points; x from 0 to 998,000" in (drawn(figure).findtext("desc") or "")


def test_the_diagonal_gives_both_axes_one_range() -> None:
    figure = scatter([0, 1], [50, 100], title="t", diagonal=True)
    assert words(figure).count("100") == 2
    assert len(marked(figure, "muted")) == 1


def test_points_that_are_no_numbers_are_left_out() -> None:
    assert dots(scatter([1, nan, 2], [1, 1, inf], title="t")) == 1
    assert dots(scatter([], [], title="t", diagonal=True)) == 0


def test_hostile_names_stay_text() -> None:
    assert not list(drawn(scatter([1], [1], title=HOSTILE, x_label=HOSTILE, y_label=HOSTILE)).iter("script"))
