"""Owns how audit entries follow each other: each carries the hash of the one before and of itself."""

from __future__ import annotations

import msgspec
from blake3 import blake3

from treadle.records import AuditEntry, Record, canonical, now

FIRST = "0" * 64
"""What the first entry names as the hash before it."""


def hash_of(entry: AuditEntry) -> str:
    """Return the hash the entry should carry: BLAKE3 over the canonical JSON of all its other fields."""
    fields = msgspec.structs.asdict(entry)
    del fields["hash"]
    return blake3(canonical(fields)).hexdigest()


def link(head: AuditEntry | None, actor: str, action: str, record: Record, before: str, after: str) -> AuditEntry:
    """Return the entry that follows `head`: `actor` did `action` to `record`, whose row's digest changed so."""
    sequence = head.sequence + 1 if head else 1
    entry = AuditEntry(
        id=str(sequence),
        sequence=sequence,
        created=now(),
        actor=actor,
        action=action,
        kind=record.table,
        subject=record.id,
        before=before,
        after=after,
        previous=head.hash if head else FIRST,
        hash="",
    )
    return entry.evolve(hash=hash_of(entry))
