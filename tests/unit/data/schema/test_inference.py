"""Owns the tests of the guess at a schema."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from factories.frames import Frames, flights, flights_schema, text
from treadle.data.schema import check, infer, infer_source
from treadle.errors import DataError
from treadle.settings import Column


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1", "-2", "30"], "int"),
        (["1", "2.5"], "float"),
        (["1e-3", "nan", "2"], "float"),
        (["true", "False"], "bool"),
        (["2013-06-01", "2013-06-02"], "date"),
        (["2013-06-01 05:00:00", "2013-06-01T05:00:00Z"], "datetime"),
        (["2013-06-01", "2013-06-01T05:00:00Z"], "datetime"),
        (["2013-06-01T00:00:00"], "datetime"),
        (["02138", "10001"], "str"),
        (["0", "10"], "int"),
        (["0.5", "1"], "float"),
        (["123456789012345678901"], "str"),
        (["1", "x"], "str"),
        (["2013-99-01"], "str"),
    ],
)
def test_text_is_tried_as_each_type(values: list[str | None], kind: str) -> None:
    assert infer(text(x=values)) == {"x": Column(type=kind, null="nan" in values)}  # type: ignore[arg-type]


def test_missing_values_are_noticed() -> None:
    schema = infer(text(a=["1", "NA"], b=["1", ""], c=["x", None], d=["x", "NA"]))
    assert {name: column.null for name, column in schema.items()} == {"a": True, "b": True, "c": True, "d": False}


def test_a_column_of_markers_stays_text() -> None:
    assert infer(text(x=["NA", "NA"])) == {"x": Column(type="str")}


def test_typed_columns_keep_their_types() -> None:
    frame = pl.DataFrame(
        {"a": [1], "b": [1.5], "c": ["x"], "d": [True], "e": [date(2013, 6, 1)]},
        schema_overrides={"a": pl.Int8, "b": pl.Float32, "c": pl.Categorical},
    )
    assert [column.type for column in infer(frame).values()] == ["int", "float", "str", "bool", "date"]
    assert infer(flights()) == flights_schema(delay=Column(type="float"))


def test_nan_is_a_missing_value() -> None:
    assert infer(pl.DataFrame({"x": [1.0, float("nan")]}))["x"].null


def test_a_column_without_values_is_nullable_text() -> None:
    assert infer(pl.DataFrame({"x": [None, None]})) == {"x": Column(type="str", null=True)}


def test_what_is_inferred_passes_its_own_check() -> None:
    raw = flights().with_columns(pl.all().cast(pl.String))
    assert check(raw, infer(raw))[1].is_empty()


def test_a_column_of_lists_is_refused() -> None:
    with pytest.raises(DataError, match="column 'x' holds List"):
        infer(pl.DataFrame({"x": [[1]]}))


@pytest.mark.parametrize(
    ("first", "second", "kind"),
    [
        (["1"], ["2"], "int"),
        (["1"], ["2.5"], "float"),
        (["2013-06-01"], ["2013-06-01 05:00"], "datetime"),
        (["1"], ["x"], "str"),
        ([None], ["1"], "int"),
        (["true"], ["2"], "str"),
    ],
)
def test_batches_are_reconciled(first: list[str | None], second: list[str | None], kind: str) -> None:
    for batches in ((first, second), (second, first)):
        source = Frames({str(n): text(x=values) for n, values in enumerate(batches)})
        assert infer_source(source)["x"].type == kind


def test_a_value_missing_in_any_batch_counts() -> None:
    assert infer_source(Frames({"a": text(x=["1"]), "b": text(x=[None])})) == {"x": Column(type="int", null=True)}


def test_columns_that_differ_between_batches_are_named() -> None:
    source = Frames({"jan.csv": flights(3), "feb.csv": flights(3).rename({"delay": "arr_delay"})})
    with pytest.raises(DataError) as error:
        infer_source(source)
    assert error.value.met == (
        "the columns of feb.csv differ from those of jan.csv: it lacks 'delay' and has 'arr_delay' besides"
    )
    assert error.value.next_move == "did you mean 'arr_delay'?"


def test_an_ignored_column_may_come_and_go() -> None:
    with_note, without = flights(3).with_columns(note=pl.lit("x")), flights(3)
    for frames in ({"a": with_note, "b": without}, {"a": without, "b": with_note}):
        assert list(infer_source(Frames(frames), ignore=("note",))) == flights().columns


def test_a_source_without_batches_has_no_schema() -> None:
    with pytest.raises(DataError, match="no rows"):
        infer_source(Frames({}))
