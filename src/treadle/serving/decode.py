"""Owns how the body of a prediction request becomes typed rows, or an error that names the row and the field."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Union

import msgspec
from msgspec.structs import astuple

from treadle.errors import PackageError, RequestInvalid
from treadle.kinds import nearest
from treadle.packaging.signature import Field, Signature

TYPES: Mapping[str, Any] = {
    "int": Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)],
    "float": float,
    "str": str,
    "bool": bool,
    "datetime": dt.datetime,
    "date": dt.date,
}
"""What each type of a signature accepts; an integer must fit 64 bits, an int is accepted for a float."""

STRANGE = re.compile(r'["\\\x00-\x1f]')
"""What no column name may hold, because a typed decoder cannot have it as a key."""
PLAIN = {int: "int", float: "float", str: "str", bool: "bool", type(None): "null", list: "list", dict: "object"}
FORMS = '{"inputs": [{"column": value, ...}, ...]} or {"columns": {"column": [value, ...], ...}}'

Row = msgspec.Struct
"""A row: a struct made for one signature, its fields in the signature's order."""


class Malformed(RequestInvalid):
    """The body is not even the JSON it should be."""


def _accepts(field: Field) -> Any:
    return Union[TYPES[field.type], None] if field.null else TYPES[field.type]  # noqa: UP007


