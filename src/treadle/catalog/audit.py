"""Owns the proof that a catalog was changed only through Treadle: the audit chain and the rows it speaks of."""

from __future__ import annotations

from typing import NamedTuple

from treadle.catalog import Catalog, Reader
from treadle.catalog.chain import FIRST, hash_of
from treadle.errors import AuditBroken
from treadle.records import RECORDS, AuditEntry


class Verdict(NamedTuple):
    """What a chain that verifies amounts to; whoever keeps `head` elsewhere can later see that nothing was cut off."""

    entries: int
    head: str


def verify(catalog: Catalog) -> Verdict:
    """Check every audit entry, and every audited row against the last entry about it, as of one moment.

    Raises AuditBroken naming the first entry that was edited, dropped or moved, or else the first row that was added,
    edited or deleted behind the chain (as happens too when the newest entries are cut off).
    """
    with catalog.snapshot() as reader:
        entries = reader.find(AuditEntry)
        head = _follow(entries)
        _compare(reader, {(entry.kind, entry.subject): entry for entry in entries})
    return Verdict(len(entries), head)


def _follow(entries: list[AuditEntry]) -> str:
    """Return the hash of the last entry; AuditBroken at the first that does not follow the one before."""
    head = FIRST
    sequences = {entry.sequence for entry in entries}
    for sequence, entry in enumerate(entries, start=1):
        if entry.sequence != sequence:
            dropped = sequence not in sequences
            raise _broken(
                f"audit entry {sequence} is missing"
                if dropped
                else f"audit entry {sequence} was moved: entry {entry.sequence} stands in its place"
            )
        if entry.hash != hash_of(entry):
            raise _broken(f"audit entry {sequence} was edited: its hash does not fit ({entry.action} {entry.subject})")
        if entry.previous != head:
            raise _broken(f"audit entry {sequence} does not follow the entry before it, which was edited or exchanged")
        head = entry.hash
    return head


def _compare(reader: Reader, last: dict[tuple[str, str], AuditEntry]) -> None:
    for table, kind in RECORDS.items():
        if not kind.audited:
            continue
        rows = dict(reader.rows(kind))
        for id, digest in rows.items():
            entry = last.get((table, id))
            if entry is None or not entry.after:
                raise _broken(f"row {id} of {table} was added behind the audit chain, or entries about it were cut off")
            if entry.after != digest:
                raise _broken(f"row {id} of {table} is not what audit entry {entry.sequence} left: it was edited")
        for (of, id), entry in last.items():
            if of == table and entry.after and id not in rows:
                raise _broken(f"row {id} of {table} is gone, though audit entry {entry.sequence} left it there")


def _broken(met: str) -> AuditBroken:
    return AuditBroken(
        met,
        expected="every change of state made through Treadle, each with its entry",
        next_move="find out who can write to the catalog's database, and restore it from a backup",
    )
