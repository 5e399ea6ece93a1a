"""Owns the catalog in one SQLite file: write-ahead log, every commit flushed, any number of readers, one writer."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from treadle.catalog.database import Pool
from treadle.catalog.rows import SqlCatalog
from treadle.errors import CatalogError

PATIENCE = 60.0
"""Seconds a writer waits for another process to end its transaction."""


class SqliteDatabase:
    """A SQLite file."""

    mark = "?"
    position = "INTEGER PRIMARY KEY"
    tables = "SELECT name FROM sqlite_master WHERE type = 'table'"

    def __init__(self, path: Path) -> None:
        self.path = path
        self._pool = Pool(self._connect, lambda _: True)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection to read from."""
        with self._told(), self._pool.lend() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection whose reads all see the moment of the first."""
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection that alone may write."""
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        with self._told(), self._pool.lend() as connection:
            connection.execute(begin)
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=PATIENCE, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        try:
            _to_write_ahead(connection)
            connection.execute("PRAGMA synchronous = FULL")
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what SQLite raises into a CatalogError that says what to do."""
        try:
            yield
        except sqlite3.Error as error:
            raise CatalogError(
                f"the catalog {self.path} cannot be used: {error}",
                expected="a SQLite database that this account may write to",
                next_move=_NEXT_MOVES.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, "check the path of the file"),
            ) from error


def _to_write_ahead(connection: sqlite3.Connection) -> None:
    """Switch to the write-ahead log; SQLite itself does not wait here for others who open the new file."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)


_NEXT_MOVES = {
    sqlite3.SQLITE_FULL: "free some disk space, then run the same command again; nothing that was told is lost",
    sqlite3.SQLITE_IOERR: "free some disk space or check the disk, then run the same command again",
    sqlite3.SQLITE_BUSY: "another process has been writing for a minute; end it, then run the same command again",
    sqlite3.SQLITE_CANTOPEN: "make the folder, or correct project.catalog in treadle.toml",
    sqlite3.SQLITE_READONLY: "give this account the right to write there",
    sqlite3.SQLITE_NOTADB: "the file is something else: correct project.catalog in treadle.toml",
    sqlite3.SQLITE_CORRUPT: "restore the file from a backup",
}


def open_sqlite(address: str, root: Path) -> SqlCatalog:
    """Open the SQLite catalog at `address`, a path relative to `root`; CatalogError if that cannot be."""
    path = root / address.removeprefix("sqlite://")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CatalogError(
            f"the folder of the catalog {path} cannot be made: {error.strerror}",
            next_move="check project.catalog in treadle.toml and the permissions of the folder",
        ) from error
    return SqlCatalog(SqliteDatabase(path))
