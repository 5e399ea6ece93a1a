from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest

from treadle.catalog.database import Pool
from treadle.errors import CatalogError


class Opened:
    """Counts the connections it opens, and says which of them are still usable."""

    def __init__(self) -> None:
        self.connections: list[sqlite3.Connection] = []
        self.spoilt: list[sqlite3.Connection] = []
        self.pool = Pool(self.connect, lambda connection: connection not in self.spoilt)

    def connect(self) -> sqlite3.Connection:
        self.connections.append(sqlite3.connect(":memory:"))
        return self.connections[-1]


@pytest.fixture
def opened() -> Iterator[Opened]:
    opened = Opened()
    yield opened
    opened.pool.close()


def is_open(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("SELECT 1")
    except sqlite3.ProgrammingError:
        return False
    return True


def test_a_connection_is_lent_again(opened: Opened) -> None:
    for _ in range(3):
        with opened.pool.lend():
            pass
    assert len(opened.connections) == 1


def test_two_at_a_time_get_two(opened: Opened) -> None:
    with opened.pool.lend() as one, opened.pool.lend() as other:
        assert one is not other


def test_one_that_raised_comes_back(opened: Opened) -> None:
    with pytest.raises(ZeroDivisionError), opened.pool.lend():
        _ = 1 / 0
    with opened.pool.lend() as again:
        assert again is opened.connections[0]


def test_one_that_is_not_usable_any_more_is_closed_and_replaced(opened: Opened) -> None:
    with opened.pool.lend() as first:
        opened.spoilt.append(first)
    with opened.pool.lend() as second:
        assert second is not first
    assert not is_open(first)


def test_closing_closes_the_idle_now_and_the_lent_on_their_return(opened: Opened) -> None:
    with opened.pool.lend() as lent:
        with opened.pool.lend() as idle:
            pass
        opened.pool.close()
        assert (is_open(idle), is_open(lent)) == (False, True)
    assert not is_open(lent)


def test_a_closed_pool_lends_nothing(opened: Opened) -> None:
    opened.pool.close()
    with pytest.raises(CatalogError, match="closed"), opened.pool.lend():
        pass
