"""Owns what a SQL database must offer to hold a catalog, and the pool of its connections."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Generic, Protocol, TypeVar

from treadle.errors import CatalogError


class Cursor(Protocol):
    """What a statement returned."""

    @property
    def rowcount(self) -> int:
        """Rows changed."""

    def fetchone(self) -> Any:
        """Return the next row, or None."""

    def fetchall(self) -> list[Any]:
        """Return the remaining rows."""

    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """A connection, in autocommit unless a transaction was begun."""

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> Cursor:
        """Run one statement, prepared where it was run before."""

    def close(self) -> None:
        """Close it."""


class Database(Protocol):
    """A kind of database: its spelling of SQL, and how to read, see one moment, and write alone.

    Each of the three raises CatalogError for whatever the driver raises.
    """

    mark: str
    """What stands for a parameter."""
    position: str
    """Type of the column that counts rows in the order of their adding."""
    tables: str
    """Query for the names of the tables."""

    def reading(self) -> AbstractContextManager[Connection]:
        """Lend a connection to read from."""

    def snapshot(self) -> AbstractContextManager[Connection]:
        """Lend a connection whose reads all see one moment."""

    def writing(self) -> AbstractContextManager[Connection]:
        """Lend a connection in a transaction while no other process writes; commit at the end, or roll back."""

    def close(self) -> None:
        """Close every connection."""


C = TypeVar("C", bound=Connection)


class Pool(Generic[C]):
    """Open connections that nobody uses at the moment, lent to one thread at a time."""

    def __init__(self, connect: Callable[[], C], usable: Callable[[C], bool]) -> None:
        """`connect` opens one more; an idle one that is not `usable` any more is closed."""
        self._connect = connect
        self._usable = usable
        self._idle: deque[C] = deque()
        self._closed = False

    @contextmanager
    def lend(self) -> Iterator[C]:
        """Lend a connection; CatalogError once the pool is closed."""
        if self._closed:
            raise CatalogError("the catalog is closed", next_move="open the workspace again")
        connection = self._take()
        try:
            yield connection
        finally:
            self._idle.append(connection)
            if self._closed:
                self.close()

    def _take(self) -> C:
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return self._connect()
            if self._usable(connection):
                return connection
            connection.close()

    def close(self) -> None:
        """Close the idle connections now, the lent ones on their return."""
        self._closed = True
        while self._idle:
            self._idle.pop().close()