class Decoder:
    """Turns bodies into rows of one signature; rows decode at C speed, and only a refused body is looked at twice."""

    def __init__(self, signature: Signature) -> None:
        """Prepare for `signature`; raises PackageError if a column's name cannot be a key that is decoded fast."""
        for field in signature.inputs:
            if STRANGE.search(field.name):
                raise PackageError(
                    f"the column {field.name!r} cannot be served",
                    expected="a name without quotes, backslashes and control characters",
                    next_move="rename the column in the source, then build again",
                )
        self.fields = {field.name: field for field in signature.inputs}
        self.types = {name: _accepts(field) for name, field in self.fields.items()}
        rename = {f"f{index}": name for index, name in enumerate(self.fields)}
        typed = [(f"f{index}", kind) for index, kind in enumerate(self.types.values())]
        self.row = msgspec.defstruct("Row", typed, rename=rename, forbid_unknown_fields=True, gc=False)
        self._lists: dict[str, Any] = {name: list[kind] for name, kind in self.types.items()}  # type: ignore[valid-type]
        lists = [(f"f{index}", kind) for index, kind in enumerate(self._lists.values())]
        columns = msgspec.defstruct("Columns", lists, rename=rename, forbid_unknown_fields=True)
        body = msgspec.defstruct(
            "Body",
            [("inputs", Union[list[self.row], self.row, None], None), ("columns", Union[columns, None], None)],  # type: ignore[name-defined] # noqa: UP007
            forbid_unknown_fields=True,
        )
        self._decode = msgspec.json.Decoder(body).decode
        self._moments = [name for name, field in self.fields.items() if field.type == "datetime"]
        self._known = [
            (f"f{index}", frozenset(field.values)) for index, field in enumerate(self.fields.values()) if field.values
        ]

    def decode(self, body: bytes) -> Sequence[Row]:
        """Return the rows of a `/predict` body: `inputs` (one object or a list of them) or `columns`.

        Raises RequestInvalid whose `field` is the place, such as `inputs[2].distance`.
        """
        try:
            read: Any = self._decode(body)
        except (ValueError, RecursionError) as error:
            raise self._explain(body, error) from None
        if read.inputs is not None and read.columns is None:
            rows = read.inputs if isinstance(read.inputs, list) else [read.inputs]
        elif read.columns is not None and read.inputs is None:
            rows = self.rows(dict(zip(self.fields, astuple(read.columns), strict=True)))
        else:
            raise RequestInvalid("the body must have either inputs or columns", expected=FORMS)
        if not rows:
            raise RequestInvalid("the request has no rows", expected="at least one row")
        return rows

    def rows(self, columns: Mapping[str, Sequence[Any]]) -> list[Row]:
        """Return rows from already typed columns; raises RequestInvalid if their lengths differ."""
        lengths = {name: len(values) for name, values in columns.items()}
        if len(set(lengths.values())) > 1:
            said = ", ".join(f"{name} has {length}" for name, length in lengths.items())
            raise RequestInvalid(f"columns differ in length: {said}", field="columns", expected="one length")
        return [self.row(*values) for values in zip(*(columns[name] for name in self.fields), strict=True)]

    def column(self, name: str, values: Sequence[Any], place: str) -> list[Any]:
        """Return `values` as the type of column `name`; raises RequestInvalid naming `place[index]`."""
        try:
            return msgspec.convert(values, self._lists[name])  # type: ignore[no-any-return]
        except ValueError:
            for index, value in enumerate(values):
                self._check(name, value, f"{place}[{index}]")
            raise

    def columns(self, rows: Sequence[Row]) -> dict[str, Sequence[Any]]:
        """Return rows as columns for the model; moments with an offset become naive UTC."""
        columns: dict[str, Sequence[Any]] = dict(zip(self.fields, zip(*map(astuple, rows), strict=True), strict=True))
        for name in self._moments:
            columns[name] = [
                value if value is None or value.tzinfo is None else value.astimezone(dt.UTC).replace(tzinfo=None)
                for value in columns[name]
            ]
        return columns

    def unknown(self, rows: Sequence[Row]) -> int:
        """Return how many values of `rows` stand in no list of known categories; the model decides about them."""
        count = 0
        for name, known in self._known:
            for row in rows:
                value = getattr(row, name)
                count += value is not None and value not in known
        return count

    def _explain(self, body: bytes, error: Exception) -> RequestInvalid:
        """Return why `body` was refused, found by reading it again untyped; `error` is said if nothing clearer is."""
        try:
            read = msgspec.json.decode(body)
        except (ValueError, RecursionError) as fault:
            return Malformed(f"the body is not JSON: {fault}", expected=FORMS)
        try:
            self._look(read)
        except RequestInvalid as found:
            return found
        return RequestInvalid(str(error).replace("`", ""), expected=FORMS)

    def _look(self, read: Any) -> None:
        if not isinstance(read, dict):
            raise RequestInvalid(f"the body is {_said(read)}", expected=FORMS)
        for name in read:
            if name not in ("inputs", "columns"):
                raise RequestInvalid(f"unknown key {name!r}", field=name, expected=FORMS)
        inputs, columns = read.get("inputs"), read.get("columns")
        if isinstance(inputs, dict):
            self._look_at_row(inputs, "inputs")
        elif isinstance(inputs, list):
            for index, row in enumerate(inputs):
                self._look_at_row(row, f"inputs[{index}]")
        elif inputs is not None:
            raise RequestInvalid(f"inputs: expected a list of objects, got {_said(inputs)}", field="inputs")
        if columns is not None:
            self._names(columns, "columns")
            for name, values in columns.items():
                if not isinstance(values, list):
                    place = f"columns.{name}"
                    raise RequestInvalid(f"{place}: expected a list, got {_said(values)}", field=place)
                self.column(name, values, f"columns.{name}")

    def _look_at_row(self, row: Any, place: str) -> None:
        self._names(row, place)
        for name, value in row.items():
            self._check(name, value, f"{place}.{name}")

    def _names(self, row: Any, place: str) -> None:
        if not isinstance(row, dict):
            raise RequestInvalid(f"{place}: expected an object, got {_said(row)}", field=place)
        for name in row:
            if name not in self.fields:
                where = f"{place}.{name}"
                raise RequestInvalid(f"{where}: unknown column", field=where, next_move=nearest(name, self.fields))
        for name in self.fields:
            if name not in row:
                where = f"{place}.{name}"
                raise RequestInvalid(f"{where}: missing column", field=where, expected=self.fields[name].type)

    def _check(self, name: str, value: Any, place: str) -> None:
        try:
            msgspec.convert(value, self.types[name])
        except ValueError:
            wanted = self.fields[name].type + (" or null" if self.fields[name].null else "")
            raise RequestInvalid(f"{place}: expected {wanted}, got {_said(value)}", field=place) from None


def _said(value: Any) -> str:
    """Return type and value of JSON for an error message, cut to 60 characters."""
    kind = PLAIN.get(type(value), type(value).__name__)
    if value is None or isinstance(value, list | dict):
        return kind
    text = repr(value)
    return f"{kind} {text if len(text) <= 60 else text[:57] + '...'}"
