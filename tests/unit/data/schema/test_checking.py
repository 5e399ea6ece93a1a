"""Owns the tests of the check: good rows typed, refused rows kept whole, duplicates found, misfits named."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from factories.frames import flights, flights_schema, text
from treadle.data.keys import Seen
from treadle.data.schema import check, dtypes, explain, fit
from treadle.errors import DataError
from treadle.settings import Column

ID = {"id": Column(type="int"), "name": Column(type="str", null=True)}


def people(*rows: tuple[int | None, str | None]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"id": pl.Int64, "name": pl.String}, orient="row")


def test_good_rows_come_back_in_their_types_and_order() -> None:
    raw = flights(20).with_columns(pl.all().cast(pl.String))
    good, refused = check(raw, flights_schema())
    assert good.equals(flights(20))
    assert good.schema == dtypes(flights_schema())
    assert refused.is_empty()


def test_a_refused_row_keeps_what_it_said_and_where() -> None:
    good, refused = check(text(id=["1", "two", "3"], name=["a", "b", None]), ID)
    assert good["id"].to_list() == [1, 3]
    assert refused.to_dicts() == [
        {"_row": 2, "id": "two", "name": "b", "_reasons": ["id: 'two' is not a whole number"]}
    ]


def test_every_readable_type_can_be_refused_as_text() -> None:
    frame = pl.DataFrame(
        {
            "none": [None],
            "decimal": [Decimal("1.50")],
            "day": [date(2013, 6, 1)],
            "kind": pl.Series(["a"], dtype=pl.Enum(["a"])),
        }
    )
    schema = {name: Column(type="bool") for name in frame.columns}
    refused = check(frame, schema)[1]
    assert refused.select(frame.columns).row(0) == (None, "1.50", "2013-06-01", "a")
    assert len(refused["_reasons"][0]) == 4


def test_the_second_row_of_a_key_is_refused() -> None:
    good, refused = check(people((1, "a"), (2, "b"), (1, "c")), ID, key=("id",))
    assert good.rows() == [(1, "a"), (2, "b")]
    assert refused.select("_row", "_reasons").rows() == [(3, ["id: 1 stands more than once"])]


def test_a_key_of_two_columns_repeats_only_as_a_pair() -> None:
    frame = people((1, "a"), (1, "b"), (2, "a"), (1, "a"))
    refused = check(frame, ID, key=("id", "name"))[1]
    assert refused["_reasons"].to_list() == [["id, name: 1, a stands more than once"]]


def test_a_refused_row_does_not_use_up_its_key() -> None:
    schema = ID | {"name": Column(type="str")}
    good, refused = check(people((1, None), (1, "b")), schema, key=("id",))
    assert good.rows() == [(1, "b")]
    assert refused["_reasons"].to_list() == [["name: is missing"]]


def test_a_unique_column_repeats_only_by_value_and_never_by_missing() -> None:
    schema = ID | {"name": Column(type="str", null=True, unique=True)}
    good, refused = check(people((1, "a"), (2, None), (3, None), (4, "a")), schema)
    assert good["id"].to_list() == [1, 2, 3]
    assert refused["_reasons"].to_list() == [["name: a stands more than once"]]


def test_a_unique_key_is_reported_once() -> None:
    schema = {"id": Column(type="int", unique=True)}
    frame = pl.DataFrame({"id": [1, 1]})
    assert check(frame, schema, key=("id",))[1]["_reasons"].to_list() == [["id: 1 stands more than once"]]


def test_duplicates_are_found_across_frames() -> None:
    seen = Seen()
    check(people((1, "a")), ID, key=("id",), seen=seen)
    good, refused = check(people((1, "a"), (2, "b")), ID, key=("id",), seen=seen)
    assert (good["id"].to_list(), refused["_row"].to_list()) == ([2], [1])


def test_refused_rows_stand_in_the_order_of_their_source() -> None:
    refused = check(people((1, "a"), (1, "b"), (None, "c"), (1, "d")), ID, key=("id",))[1]
    assert refused["_row"].to_list() == [2, 3, 4]


def test_the_explanation_names_the_worst_columns_with_an_example_each() -> None:
    frame = text(id=["x", "y", "3"], name=["a", "b", None])
    schema = {"id": Column(type="int"), "name": Column(type="str")}
    assert explain(check(frame, schema)[1]) == (
        "id: 'x' is not a whole number (row 1, 2 such); name: is missing (row 3, 1 such)"
    )


def test_fit_takes_the_columns_of_the_schema_in_its_order() -> None:
    frame = flights(3).with_columns(note=pl.lit("x")).select("note", "delay", pl.exclude("note", "delay"))
    assert fit(frame, flights_schema(), "a.csv", ignore=("note",)).columns == list(flights_schema())


def test_fit_names_a_missing_column_and_the_nearest_one() -> None:
    with pytest.raises(DataError) as error:
        fit(flights(3).rename({"delay": "arr_delay"}), flights_schema(), "a.csv")
    assert error.value.met == "a.csv lacks column 'delay'"
    assert error.value.next_move == "did you mean 'arr_delay'?"


def test_fit_names_an_unknown_column() -> None:
    with pytest.raises(DataError, match=r"a\.csv has column 'note', which the schema does not know") as error:
        fit(flights(3).with_columns(note=pl.lit("x")), flights_schema(), "a.csv")
    assert "data.ignore" in error.value.next_move


def test_fit_names_a_column_of_lists() -> None:
    frame = flights(1).with_columns(carrier=pl.lit(["UA"]))
    with pytest.raises(DataError, match=r"a\.csv: column 'carrier' holds List"):
        fit(frame, flights_schema(), "a.csv")


def test_fit_refuses_a_frame_without_rows() -> None:
    with pytest.raises(DataError, match=r"a\.csv has no rows"):
        fit(flights(0), flights_schema(), "a.csv")
