"""Owns how the tables of a catalog come up to date: numbered SQL files, applied once each, in order, by one process."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from treadle.catalog.database import Connection, Database
from treadle.errors import CatalogError
from treadle.records import now

FOLDER = Path(__file__).parent / "sql" / "migrations"
TABLE = 'CREATE TABLE IF NOT EXISTS "migrations" ("number" INTEGER PRIMARY KEY, "name" TEXT, "applied" TEXT)'


class Migration(NamedTuple):
    """One step of the schema: its number, its name, and its statements with {position} for the counting column."""

    number: int
    name: str
    sql: str


def known() -> list[Migration]:
    """Return the migrations of this Treadle, in order."""
    files = sorted(FOLDER.glob("*.sql"))
    return [Migration(int(file.name[:4]), file.stem, file.read_text(encoding="utf-8")) for file in files]


def migrate(database: Database, migrations: Sequence[Migration] | None = None) -> None:
    """Apply what the database lacks of `migrations` (those of this Treadle if None), each wholly or not at all.

    Raises CatalogError if the database has a migration beyond them.
    """
    migrations = known() if migrations is None else migrations
    newest = migrations[-1].number
    with database.reading() as connection:
        tables = [row[0] for row in connection.execute(database.tables).fetchall()]
        applied = _applied(connection) if "migrations" in tables else 0
    if applied > newest:
        raise CatalogError(
            f"the catalog was written by a newer Treadle (its tables have number {applied})",
            expected=f"tables up to number {newest}",
            next_move="upgrade Treadle, or open another catalog",
        )
    if applied == newest:
        return
    for migration in migrations:
        with database.writing() as connection:
            connection.execute(TABLE)
            if _applied(connection) < migration.number:
                for statement in _statements(migration.sql.replace("{position}", database.position)):
                    connection.execute(statement)
                row = f"VALUES ({database.mark}, {database.mark}, {database.mark})"
                connection.execute(
                    f'INSERT INTO "migrations" ("number", "name", "applied") {row}',
                    (migration.number, migration.name, now()),
                )


def _applied(connection: Connection) -> int:
    return int(connection.execute('SELECT COALESCE(MAX("number"), 0) FROM "migrations"').fetchone()[0])


def _statements(sql: str) -> list[str]:
    """The statements of a file, which end in a semicolon at the end of a line; comments stand on their own lines."""
    lines = [line for line in sql.splitlines() if not line.lstrip().startswith("--")]
    return [statement for part in "\n".join(lines).split(";\n") if (statement := part.strip().rstrip(";"))]
