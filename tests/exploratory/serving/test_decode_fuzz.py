"""Whatever a body holds: it becomes the rows that were meant, or an error that names a place in it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from factories.servers import a_signature
from treadle.errors import RequestInvalid
from treadle.packaging.signature import Field
from treadle.serving.decode import STRANGE, Decoder

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "int": st.integers(-(2**63), 2**63 - 1),
    "float": st.floats(allow_nan=False, allow_infinity=False),
    "str": st.text(),
    "bool": st.booleans(),
    "datetime": st.datetimes(),
    "date": st.dates(),
}
NAMES = st.text(min_size=1, max_size=10).filter(lambda name: not STRANGE.search(name))
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[Field], list[dict[str, Any]]]:
    """A signature of any columns, and rows that fit it."""
    names = draw(st.lists(NAMES, min_size=1, max_size=5, unique=True))
    fields = [Field(name=name, type=draw(st.sampled_from(list(VALUES))), null=draw(st.booleans())) for name in names]
    each = {field.name: VALUES[field.type] | st.none() if field.null else VALUES[field.type] for field in fields}
    return fields, draw(st.lists(st.fixed_dictionaries(each), min_size=1, max_size=4))


def values(rows: Any) -> list[tuple[Any, ...]]:
    return [msgspec.structs.astuple(row) for row in rows]


@given(table=tables())
@settings(max_examples=150)
def test_rows_that_fit_come_through_unchanged_as_records_and_as_columns(
    table: tuple[list[Field], list[dict[str, Any]]],
) -> None:
    fields, rows = table
    decoder = Decoder(a_signature(*fields))
    wanted = [tuple(row[field.name] for field in fields) for row in rows]
    columns = {field.name: [row[field.name] for row in rows] for field in fields}
    assert values(decoder.decode(msgspec.json.encode({"inputs": rows}))) == wanted
    assert values(decoder.decode(msgspec.json.encode({"columns": columns}))) == wanted


@given(table=tables())
def test_a_row_in_the_log_is_the_row_that_came(table: tuple[list[Field], list[dict[str, Any]]]) -> None:
    fields, rows = table
    decoder = Decoder(a_signature(*fields))
    decoded = decoder.decode(msgspec.json.encode({"inputs": rows}))
    again = decoder.decode(msgspec.json.encode({"inputs": list(decoded)}))
    assert values(again) == values(decoded)


@given(table=tables(), data=st.data())
@settings(max_examples=200)
def test_one_strange_value_is_accepted_or_named(
    table: tuple[list[Field], list[dict[str, Any]]], data: st.DataObject
) -> None:
    fields, rows = table
    index, field = data.draw(st.integers(0, len(rows) - 1)), data.draw(st.sampled_from(fields))
    rows = [dict(row) for row in rows]
    rows[index][field.name] = value = data.draw(ANYTHING)
    decoder = Decoder(a_signature(*fields))
    try:
        [*decoded] = values(decoder.decode(msgspec.json.encode({"inputs": rows})))
    except RequestInvalid as error:
        assert error.field == f"inputs[{index}].{field.name}"
    else:
        found = decoded[index][fields.index(field)]
        assert isinstance(found, dt.date) or found == value


@given(body=st.binary(max_size=100) | ANYTHING.map(msgspec.json.encode))
@settings(max_examples=300)
def test_any_body_at_all_is_refused_cleanly(body: bytes) -> None:
    try:
        Decoder(a_signature()).decode(body)
    except RequestInvalid as error:
        assert error.met
    else:
        raise AssertionError("accepted")
