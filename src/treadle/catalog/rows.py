"""Owns the catalog over any SQL database: reading records, and changing them with an audit entry each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, get_ident
from typing import Any, TypeVar

from treadle.catalog.chain import link
from treadle.catalog.database import Connection, Database
from treadle.catalog.mapping import Plan, plan
from treadle.catalog.migrations import migrate
from treadle.errors import CatalogError, Conflict, NotFound
from treadle.kinds import nearest
from treadle.records import AuditEntry, Record

R = TypeVar("R", bound=Record)
NEAR = 1000
"""Newest ids among which a near miss is looked for."""


class SqlReader:
    """Reads over one connection."""

    def __init__(self, connection: Connection, mark: str) -> None:
        self._connection = connection
        self._mark = mark

    def get(self, kind: type[R], id: str, /) -> R:
        """Return the record named `id`; NotFound, with the nearest id, if there is none."""
        its: Plan[R] = plan(kind, self._mark)
        row = self._connection.execute(its.by_id, (id,)).fetchone()
        if row is None:
            raise self._missing(its, id)
        return its.record(row)

    def find(self, kind: type[R], /, *, newest_first: bool = False, limit: int | None = None, **equal: Any) -> list[R]:
        """Return the records whose scalar fields have the values `equal`; CatalogError if one is no column."""
        its = plan(kind, self._mark)
        sql, parameters = its.search(equal, newest_first, limit)
        return [its.record(row) for row in self._connection.execute(sql, parameters).fetchall()]

    def rows(self, kind: type[Record], /) -> Iterator[tuple[str, str]]:
        """Yield the id and the digest of each row as it stands, whether or not it is still a valid record."""
        its = plan(kind, self._mark)
        for row in self._connection.execute(its.search({}, False, None)[0]):
            yield row[0], its.digest(row)

    def _missing(self, its: Plan[R], id: str) -> NotFound:
        newest = f'SELECT "id" FROM "{its.table}" ORDER BY "position" DESC LIMIT {NEAR}'
        known = [row[0] for row in self._connection.execute(newest).fetchall()]
        return NotFound(f"no {its.kind.__name__} {id!r} in the catalog", next_move=nearest(id, known))


class SqlTransaction(SqlReader):
    """Changes over one connection that nobody else interrupts."""

    def __init__(self, connection: Connection, mark: str, actor: str) -> None:
        super().__init__(connection, mark)
        self._actor = actor
        self._head: AuditEntry | None = None

    def add(self, record: Record, action: str = "") -> None:
        """Insert; the same record again is no change; Conflict if its id is taken by other contents."""
        its = plan(type(record), self._mark)
        values = its.values(record)
        if self._connection.execute(its.insert, values).rowcount == 0:
            if self._standing(its, record.id) == its.digest(values):
                return
            raise Conflict(
                f"{its.kind.__name__} {record.id} exists with other contents",
                next_move="read it again and decide with what it says now",
            )
        self._audit(record, action or "add", "", its.digest(values))

    def replace(self, old: Record, new: Record, action: str = "") -> None:
        """Put `new` where `old` stands; Conflict if the row is not `old` any more."""
        its = plan(type(old), self._mark)
        before = self._still(its, old)
        if old.id != new.id or type(old) is not type(new):
            raise Conflict(f"{its.kind.__name__} {old.id} cannot become {new.id}", expected="the same kind and id")
        values = its.values(new)
        self._connection.execute(its.update, (*values, old.id))
        self._audit(new, action or "replace", before, its.digest(values))

    def remove(self, record: Record, action: str = "") -> None:
        """Delete the row; Conflict if it is not `record` any more."""
        its = plan(type(record), self._mark)
        before = self._still(its, record)
        self._connection.execute(its.delete, (record.id,))
        self._audit(record, action or "remove", before, "")

    def _still(self, its: Plan[Any], old: Record) -> str:
        """Return the digest of the row of `old`; Conflict if it is gone or differs."""
        stands = self._standing(its, old.id)
        if stands is None or stands != its.digest(its.values(old)):
            raise Conflict(
                f"{its.kind.__name__} {old.id} " + ("is gone" if stands is None else "was changed by someone else"),
                next_move="read it again and decide with what it says now",
            )
        return stands

    def _standing(self, its: Plan[Any], id: str) -> str | None:
        row = self._connection.execute(its.by_id, (id,)).fetchone()
        return None if row is None else its.digest(row)

    def _audit(self, record: Record, action: str, before: str, after: str) -> None:
        if isinstance(record, AuditEntry):
            raise CatalogError("audit entries are written by the catalog alone", expected="any other record")
        if not record.audited:
            return
        entries = plan(AuditEntry, self._mark)
        if self._head is None:
            newest = self.find(AuditEntry, newest_first=True, limit=1)
            self._head = newest[0] if newest else None
        self._head = link(self._head, self._actor, action, record, before, after)
        self._connection.execute(entries.insert, entries.values(self._head))


class SqlCatalog:
    """A catalog in a SQL database."""

    def __init__(self, database: Database) -> None:
        """Take the database over, bringing its tables up to date; CatalogError if they are newer than this Treadle."""
        self._database = database
        self._turn = Lock()
        self._writer = 0
        try:
            migrate(database)
        except BaseException:
            database.close()
            raise

    @contextmanager
    def transaction(self, actor: str) -> Iterator[SqlTransaction]:
        """Begin a transaction of `actor`, committed at the end of the block, undone if the block raises."""
        if self._writer == get_ident():
            raise CatalogError("a transaction is open in this thread already", expected="one at a time")
        with self._turn:
            self._writer = get_ident()
            try:
                with self._database.writing() as connection:
                    yield SqlTransaction(connection, self._database.mark, actor)
            finally:
                self._writer = 0

    @contextmanager
    def snapshot(self) -> Iterator[SqlReader]:
        """Read as of one moment, whatever others write meanwhile."""
        with self._database.snapshot() as connection:
            yield SqlReader(connection, self._database.mark)

    def get(self, kind: type[R], id: str, /) -> R:
        """Return the record named `id`; NotFound, with the nearest id, if there is none."""
        with self._database.reading() as connection:
            return SqlReader(connection, self._database.mark).get(kind, id)

    def find(self, kind: type[R], /, *, newest_first: bool = False, limit: int | None = None, **equal: Any) -> list[R]:
        """Return the records whose scalar fields have the values `equal`; CatalogError if one is no column."""
        with self._database.reading() as connection:
            reader = SqlReader(connection, self._database.mark)
            return reader.find(kind, newest_first=newest_first, limit=limit, **equal)

    def close(self) -> None:
        """Close every connection."""
        self._database.close()
