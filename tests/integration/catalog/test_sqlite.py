"""What is particular to the SQLite file: how it is opened, what stands in its way, a full disk."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from factories.disks import small_disk
from factories.records import a_run, a_step_result
from treadle.catalog import open_catalog
from treadle.catalog.audit import verify
from treadle.errors import CatalogError
from treadle.records import Run, StepResult


def test_the_folder_is_made_and_the_path_is_relative_to_the_root(tmp_path: Path) -> None:
    open_catalog(".treadle/deep/catalog.db", tmp_path).close()
    assert (tmp_path / ".treadle/deep/catalog.db").is_file()


def test_it_writes_ahead_and_flushes_every_commit(tmp_path: Path) -> None:
    open_catalog("catalog.db", tmp_path).close()
    file = sqlite3.connect(tmp_path / "catalog.db")
    assert file.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    file.close()


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a database, and longer than a header " * 10)
    with pytest.raises(CatalogError, match=r"notes.txt cannot be used(?s:.*)correct project.catalog"):
        open_catalog("notes.txt", tmp_path)
    assert (tmp_path / "notes.txt").read_text().startswith("not a database")


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "catalog.db").mkdir()
    with pytest.raises(CatalogError, match=r"catalog.db cannot be used: unable to open"):
        open_catalog("catalog.db", tmp_path)


def test_a_file_where_the_folder_should_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(CatalogError, match=r"the folder of the catalog (?s:.*) cannot be made"):
        open_catalog("taken/catalog.db", tmp_path)


def test_a_damaged_row_is_named(tmp_path: Path) -> None:
    catalog = open_catalog("catalog.db", tmp_path)
    with catalog.transaction("ada") as change:
        change.add(a_run(id="run-a"))
    file = sqlite3.connect(tmp_path / "catalog.db")
    with file:
        file.execute("UPDATE runs SET steps = '[7]'")
    file.close()
    with pytest.raises(CatalogError, match=r"row run-a of runs is damaged(?s:.*)treadle audit verify"):
        catalog.get(Run, "run-a")
    catalog.close()


def test_a_full_disk_is_told_and_loses_nothing_acknowledged(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", megabytes=2) as disk:
        catalog = open_catalog("catalog.db", disk)
        kept: list[StepResult] = []
        with pytest.raises(CatalogError, match=r"catalog.db cannot be used(?s:.*)free some disk space"):
            while True:
                result = a_step_result(parts={"filling": "x" * 20_000})
                with catalog.transaction("ada") as change:
                    change.add(result)
                    change.add(a_run(id=f"run-{len(kept)}"))
                kept.append(result)
        assert len(kept) > 5
        assert catalog.find(StepResult) == kept
        assert verify(catalog).entries == len(kept)
        catalog.close()
