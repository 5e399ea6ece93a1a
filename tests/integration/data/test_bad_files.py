"""Owns the tests of bad files on disk: one clear message each, and nothing recorded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from factories.frames import BY_FLIGHT, EVERY_SPLIT, flights, flights_schema
from treadle.data.ingest import ingest
from treadle.data.sources import open_source
from treadle.data.versions import quarantined
from treadle.errors import DataError
from treadle.records import DatasetVersion
from treadle.workspace import Workspace


@pytest.fixture
def folder(workspace: Workspace) -> Path:
    """Return the folder of sources, with one good file in it."""
    folder = workspace.root / "flights"
    folder.mkdir()
    flights(200).write_csv(folder / "a.csv")
    return folder


def taken(workspace: Workspace) -> DatasetVersion:
    source = open_source(BY_FLIGHT, workspace.root)
    return ingest(workspace, source, BY_FLIGHT, EVERY_SPLIT, flights_schema(), "run-1")


BAD = {
    "empty": (b"", "flights/b.csv is empty"),
    "header only": (b"flight,carrier,distance,departure,delay\n", "flights/b.csv has no rows"),
    "missing column": (
        b"flight,carrier,distance,departure\n1000,UA,5,2013-01-01\n",
        "flights/b.csv lacks column 'delay'",
    ),
    "extra column": (
        b"flight,carrier,distance,departure,delay,gate\n1000,UA,5,2013-01-01,1,B7\n",
        "flights/b.csv has column 'gate', which the schema does not know",
    ),
    "wrong type": (
        b"flight,carrier,distance,departure,delay\n1000,UA,far,2013-01-01,1\n",
        "1 of 1 rows in flights/b.csv break the schema (100.0%): "
        "flights/b.csv: distance: 'far' is not a finite number (row 1, 1 such)",
    ),
    "missing target": (
        b"flight,carrier,distance,departure,delay\n1000,UA,5,2013-01-01,nan\n",
        "1 of 1 rows in flights/b.csv break the schema (100.0%): flights/b.csv: delay: is missing (row 1, 1 such)",
    ),
    "duplicate key": (
        b"flight,carrier,distance,departure,delay\n7,UA,5,2013-01-01,1\n",
        "1 of 1 rows in flights/b.csv break the schema (100.0%): "
        "flights/b.csv: flight: 7 stands more than once (row 1, 1 such)",
    ),
}


@pytest.mark.parametrize(("contents", "message"), BAD.values(), ids=list(BAD))
def test_a_bad_file_is_named_with_what_is_wrong(
    workspace: Workspace, folder: Path, contents: bytes, message: str
) -> None:
    (folder / "b.csv").write_bytes(contents)
    with pytest.raises(DataError) as error:
        taken(workspace)
    assert error.value.met == message
    assert workspace.catalog.find(DatasetVersion) == []
    (folder / "b.csv").unlink()
    assert taken(workspace).rows == 200


def test_a_few_bad_rows_go_to_the_quarantine_with_their_reasons(workspace: Workspace, folder: Path) -> None:
    with (folder / "a.csv").open("a") as file:
        file.write("900,UA,far,2013-01-01,1\n901,,5,soon,\n7,UA,5,2013-01-01,1\n")
    version = taken(workspace)
    assert (version.rows, version.quarantined) == (200, 3)
    assert quarantined(workspace, version).select("_row", "_reasons").rows() == [
        (201, ["distance: 'far' is not a finite number"]),
        (
            202,
            [
                "carrier: is missing",
                "departure: 'soon' is not a moment such as 2013-06-01T05:00:00Z",
                "delay: is missing",
            ],
        ),
        (203, ["flight: 7 stands more than once"]),
    ]


class Writing:
    """A source of files into one of which somebody writes while another is read."""

    def __init__(self, workspace: Workspace, path: Path) -> None:
        self._source = open_source(BY_FLIGHT, workspace.root)
        self._path = path

    def batches(self) -> Iterator[tuple[str, pl.DataFrame]]:
        for batch in self._source.batches():
            yield batch
            with self._path.open("a") as file:
                file.write("950,UA,5,2013-01-01,1\n")

    def fingerprint(self) -> dict[str, str]:
        return self._source.fingerprint()


def test_a_file_that_changes_under_the_run_is_refused(workspace: Workspace, folder: Path) -> None:
    source = Writing(workspace, folder / "a.csv")
    with pytest.raises(DataError, match=r"flights/a\.csv changed while it was read"):
        ingest(workspace, source, BY_FLIGHT, EVERY_SPLIT, flights_schema(), "run-1")
    assert workspace.catalog.find(DatasetVersion) == []


def test_a_file_that_changed_since_the_caller_looked_is_refused(workspace: Workspace, folder: Path) -> None:
    source = open_source(BY_FLIGHT, workspace.root)
    relied_on = source.fingerprint()
    flights(150).write_csv(folder / "a.csv")
    with pytest.raises(DataError, match=r"flights/a\.csv changed while it was read"):
        ingest(workspace, source, BY_FLIGHT, EVERY_SPLIT, flights_schema(), "run-1", expected=relied_on)
