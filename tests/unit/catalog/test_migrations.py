from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from treadle.catalog.migrations import Migration, known, migrate
from treadle.catalog.sqlite import SqliteDatabase
from treadle.errors import CatalogError
from treadle.records import RECORDS

FIRST = Migration(1, "0001_pets", 'CREATE TABLE "pets" ("position" {position}, "name" TEXT);\n')
SECOND = Migration(2, "0002_age", "-- how; old\nALTER TABLE pets ADD COLUMN age BIGINT;\nUPDATE pets SET age = 3;\n")
THIRD = Migration(3, "0003_wrong", "ALTER TABLE pets ADD COLUMN sex TEXT;\nALTER TABLE nowhere ADD COLUMN x TEXT;\n")


@pytest.fixture
def database(tmp_path: Path) -> SqliteDatabase:
    return SqliteDatabase(tmp_path / "catalog.db")


def rows(database: SqliteDatabase, sql: str) -> list[tuple[object, ...]]:
    with database.reading() as connection:
        return connection.execute(sql).fetchall()


def test_migrations_are_numbered_without_a_gap() -> None:
    assert [migration.number for migration in known()] == list(range(1, len(known()) + 1))


def test_each_is_applied_over_the_rows_the_one_before_left(database: SqliteDatabase) -> None:
    migrate(database, [FIRST])
    with database.writing() as connection:
        connection.execute("INSERT INTO pets (name) VALUES ('Rex')")
    migrate(database, [FIRST, SECOND])
    assert rows(database, "SELECT name, age FROM pets") == [("Rex", 3)]
    assert rows(database, "SELECT number, name FROM migrations") == [(1, "0001_pets"), (2, "0002_age")]
    database.close()


def test_none_is_applied_twice(database: SqliteDatabase) -> None:
    for _ in range(2):
        migrate(database, [FIRST, SECOND])
    assert rows(database, "SELECT count(*) FROM migrations") == [(2,)]
    database.close()


def test_one_that_fails_is_not_applied_in_part_and_those_before_it_stay(database: SqliteDatabase) -> None:
    with pytest.raises(CatalogError, match="no such table: nowhere"):
        migrate(database, [FIRST, SECOND, THIRD])
    assert rows(database, "SELECT max(number) FROM migrations") == [(2,)]
    assert [row[1] for row in rows(database, "PRAGMA table_info(pets)")] == ["position", "name", "age"]
    database.close()


def test_a_catalog_of_a_newer_treadle_is_refused_and_left_alone(database: SqliteDatabase) -> None:
    migrate(database, [FIRST, SECOND])
    with pytest.raises(CatalogError, match=r"written by a newer Treadle \(its tables have number 2\)(?s:.*)upgrade"):
        migrate(database, [FIRST])
    database.close()


def test_another_process_that_opens_meanwhile_waits_and_finds_it_done(database: SqliteDatabase, tmp_path: Path) -> None:
    """Between looking and locking someone else may have migrated: what is applied is looked up again in the lock."""
    migrate(database, [FIRST])

    class Late(SqliteDatabase):
        tables = "SELECT 'none yet'"

    late = Late(tmp_path / "catalog.db")
    migrate(late, [FIRST])
    assert rows(database, "SELECT count(*) FROM migrations") == [(1,)]
    late.close()
    database.close()


def test_the_tables_have_the_columns_of_the_records(database: SqliteDatabase) -> None:
    migrate(database)
    for table, kind in RECORDS.items():
        columns = [row[1] for row in rows(database, f'PRAGMA table_info("{table}")')]
        assert columns == ["position", *sorted(kind.__struct_fields__, key=columns.index)], table
    database.close()


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("step_results", "step"),
        ("runs", "parent"),
        ("deployments", "environment"),
        ("model_versions", "model"),
        ("windows", "environment"),
        ("run_requests", "status"),
        ("runs", "id"),
    ],
)
def test_what_is_looked_up_has_an_index(database: SqliteDatabase, table: str, column: str) -> None:
    migrate(database)
    plan = rows(database, f"EXPLAIN QUERY PLAN SELECT * FROM {table} WHERE \"{column}\" = 'x'")
    assert "USING INDEX" in str(plan)
    database.close()


def test_the_file_can_be_read_by_sql_alone(database: SqliteDatabase, tmp_path: Path) -> None:
    migrate(database)
    database.close()
    file = sqlite3.connect(tmp_path / "catalog.db")
    assert file.execute("SELECT count(*) FROM runs").fetchone() == (0,)
    file.close()
