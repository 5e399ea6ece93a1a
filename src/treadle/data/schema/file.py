"""Owns schema.toml: an inferred schema written for a person to review, and read back with errors that teach."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from treadle.data.schema.rules import validate
from treadle.errors import SettingsError
from treadle.kinds import nearest
from treadle.settings import Column

HEADER = """\
# What each column of the data must hold. Treadle inferred it from the rows it saw; you know more. Please review:
#   type   int, float, str, bool, datetime or date. Is a number really a number, or a code (then str)?
#   null   whether a value may be missing. true where one was missing; false means such a row is refused.
# And add what only you know, where a wrong value should be refused:
#   min, max (numbers) · values = [...] (the only ones allowed) · regex (text must match it whole) · unique = true
# Rows that break a rule go to the quarantine with their reasons; see `refused` and `max_refused` in [data].
"""


def write(path: Path, schema: Mapping[str, Column]) -> None:
    """Write the schema in its own order, at once or not at all; equal schemas give equal files."""
    text = HEADER + "".join(_table(name, column) for name, column in schema.items())
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def read(path: Path) -> dict[str, Column]:
    """Read the schema; SettingsError names file, line, column and the nearest right key."""
    try:
        text = path.read_text(encoding="utf-8")
        raw = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}", expected="a schema in TOML") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path} is not valid TOML: {error}") from error
    schema = {name: _column(path, text, name, table) for name, table in raw.items()}
    validate(schema, str(path))
    return schema


def _column(path: Path, text: str, name: str, table: Any) -> Column:
    try:
        return msgspec.convert(table, Column)
    except msgspec.ValidationError as error:
        where = f"{path}:{_line(text, name)}: column {name!r}"
        unknown = re.search(r"unknown field `(.+?)`", str(error))
        if unknown:
            keys = list(Column.__struct_fields__)
            raise SettingsError(
                f"{where}: unknown key {unknown[1]!r}",
                expected=f"one of {', '.join(keys)}",
                next_move=nearest(unknown[1], keys),
            ) from error
        raise SettingsError(
            f"{where}: {error}", expected="type, and if wanted null, min, max, values, regex, unique"
        ) from error


def _line(text: str, name: str) -> int:
    header = f"[{_key(name)}]"
    return next((number for number, line in enumerate(text.splitlines(), 1) if line.strip() == header), 1)


def _table(name: str, column: Column) -> str:
    fields = {field: getattr(column, field) for field in Column.__struct_fields__}
    fields |= {bound: _whole(fields[bound]) for bound in ("min", "max")}
    kept = {f: v for f, v in fields.items() if f in ("type", "null") or (v is not None and v is not False)}
    return f"\n[{_key(name)}]\n" + "".join(f"{field} = {_value(value)}\n" for field, value in kept.items())


def _whole(bound: float | None) -> float | int | None:
    return int(bound) if bound is not None and float(bound).is_integer() else bound


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _value(name)


def _value(value: Any) -> str:
    """Return a TOML value; JSON's text, number and boolean forms are TOML's too, once DEL is escaped."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, str | bool):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(value) if isinstance(value, int | float) else str(value)
