"""Owns the tests of how a source is chosen, and of the contract both kinds keep."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from factories.frames import BY_FLIGHT, flights
from treadle.data.sources import SOURCES, open_source
from treadle.data.sources.files import FileSource
from treadle.data.sources.function import FunctionSource
from treadle.errors import DataError


def test_a_colon_between_names_means_a_function(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "chosen_source.py").write_text("def rows():\n    return None\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    source = open_source(replace(BY_FLIGHT, source="chosen_source:rows"), tmp_path)
    assert isinstance(source, FunctionSource)


def test_anything_else_means_files(tmp_path: Path) -> None:
    flights(3).write_csv(tmp_path / "a.csv")
    for patterns in ("a.csv", "*.csv", ("a.csv",)):
        assert isinstance(open_source(replace(BY_FLIGHT, source=patterns), tmp_path), FileSource)


def test_a_path_with_a_colon_is_still_a_path(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no file matches"):
        open_source(replace(BY_FLIGHT, source="12:30/a.csv"), tmp_path)


def test_every_kind_loads_and_lives_in_this_room() -> None:
    assert {name: SOURCES.load(name).__module__ for name in SOURCES} == {
        "files": "treadle.data.sources.files",
        "function": "treadle.data.sources.function",
    }
