from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from factories.records import a_run, a_step_result
from treadle.catalog.rows import SqlCatalog
from treadle.catalog.sqlite import SqliteDatabase
from treadle.errors import CatalogError, NotFound
from treadle.records import AuditEntry, Run, StepResult


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[SqlCatalog]:
    opened = SqlCatalog(SqliteDatabase(tmp_path / "catalog.db"))
    yield opened
    opened.close()


def test_the_entries_of_one_transaction_follow_each_other(catalog: SqlCatalog) -> None:
    with catalog.transaction("ada") as change:
        for _ in range(3):
            change.add(a_run())
    first, second, third = catalog.find(AuditEntry)
    assert (second.previous, third.previous) == (first.hash, second.hash)


def test_after_a_transaction_that_failed_the_next_may_begin(catalog: SqlCatalog) -> None:
    with pytest.raises(ZeroDivisionError), catalog.transaction("ada"):
        _ = 1 / 0
    with catalog.transaction("ada") as change:
        change.add(a_run())
    assert len(catalog.find(Run)) == 1


def test_rows_give_the_id_and_digest_of_each_even_if_damaged(catalog: SqlCatalog, tmp_path: Path) -> None:
    with catalog.transaction("ada") as change:
        change.add(a_step_result(id="key-1"))
        change.add(a_step_result(id="key-2"))
    with catalog.snapshot() as reader:
        before = dict(reader.rows(StepResult))
    database = SqliteDatabase(tmp_path / "catalog.db")
    with database.writing() as connection:
        connection.execute("UPDATE step_results SET parts = 'nonsense' WHERE id = 'key-2'")
    database.close()
    with catalog.snapshot() as reader:
        after = dict(reader.rows(StepResult))
    assert list(after) == ["key-1", "key-2"]
    assert after["key-1"] == before["key-1"]
    assert after["key-2"] != before["key-2"]


def test_nothing_near_is_suggested_when_nothing_is_near(catalog: SqlCatalog) -> None:
    with pytest.raises(NotFound) as met:
        catalog.get(Run, "run-1")
    assert str(met.value) == "no Run 'run-1' in the catalog"


def test_a_database_that_cannot_be_migrated_is_closed_again(tmp_path: Path) -> None:
    (tmp_path / "catalog.db").write_text("no database at all, but rather long for one " * 5)
    database = SqliteDatabase(tmp_path / "catalog.db")
    with pytest.raises(CatalogError, match="not a database"):
        SqlCatalog(database)
    with pytest.raises(CatalogError, match="closed"), database.reading():
        pass
