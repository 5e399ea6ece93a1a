from __future__ import annotations

import pytest

from factories.records import an_alias
from treadle.catalog.chain import FIRST, hash_of, link
from treadle.records import AuditEntry


def an_entry(head: AuditEntry | None = None) -> AuditEntry:
    return link(head, "ada", "promote", an_alias(id="flights@champion"), "", "a" * 64)


def test_the_first_entry_follows_nothing() -> None:
    entry = an_entry()
    assert (entry.id, entry.sequence, entry.previous) == ("1", 1, FIRST)


def test_the_next_entry_carries_the_hash_of_the_one_before() -> None:
    first = an_entry()
    second = an_entry(first)
    assert (second.id, second.sequence, second.previous) == ("2", 2, first.hash)


def test_an_entry_says_who_did_what_to_which_row() -> None:
    entry = an_entry()
    assert (entry.actor, entry.action, entry.kind, entry.subject) == ("ada", "promote", "aliases", "flights@champion")


def test_the_hash_is_the_one_frozen_here() -> None:
    entry = an_entry().evolve(created="2026-03-01T12:00:00.000000Z")
    assert hash_of(entry) == "974e504939ae58945ae52c50b5713f0fdb97f961ebc5afb4d5b87502d205d0d8"


@pytest.mark.parametrize("field", [name for name in AuditEntry.__struct_fields__ if name != "hash"])
def test_the_hash_covers_every_other_field(field: str) -> None:
    entry = an_entry()
    other = entry.evolve(**{field: 99 if field == "sequence" else "other"})
    assert hash_of(other) != hash_of(entry)
    assert hash_of(entry.evolve(hash="other")) == entry.hash
