"""Owns the properties of schemas: every row is either kept or refused with a reason, and files come back whole."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from treadle.data.parts import LARGEST, SMALLEST, cut
from treadle.data.schema import check, dtypes, infer, read, write
from treadle.settings import Column

WORDS = st.none() | st.sampled_from(["", "NA", "1", "-7", "2.5", "1e3", "true", "2013-06-01", "x", " 3 "]) | st.text()
TYPES = ("int", "float", "str", "bool", "datetime", "date")
NUMBERS = st.floats(-1e6, 1e6)


@st.composite
def columns(draw: st.DrawFn) -> Column:
    kind = draw(st.sampled_from(TYPES))
    rules: dict[str, Any] = {"type": kind, "null": draw(st.booleans()), "unique": draw(st.booleans())}
    if kind in ("int", "float"):
        rules["min"] = draw(st.none() | NUMBERS)
        rules["max"] = draw(st.none() | NUMBERS.filter(lambda high: rules["min"] is None or high >= rules["min"]))
    if kind == "str":
        rules["values"] = draw(st.none() | st.lists(st.text(max_size=5), max_size=4).map(tuple))
    return Column(**rules)


@given(st.lists(st.tuples(WORDS, WORDS), max_size=30), columns(), columns())
def test_every_row_is_kept_or_refused_with_reasons(rows: list[tuple[Any, Any]], a: Column, b: Column) -> None:
    schema = {"a": a, "b": b}
    frame = pl.DataFrame(rows, schema={"a": pl.String, "b": pl.String}, orient="row")
    good, refused = check(frame, schema)
    assert good.height + refused.height == frame.height
    assert good.schema == dtypes(schema)
    assert all(reasons and None not in reasons for reasons in refused["_reasons"].to_list())
    for name, column in schema.items():
        assert column.null or good[name].null_count() == 0
        assert not column.unique or good[name].drop_nulls().is_unique().all()
    assert refused.rows() == [(row, *rows[row - 1], reasons) for row, _, _, reasons in refused.rows()]


@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=30), columns())
def test_what_passed_passes_again(rows: list[tuple[Any, Any]], a: Column) -> None:
    frame = pl.DataFrame(rows, schema={"a": pl.String, "b": pl.String}, orient="row").select("a")
    good, _ = check(frame, {"a": a})
    again, refused = check(good, {"a": a})
    assert again.equals(good)
    assert refused.is_empty()


@given(st.lists(WORDS, min_size=1, max_size=30))
def test_an_inferred_schema_refuses_nothing_it_was_inferred_from(values: list[str | None]) -> None:
    frame = pl.DataFrame({"x": values}, schema={"x": pl.String})
    assert check(frame, infer(frame))[1].is_empty()


@given(st.dictionaries(st.text(max_size=8).filter(lambda name: not name.startswith("_")), columns(), max_size=5))
def test_a_schema_file_comes_back_as_it_was(schema: dict[str, Column]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "schema.toml"
        write(path, schema)
        assert read(path) == schema


@given(st.integers(0, 40 * LARGEST), st.integers(0, 3 * LARGEST))
def test_parts_sum_to_the_rows_and_growth_leaves_the_large_ones_alone(rows: int, more: int) -> None:
    before, after = list(cut(rows)), list(cut(rows + more))
    assert sum(before) == rows
    assert all(part <= LARGEST for part in before)
    assert sum(part < SMALLEST for part in before) <= 1
    whole = rows // LARGEST
    assert before[:whole] == after[:whole] == [LARGEST] * whole
