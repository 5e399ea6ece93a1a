"""Owns the search for numbers and words that break a figure."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from factories.markup import Page, drawn
from treadle.charts import Card, Series, bars, cards, facts, heatmap, histogram, line, note, scatter, table
from treadle.charts.figures.histogram import merged
from treadle.charts.figures.line import thin
from treadle.charts.numbers import pretty, short, tick
from treadle.charts.page import Section, page

NUMBERS = st.floats(allow_nan=True, allow_infinity=True)
WORDS = st.text(max_size=60)
COLUMNS = st.integers(0, 80).flatmap(lambda n: st.tuples(*[st.lists(NUMBERS, min_size=n, max_size=n)] * 3))


def no_strangers(svg: str) -> None:
    """Fail where a figure is not well-formed, or draws at a place that is no number."""
    figure = drawn(svg)
    places = " ".join(value for one in figure.iter() for key, value in one.items() if key in {"x", "y", "d", "width"})
    assert "nan" not in places
    assert "inf" not in places
    assert "script" not in {one.tag for one in figure.iter()}


@given(columns=COLUMNS, name=WORDS, limit=st.none() | st.floats(-1e300, 1e300))
def test_a_line_is_well_formed(columns: tuple[list[float], ...], name: str, limit: float | None) -> None:
    y, low, high = columns
    no_strangers(line([Series(name, range(len(y)), y, low, high)] * 2, title=name, x_label=name, limit=limit))


@given(columns=COLUMNS, name=WORDS)
def test_bars_are_well_formed(columns: tuple[list[float], ...], name: str) -> None:
    values, low, high = columns
    no_strangers(bars([name] * len(values), values, low=low, high=high, against=high, title=name, unit=name))


@given(columns=COLUMNS, name=WORDS, diagonal=st.booleans())
def test_a_scatter_is_well_formed(columns: tuple[list[float], ...], name: str, diagonal: bool) -> None:
    no_strangers(scatter(columns[0], columns[1], title=name, x_label=name, diagonal=diagonal))


@given(rows=st.lists(st.lists(st.floats(0, 1e12), min_size=3, max_size=3), max_size=6), name=WORDS)
def test_a_heatmap_is_well_formed(rows: list[list[float]], name: str) -> None:
    no_strangers(heatmap(rows, [name] * len(rows), [name] * 3, title=name))


@given(
    edges=st.lists(st.floats(-1e100, 1e100), min_size=2, max_size=90).map(sorted),
    data=st.data(),
    ends=st.booleans(),
)
def test_a_histogram_is_well_formed_and_keeps_its_rows(edges: list[float], data: st.DataObject, ends: bool) -> None:
    counts = data.draw(st.lists(st.integers(0, 10**6), min_size=len(edges) - 1, max_size=len(edges) - 1))
    if ends:
        edges = [float("-inf"), *edges, float("inf")]
        counts = [1, *counts, 1]
    no_strangers(histogram(edges, counts, reference=counts, title="t"))
    assert sum(merged(edges, counts)[1]) == sum(counts)


@given(y=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=900), most=st.integers(3, 60))
def test_thinning_gives_rising_places_from_first_to_last(y: list[float], most: int) -> None:
    kept = thin(range(len(y)), y, most)
    assert kept == sorted(set(kept))
    assert (kept[0], kept[-1]) == (0, len(y) - 1)
    assert len(kept) <= max(most, 1)


@given(value=NUMBERS, step=st.floats(1e-12, 1e12))
def test_every_number_can_be_written_shortly(value: float, step: float) -> None:
    assert 0 < len(pretty(value)) < 24
    if value == value and abs(value) < 1e300:
        assert 0 < len(short(value)) < 24
        assert 0 < len(tick(value, step)) < 40


@given(name=WORDS, value=WORDS | NUMBERS)
def test_a_page_is_well_formed(name: str, value: str | float) -> None:
    parts = (cards([Card(name, value, name)]), table([{name: value}]), facts({name: value}), note(name))
    assert not Page(page(name, name, [Section(name, parts, name)] * 2)).open
