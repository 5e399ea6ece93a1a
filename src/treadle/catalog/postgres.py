"""Owns the catalog in a PostgreSQL database: any number of readers, one writer at a time held by an advisory lock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from select import POLLIN, poll
from typing import Any, cast

from treadle.catalog.database import Connection, Pool
from treadle.catalog.rows import SqlCatalog
from treadle.errors import CatalogError

try:
    import psycopg
    from psycopg import conninfo, errors
except ImportError as missing:
    raise CatalogError(
        "a PostgreSQL catalog needs the package psycopg, which is not installed",
        next_move="pip install 'treadle[postgres]'",
    ) from missing

PATIENCE = 60
"""Seconds a writer waits for another to end its transaction."""
SESSION = f"-c lock_timeout={PATIENCE}s -c client_min_messages=warning"
ONE_WRITER = "SELECT pg_advisory_xact_lock(hashtext('treadle'), hashtext(current_schema()))"


class PostgresDatabase:
    """A schema of a PostgreSQL database: the first of the connection's search path."""

    mark = "%s"
    position = "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
    tables = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"

    def __init__(self, address: str) -> None:
        with self._told("the address in project.catalog"):
            parts = conninfo.conninfo_to_dict(address)
        self._options: dict[str, Any] = {
            **parts,
            "connect_timeout": parts.get("connect_timeout", 10),
            "application_name": parts.get("application_name", "treadle"),
            "options": f"{SESSION} {parts.get('options', '')}",
        }
        self.name = f"{parts.get('dbname', '')} at {parts.get('host', 'localhost')}:{parts.get('port', 5432)}"
        self._pool = Pool(self._connect, _usable)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Lend a connection to read from."""
        with self._told(self.name), self._pool.lend() as connection:
            yield _plain(connection)

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Lend a connection whose reads all see the moment of the first."""
        with self._told(self.name), self._pool.lend() as connection, connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield _plain(connection)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Lend a connection that alone may write."""
        with self._told(self.name), self._pool.lend() as connection, connection.transaction():
            connection.execute(ONE_WRITER)
            yield _plain(connection)

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(autocommit=True, **self._options)

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        """Turn what psycopg raises into a CatalogError that says what to do; the address's password is not shown."""
        try:
            yield
        except psycopg.Error as error:
            raise CatalogError(
                f"the catalog {what} cannot be used: {str(error).strip() or type(error).__name__}",
                expected="a PostgreSQL database that answers, and an account that may make tables in it",
                next_move=self._next_move(error),
            ) from error

    @staticmethod
    def _next_move(error: psycopg.Error) -> str:
        if isinstance(error, errors.LockNotAvailable):
            return "another process has been writing for a minute; end it, then run the same command again"
        if isinstance(error, errors.DiskFull):
            return "free some disk space on the server, then run the same command again"
        if "does not exist" in str(error):
            return "make it with `createdb` or `createuser`, or correct project.catalog in treadle.toml"
        return "start the server, or correct project.catalog in treadle.toml"


def _usable(connection: psycopg.Connection[tuple[object, ...]]) -> bool:
    """Whether the connection is open; a server that went away has left a last word on the idle socket."""
    if connection.closed:
        return False
    waiting = poll()
    waiting.register(connection.fileno(), POLLIN)
    return not waiting.poll(0)


def _plain(connection: psycopg.Connection[tuple[object, ...]]) -> Connection:
    return cast(Connection, connection)


def open_postgres(address: str, root: Path) -> SqlCatalog:
    """Open the catalog in the database at `address`; `root` plays no part. CatalogError if that cannot be."""
    del root
    return SqlCatalog(PostgresDatabase(address))
