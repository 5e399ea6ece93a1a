"""Owns the tests of the bars."""

from __future__ import annotations

from math import nan

from factories.markup import HOSTILE, drawn, marked, words
from treadle.charts import bars


def widths(figure: str) -> list[float]:
    """Return the lengths of the main bars in pixels."""
    return [float(one.get("width", "0")) for one in marked(figure, "c1") if float(one.get("height", "0")) > 10]


def test_bars_are_as_long_as_their_values_and_say_them() -> None:
    figure = bars(["a", "b"], [2, 1], title="t", unit=" min")
    first, second = widths(figure)
    assert abs(first - 2 * second) <= 0.2
    assert {"a", "b", "2 min", "1 min"} <= set(words(figure))


def test_a_negative_bar_starts_left_of_zero() -> None:
    figure = bars(["up", "down"], [1, -1], title="t")
    up, down = (float(one.get("x", "0")) for one in marked(figure, "fill"))
    assert down < up


def test_intervals_are_whiskers_that_tell_their_ends() -> None:
    whisker = marked(bars(["a"], [1], low=[0.5], high=[1.5], title="t"), "whisker")[0]
    assert whisker.findtext("title") == "0.5 to 1.5"


def test_a_second_value_is_a_paler_bar_with_a_legend() -> None:
    figure = bars(["AA", "UA"], [0.3, 0.7], against=[0.5, 0.5], title="carrier", names=("now", "then"))
    assert len(marked(figure, "muted")) == 3
    assert {"now", "then"} <= set(words(figure))


def test_the_limit_is_an_upright_line_inside_the_figure() -> None:
    limit = [one for one in marked(bars(["a"], [0.1], title="t", limit=0.9), "limit") if one.find("title") is not None]
    assert limit[0].findtext("title") == "limit 0.9"


def test_more_than_thirty_bars_are_counted_not_drawn() -> None:
    figure = bars([str(i) for i in range(100)], [float(i) for i in range(100)], title="t")
    assert "and 70 more" in words(figure)
    assert len(marked(figure, "fill")) == 30


def test_nothing_unknown_values_and_hostile_names_still_make_a_figure() -> None:
    assert drawn(bars([], [], title="empty")).tag == "svg"
    assert not marked(bars(["a"], [nan], title="t"), "fill")
    assert not list(drawn(bars([HOSTILE], [1], title=HOSTILE, unit=HOSTILE)).iter("script"))
