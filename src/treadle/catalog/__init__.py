"""Owns rows: records kept in a database, one table a kind, every change of state in an audit chain.

The contract is `Catalog`: `get` and `find` read, `transaction` writes, `snapshot` reads several things at one moment.
Every catalog answers the same; tests/integration/catalog/test_contract.py says how.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

from treadle.kinds import Kinds
from treadle.records import Record

__all__ = ["CATALOGS", "Catalog", "Reader", "Transaction", "open_catalog"]

R = TypeVar("R", bound=Record)


class Reader(Protocol):
    """What can be read. Rows come in the order in which they were added."""

    def get(self, kind: type[R], id: str, /) -> R:
        """Return the record named `id`; NotFound, with the nearest id, if there is none."""

    def find(self, kind: type[R], /, *, newest_first: bool = False, limit: int | None = None, **equal: Any) -> list[R]:
        """Return the records whose scalar fields have the values `equal`; CatalogError if one is no column."""

    def rows(self, kind: type[Record], /) -> Iterator[tuple[str, str]]:
        """Yield the id and the digest of each row as it stands, whether or not it is still a valid record."""


class Transaction(Reader, Protocol):
    """Changes that happen wholly or not at all; reads in it see them, and no other writer comes between."""

    def add(self, record: Record, action: str = "") -> None:
        """Insert; the same record again is no change; Conflict if its id is taken by other contents."""

    def replace(self, old: Record, new: Record, action: str = "") -> None:
        """Put `new` where `old` stands; Conflict if the row is not `old` any more."""

    def remove(self, record: Record, action: str = "") -> None:
        """Delete the row; Conflict if it is not `record` any more."""


class Catalog(Protocol):
    """An open catalog, usable from several threads; other processes may have it open as well."""

    def transaction(self, actor: str) -> AbstractContextManager[Transaction]:
        """Begin a transaction of `actor`, committed at the end of the block, undone if the block raises."""

    def snapshot(self) -> AbstractContextManager[Reader]:
        """Read as of one moment, whatever others write meanwhile."""

    def get(self, kind: type[R], id: str, /) -> R:
        """Return the record named `id`; NotFound, with the nearest id, if there is none."""

    def find(self, kind: type[R], /, *, newest_first: bool = False, limit: int | None = None, **equal: Any) -> list[R]:
        """Return the records whose scalar fields have the values `equal`; CatalogError if one is no column."""

    def close(self) -> None:
        """Close every connection."""


CATALOGS = Kinds(
    "catalog",
    {
        "sqlite": "treadle.catalog.sqlite:open_sqlite",
        "postgresql": "treadle.catalog.postgres:open_postgres",
        "postgres": "treadle.catalog.postgres:open_postgres",
    },
)
"""Kinds of catalog by the scheme of their address; an address without a scheme is a SQLite file."""


def open_catalog(address: str, root: Path) -> Catalog:
    """Open the catalog at `address`: a SQLite file relative to `root`, or `postgresql://user@host/database`.

    The schema is brought up to date. Raises UnknownKind for a scheme nobody serves; CatalogError if the database
    cannot be opened or was written by a newer Treadle.
    """
    scheme, separator, _ = address.partition("://")
    return cast(Catalog, CATALOGS.load(scheme if separator else "sqlite")(address, root))
