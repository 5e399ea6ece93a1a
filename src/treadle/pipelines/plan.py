"""Owns what a build is made from: the settings, the project's functions, the rules for its rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from treadle.data import schema
from treadle.data.sources import open_source
from treadle.engine import Files
from treadle.settings import Column, Settings

SCHEMA = "schema.toml"


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """All inputs of a build; `source` are the files, or the function that gives the rows."""

    name: str
    package: str
    root: Path
    settings: Settings
    schema: dict[str, Column]
    source: Any
    features: Callable[..., Any] | None
    estimator: Callable[..., Any]


def source_of(settings: Settings, root: Path, function: Callable[[str, str], Callable[..., Any]]) -> Any:
    """Return what [data] source names: the files as inputs of a step, or the function imported."""
    given = settings.data.source
    if isinstance(given, str) and ":" in given and "/" not in given:
        return function(given, "rows")
    return Files.match(given, root)


def rules(settings: Settings, root: Path, *, write: bool) -> tuple[dict[str, Column], bool]:
    """Return the schema in force, and whether it was inferred just now (and written to schema.toml for review).

    Rules in [data.schema] win over those in schema.toml for the columns they name.
    """
    path = root / SCHEMA
    inferred = not path.is_file()
    found = (
        schema.infer_source(open_source(settings.data, root), settings.data.ignore) if inferred else schema.read(path)
    )
    if inferred and write:
        schema.write(path, found)
    return {**found, **settings.data.schema}, inferred
