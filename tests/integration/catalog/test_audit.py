"""The chain is tampered with by real SQL, and the entry or row is named."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from factories.records import a_run, a_step_result, an_alias
from treadle.catalog import Catalog, open_catalog
from treadle.catalog.audit import verify
from treadle.catalog.chain import FIRST, hash_of
from treadle.errors import AuditBroken
from treadle.records import AuditEntry


def sql(address: str, *statements: str) -> None:
    """Run statements behind the catalog's back."""
    if address.startswith("postgresql"):
        with psycopg.connect(address) as server:
            for statement in statements:
                server.execute(statement.encode())
        return
    file = sqlite3.connect(address)
    with file:
        for statement in statements:
            file.execute(statement)
    file.close()


@pytest.fixture
def written(catalog: Catalog) -> Iterator[Catalog]:
    """A catalog with the five entries: run a added, run b added, alias added, alias replaced, run a replaced."""
    first, alias = a_run(id="run-a"), an_alias(id="flights@champion")
    for record in (first, a_run(id="run-b"), alias):
        with catalog.transaction("ada") as change:
            change.add(record)
    with catalog.transaction("ada") as change:
        change.replace(alias, alias.evolve(version=2))
    with catalog.transaction("ada") as change:
        change.replace(first, first.evolve(status="succeeded"))
    yield catalog


def broken(catalog: Catalog, message: str) -> None:
    with pytest.raises(AuditBroken, match=message):
        verify(catalog)


def test_an_empty_chain_verifies(catalog: Catalog) -> None:
    assert verify(catalog) == (0, FIRST)


def test_an_untouched_chain_verifies_and_names_its_head(written: Catalog) -> None:
    assert verify(written) == (5, written.find(AuditEntry)[-1].hash)


def test_rows_without_audit_play_no_part(written: Catalog) -> None:
    with written.transaction("ada") as change:
        change.add(a_step_result())
    assert verify(written).entries == 5


@pytest.mark.parametrize("field", ["actor", "action", "subject", "created", "after", "before"])
def test_an_edited_entry_is_named(written: Catalog, address: str, field: str) -> None:
    sql(address, f"UPDATE audit_entries SET \"{field}\" = 'eve' WHERE sequence = 3")
    broken(written, "^audit entry 3 was edited")


def test_an_entry_edited_with_its_hash_made_to_fit_is_named_by_the_next(written: Catalog, address: str) -> None:
    forged = written.find(AuditEntry)[1].evolve(actor="eve")
    sql(address, f"UPDATE audit_entries SET actor = 'eve', hash = '{hash_of(forged)}' WHERE sequence = 2")
    broken(written, "^audit entry 3 does not follow the entry before it")


@pytest.mark.parametrize("sequence", [1, 3])
def test_a_dropped_entry_is_named(written: Catalog, address: str, sequence: int) -> None:
    sql(address, f"DELETE FROM audit_entries WHERE sequence = {sequence}")
    broken(written, f"^audit entry {sequence} is missing")


def test_exchanged_entries_are_named(written: Catalog, address: str) -> None:
    sql(
        address,
        "UPDATE audit_entries SET sequence = 99, id = '99' WHERE sequence = 2",
        "UPDATE audit_entries SET sequence = 2, id = '2' WHERE sequence = 3",
        "UPDATE audit_entries SET sequence = 3, id = '3' WHERE sequence = 99",
    )
    broken(written, "^audit entry 2 was moved: entry 3 stands in its place")


def test_the_newest_entry_cut_off_is_seen_by_its_row(written: Catalog, address: str) -> None:
    sql(address, "DELETE FROM audit_entries WHERE sequence = 5")
    broken(written, "^row run-a of runs is not what audit entry 1 left")


def test_an_edited_row_is_named(written: Catalog, address: str) -> None:
    sql(address, "UPDATE runs SET status = 'succeeded' WHERE id = 'run-b'")
    broken(written, "^row run-b of runs is not what audit entry 2 left")


def test_a_row_edited_into_nonsense_is_named_too(written: Catalog, address: str) -> None:
    sql(address, "UPDATE runs SET metrics = '{broken' WHERE id = 'run-b'")
    broken(written, "^row run-b of runs is not what audit entry 2 left")


def test_an_added_row_is_named(written: Catalog, address: str) -> None:
    sql(
        address,
        "INSERT INTO aliases (id, model, alias, version, since, actor, reason) "
        "VALUES ('flights@sneaky', 'flights', 'sneaky', 7, '', 'eve', '')",
    )
    broken(written, "^row flights@sneaky of aliases was added behind the audit chain")


def test_a_deleted_row_is_named(written: Catalog, address: str) -> None:
    sql(address, "DELETE FROM aliases")
    broken(written, "^row flights@champion of aliases is gone, though audit entry 4 left it there")


def test_a_removed_row_brought_back_is_named(written: Catalog, address: str) -> None:
    sql(address, "CREATE TABLE kept AS SELECT * FROM aliases")
    with written.transaction("ada") as change:
        change.remove(an_alias(id="flights@champion", version=2))
    assert verify(written).entries == 6
    columns = "id, model, alias, version, since, actor, reason"
    sql(address, f"INSERT INTO aliases ({columns}) SELECT {columns} FROM kept")
    broken(written, "^row flights@champion of aliases was added behind the audit chain")


def test_a_chain_goes_on_verifying_when_a_field_is_added_to_a_record_later(
    written: Catalog, address: str, tmp_path: Path
) -> None:
    """A migration gives old rows the default of a new column, which leaves their digests as they were."""
    sql(address, "ALTER TABLE aliases DROP COLUMN reason")
    sql(address, "ALTER TABLE aliases ADD COLUMN reason TEXT NOT NULL DEFAULT ''")
    again = open_catalog(address, tmp_path)
    assert verify(again).entries == 5
    again.close()
