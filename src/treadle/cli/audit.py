"""Owns `treadle audit`: the chain of who changed what."""

from __future__ import annotations

import click

from treadle.catalog.audit import verify as verify_chain
from treadle.cli.console import json_option, lines, opened, project_option, short, table, when
from treadle.project import Project
from treadle.records import AuditEntry


@click.group()
def command() -> None:
    """List and verify the audit chain."""


@command.command("list")
@click.option("--limit", default=30, show_default=True, help="How many of the newest entries.")
@json_option
@project_option
def list_entries(project: Project, limit: int, as_json: bool) -> None:
    """List the newest changes of state: when, who, what, of which record."""
    with opened(project) as workspace:
        entries = workspace.catalog.find(AuditEntry, newest_first=True, limit=limit)
    if as_json:
        lines(entries)
        return
    table(
        ["entry", "when", "actor", "action", "record", "hash"],
        [(e.sequence, when(e.created), e.actor, e.action, f"{e.kind} {e.subject}", short(e.hash)) for e in entries],
        empty="No change of state yet.",
    )


@command.command()
@project_option
def verify(project: Project) -> None:
    """Recompute the hash chain and compare every record with its last entry.

    Names the first entry that was edited, dropped or reordered, and exits with 1.
    """
    with opened(project) as workspace:
        verdict = verify_chain(workspace.catalog)
    click.echo(f"The audit chain holds: {verdict.entries} entries, head {short(verdict.head) or '-'}.")
