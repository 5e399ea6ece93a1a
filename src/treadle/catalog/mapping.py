"""Owns how a record becomes a row and back: a scalar field is a column, a composite field is JSON text in one."""

from __future__ import annotations

import math
import types
from collections.abc import Sequence
from functools import cache
from typing import Any, Generic, TypeVar, Union, get_args, get_origin

import msgspec
from blake3 import blake3

from treadle.errors import CatalogError
from treadle.kinds import nearest
from treadle.records import Record, canonical

R = TypeVar("R", bound=Record)
SCALARS = (str, int, float, bool)


class Column:
    """One field of a record: how its value is stored, and how what was stored is read."""

    def __init__(self, info: msgspec.structs.FieldInfo) -> None:
        kinds = _scalars(info.type)
        self.name = info.name
        self.scalar = bool(kinds)
        self.required = info.required
        self._kinds = kinds
        self._decoder = msgspec.json.Decoder(info.type)
        default = info.default_factory() if info.default_factory is not msgspec.NODEFAULT else info.default
        self.default = None if info.required else self.store(default)

    def store(self, value: Any) -> Any:
        """Return `value` as the database takes it; CatalogError if it would not come back as it is."""
        if not self.scalar:
            return self._text(value)
        if type(value) in self._kinds and not isinstance(value, float):
            return value
        if float in self._kinds and isinstance(value, int | float) and math.isfinite(value):
            return float(value)
        raise CatalogError(
            f"{self.name} is {value!r}, which a record cannot keep",
            expected=" or ".join(kind.__name__ for kind in self._kinds) + (", finite" if float in self._kinds else ""),
        )

    def read(self, value: Any) -> Any:
        """Return what `store` was given, from what the database returns."""
        if not self.scalar:
            return self._decoder.decode(value)
        return bool(value) if bool in self._kinds and value is not None else value

    def plain(self, value: Any) -> Any:
        """Return the stored form of a value as `store` gave it, whichever database returns it."""
        return bool(value) if bool in self._kinds and value in (0, 1) else value

    def _text(self, value: Any) -> str:
        """The JSON of the value as it will come back, so that reading and writing again gives the same text."""
        try:
            text = canonical(self._decoder.decode(canonical(value)))
        except (msgspec.MsgspecError, TypeError, ValueError) as error:
            raise CatalogError(
                f"{self.name} holds what a record cannot keep: {error}",
                expected="plain values of the type in records.py; numbers must be finite",
            ) from error
        return text.decode()


class Plan(Generic[R]):
    """The SQL of one kind of record, and the way between record and row, worked out once."""

    def __init__(self, kind: type[R], mark: str) -> None:
        """`mark` is what stands for a parameter in the database's SQL: `?` or `%s`."""
        self.kind = kind
        self.table = kind.table
        self.columns = tuple(Column(info) for info in msgspec.structs.fields(kind))
        self.names = tuple(column.name for column in self.columns)
        self._by_name = {column.name: column for column in self.columns}
        self._mark = mark
        quoted = ", ".join(f'"{name}"' for name in self.names)
        marks = ", ".join(mark for _ in self.names)
        self.select = f'SELECT {quoted} FROM "{self.table}"'
        self.by_id = f'{self.select} WHERE "id" = {mark}'
        self.insert = f'INSERT INTO "{self.table}" ({quoted}) VALUES ({marks}) ON CONFLICT ("id") DO NOTHING'
        assignments = ", ".join(f'"{name}" = {mark}' for name in self.names)
        self.update = f'UPDATE "{self.table}" SET {assignments} WHERE "id" = {mark}'
        self.delete = f'DELETE FROM "{self.table}" WHERE "id" = {mark}'

    def values(self, record: R) -> tuple[Any, ...]:
        """Return the row of `record`; CatalogError if a field would not come back as it is."""
        return tuple([column.store(getattr(record, column.name)) for column in self.columns])

    def record(self, row: Sequence[Any]) -> R:
        """Return the record of a row; CatalogError if the row was damaged."""
        try:
            fields = {column.name: column.read(value) for column, value in zip(self.columns, row, strict=True)}
        except (msgspec.MsgspecError, TypeError) as error:
            raise CatalogError(
                f"row {row[0]} of {self.table} is damaged: {error}",
                next_move="run `treadle audit verify` to see what was changed, and restore the catalog from a backup",
            ) from error
        return self.kind(**fields)

    def digest(self, row: Sequence[Any]) -> str:
        """Return the digest of a row as stored: BLAKE3 over the columns that differ from their defaults.

        So a field added later, with a default, leaves the digests of old rows as they are.
        """
        stands = {}
        for column, value in zip(self.columns, row, strict=True):
            plain = column.plain(value)
            if column.required or plain != column.default:
                stands[column.name] = plain
        return blake3(canonical(stands)).hexdigest()

    def search(self, equal: dict[str, Any], newest_first: bool, limit: int | None) -> tuple[str, list[Any]]:
        """Return the SELECT for the rows whose columns equal `equal`, and its parameters."""
        conditions, parameters = [], []
        for name, value in equal.items():
            column = self._by_name.get(name)
            if column is None or not column.scalar:
                known = [each.name for each in self.columns if each.scalar]
                raise CatalogError(
                    f"{self.table} cannot be searched by {name!r}",
                    expected=f"one of {', '.join(known)}",
                    next_move=nearest(name, known),
                )
            conditions.append(f'"{name}" IS NULL' if value is None else f'"{name}" = {self._mark}')
            parameters += [] if value is None else [column.store(value)]
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        order = " DESC" if newest_first else ""
        return (
            f'{self.select}{where} ORDER BY "position"{order}' + (f" LIMIT {int(limit)}" if limit is not None else ""),
            parameters,
        )


@cache
def plan(kind: type[R], mark: str) -> Plan[R]:
    """Return the plan of a kind of record."""
    return Plan(kind, mark)


def _scalars(annotation: Any) -> tuple[type, ...]:
    """The scalar types an annotation allows (None among them if allowed); empty if any of them is composite."""
    options = get_args(annotation) if get_origin(annotation) in (Union, types.UnionType) else (annotation,)
    return tuple(options) if all(option in (*SCALARS, type(None)) for option in options) else ()
