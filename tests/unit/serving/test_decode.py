"""Bodies become typed rows, or an error that names the row and the field."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest

from factories.servers import FIELDS, a_signature
from treadle.errors import PackageError, RequestInvalid
from treadle.packaging.signature import Field
from treadle.serving.decode import Decoder, Malformed

ROW = {"distance": 1.5, "hour": 7, "carrier": "AA"}


def decode(body: Any, *fields: Field) -> list[tuple[Any, ...]]:
    decoder = Decoder(a_signature(*fields))
    data = body if isinstance(body, bytes) else msgspec.json.encode(body)
    return [msgspec.structs.astuple(row) for row in decoder.decode(data)]


def refused(body: Any, *fields: Field) -> RequestInvalid:
    with pytest.raises(RequestInvalid) as caught:
        decode(body, *fields)
    return caught.value


def test_a_list_of_records_is_rows_in_order() -> None:
    assert decode({"inputs": [ROW, {**ROW, "distance": 2.5}]}) == [(1.5, 7, "AA"), (2.5, 7, "AA")]


def test_one_record_is_one_row() -> None:
    assert decode({"inputs": ROW}) == [(1.5, 7, "AA")]


def test_columns_are_rows() -> None:
    body = {"columns": {"hour": [7, 8], "carrier": ["AA", None], "distance": [1.5, 2]}}
    assert decode(body) == [(1.5, 7, "AA"), (2.0, 8, None)]


def test_the_order_of_keys_does_not_matter() -> None:
    assert decode(b'{"inputs": {"carrier": "AA", "hour": 7, "distance": 1}}') == [(1.0, 7, "AA")]


def test_an_int_is_accepted_for_a_float() -> None:
    [(distance, _, _)] = decode({"inputs": {**ROW, "distance": 3}})
    assert distance == 3.0
    assert isinstance(distance, float)


def test_null_is_accepted_where_training_saw_it() -> None:
    assert decode({"inputs": {**ROW, "carrier": None}}) == [(1.5, 7, None)]


def test_a_category_never_seen_is_accepted() -> None:
    assert decode({"inputs": {**ROW, "carrier": "ZZ"}}) == [(1.5, 7, "ZZ")]


def test_columns_may_have_any_name() -> None:
    field = Field(name="mean radius (µm).x[0]", type="float")
    assert decode({"inputs": {field.name: 2.0}}, field) == [(2.0,)]
    assert refused({"inputs": {field.name: "a"}}, field).field == f"inputs.{field.name}"


@pytest.mark.parametrize("name", ['price "usd"', "a\\b", "a\nb"])
def test_a_name_no_body_should_have_is_refused_when_the_model_is_loaded(name: str) -> None:
    with pytest.raises(PackageError, match="cannot be served"):
        Decoder(a_signature(Field(name=name, type="float")))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"distance": "far"}, "inputs[2].distance: expected float, got str 'far'"),
        ({"distance": True}, "inputs[2].distance: expected float, got bool True"),
        ({"distance": None}, "inputs[2].distance: expected float, got null"),
        ({"distance": [1]}, "inputs[2].distance: expected float, got list"),
        ({"hour": 7.5}, "inputs[2].hour: expected int, got float 7.5"),
        ({"hour": True}, "inputs[2].hour: expected int, got bool True"),
        ({"hour": 2**63}, "inputs[2].hour: expected int, got int 9223372036854775808"),
        ({"carrier": 5}, "inputs[2].carrier: expected str or null, got int 5"),
        ({"carrier": {}}, "inputs[2].carrier: expected str or null, got object"),
    ],
)
def test_a_wrong_value_names_row_field_and_value(change: dict[str, Any], says: str) -> None:
    error = refused({"inputs": [ROW, ROW, {**ROW, **change}, ROW]})
    assert error.met == says
    assert error.field == says.partition(":")[0]


def test_a_long_value_is_cut_in_the_message() -> None:
    assert len(refused({"inputs": {**ROW, "distance": "x" * 10_000}}).met) < 120


def test_a_wrong_value_in_a_column_names_its_place() -> None:
    body = {"columns": {"distance": [1, "far"], "hour": [1, 2], "carrier": ["AA", "AA"]}}
    assert refused(body).met == "columns.distance[1]: expected float, got str 'far'"


def test_a_missing_column_is_named_with_its_type() -> None:
    error = refused({"inputs": [ROW, {"distance": 1.0, "carrier": "AA"}]})
    assert (error.met, error.expected) == ("inputs[1].hour: missing column", "int")


def test_a_column_that_may_be_null_must_still_be_said() -> None:
    assert refused({"inputs": {"distance": 1.0, "hour": 7}}).field == "inputs.carrier"


def test_an_unknown_column_gets_the_nearest_name() -> None:
    error = refused({"inputs": {**ROW, "distanc": 1.0}})
    assert (error.met, error.next_move) == ("inputs.distanc: unknown column", "did you mean 'distance'?")


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity"])
def test_what_is_no_json_number_is_malformed(number: bytes) -> None:
    assert isinstance(refused(b'{"inputs": {"distance": %s, "hour": 1, "carrier": null}}' % number), Malformed)


def test_a_number_beyond_a_double_is_refused() -> None:
    assert "out of range" in refused(b'{"inputs": {"distance": 1e400, "hour": 1, "carrier": null}}').met


@pytest.mark.parametrize("value", [1, 0, "true", None])
def test_a_bool_is_only_true_or_false(value: Any) -> None:
    field = Field(name="delayed", type="bool")
    assert decode({"inputs": {"delayed": True}}, field) == [(True,)]
    assert refused({"inputs": {"delayed": value}}, field).met.startswith("inputs.delayed: expected bool")


def test_moments_and_days_are_iso_texts() -> None:
    fields = (Field(name="at", type="datetime"), Field(name="day", type="date"))
    body = {"inputs": {"at": "2013-07-01T05:30:00", "day": "2013-07-01"}}
    assert decode(body, *fields) == [(dt.datetime(2013, 7, 1, 5, 30), dt.date(2013, 7, 1))]
    error = refused({"inputs": {"at": "yesterday", "day": "2013-07-01"}}, *fields)
    assert error.met == "inputs.at: expected datetime, got str 'yesterday'"


def test_moments_with_an_offset_reach_the_model_as_naive_utc() -> None:
    decoder = Decoder(a_signature(Field(name="at", type="datetime", null=True)))
    body = b'{"columns": {"at": ["2013-07-01T05:30:00+02:00", "2013-07-01T05:30:00", null]}}'
    columns = decoder.columns(decoder.decode(body))
    assert columns["at"] == [dt.datetime(2013, 7, 1, 3, 30), dt.datetime(2013, 7, 1, 5, 30), None]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b'{"inputs": [}', b'{"inputs": "\xff"}', b'{"a": "\\ud800"}', b"[" * 100_000],
    ids=["nothing", "half", "no utf-8", "broken", "bad text", "half a surrogate", "deep"],
)
def test_what_is_not_json_is_malformed(body: bytes) -> None:
    error = refused(body)
    assert isinstance(error, Malformed)
    assert "inputs" in error.expected


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ([ROW], "the body is list"),
        (5, "the body is int 5"),
        ({}, "the body must have either inputs or columns"),
        ({"inputs": [ROW], "columns": {"distance": [1], "hour": [1], "carrier": [None]}}, "either inputs or columns"),
        ({"inputs": []}, "the request has no rows"),
        ({"columns": {"distance": [], "hour": [], "carrier": []}}, "the request has no rows"),
        ({"instances": [ROW]}, "unknown key 'instances'"),
        ({"inputs": 5}, "inputs: expected a list of objects, got int 5"),
        ({"inputs": [ROW, 5]}, "inputs[1]: expected an object, got int 5"),
        ({"columns": [1]}, "columns: expected an object, got list"),
        ({"columns": {"distance": 1, "hour": [1], "carrier": ["AA"]}}, "columns.distance: expected a list, got int 1"),
        ({"columns": {"hour": [1], "carrier": ["AA"]}}, "columns.distance: missing column"),
    ],
)
def test_a_wrong_shape_is_said(body: Any, says: str) -> None:
    error = refused(body)
    assert says in error.met
    assert not isinstance(error, Malformed)


def test_columns_of_different_length_are_told_apart() -> None:
    error = refused({"columns": {"distance": [1, 2], "hour": [1], "carrier": ["AA"]}})
    assert error.met == "columns differ in length: distance has 2, hour has 1, carrier has 1"


def test_rows_become_columns_for_the_model() -> None:
    decoder = Decoder(a_signature())
    rows = decoder.decode(msgspec.json.encode({"inputs": [ROW, {**ROW, "hour": 8}]}))
    assert {name: list(values) for name, values in decoder.columns(rows).items()} == {
        "distance": [1.5, 1.5],
        "hour": [7, 8],
        "carrier": ["AA", "AA"],
    }


def test_unknown_categories_are_counted_and_null_is_none() -> None:
    decoder = Decoder(a_signature())
    carriers = ["AA", "ZZ", None, "YY", "UA"]
    rows = decoder.decode(msgspec.json.encode({"inputs": [{**ROW, "carrier": each} for each in carriers]}))
    assert decoder.unknown(rows) == 2


def test_a_row_is_encoded_under_its_own_names() -> None:
    decoder = Decoder(a_signature(Field(name="mean radius", type="float")))
    [row] = decoder.decode(b'{"inputs": {"mean radius": 1.5}}')
    assert msgspec.json.encode(row) == b'{"mean radius":1.5}'


def test_a_typed_column_is_checked_with_its_place() -> None:
    decoder = Decoder(a_signature(*FIELDS))
    assert decoder.column("hour", [1, 2], "inputs.hour") == [1, 2]
    with pytest.raises(RequestInvalid) as caught:
        decoder.column("hour", [1, "two"], "inputs.hour")
    assert caught.value.field == "inputs.hour[1]"
