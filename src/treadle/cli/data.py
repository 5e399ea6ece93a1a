"""Owns `treadle data`: dataset versions."""

from __future__ import annotations

import click

from treadle.cli.console import facts, json_option, lines, opened, project_option, short, table, when
from treadle.data import versions
from treadle.errors import NotFound
from treadle.project import Project
from treadle.records import DatasetVersion, TestRead


@click.group()
def command() -> None:
    """List and show dataset versions."""


@command.command("list")
@json_option
@project_option
def list_versions(project: Project, as_json: bool) -> None:
    """List dataset versions, newest first."""
    with opened(project) as workspace:
        found = workspace.catalog.find(DatasetVersion, newest_first=True)
    if as_json:
        lines(found)
        return
    table(
        ["version", "dataset", "created", "rows", "train", "validation", "test", "quarantined", "sources"],
        [
            (
                short(v.id),
                v.dataset,
                when(v.created),
                v.rows,
                *(v.split_rows.get(split, 0) for split in ("train", "validation", "test")),
                v.quarantined,
                len(v.sources),
            )
            for v in found
        ],
        empty="No dataset version yet: run `treadle build`.",
    )


@command.command()
@click.argument("version")
@project_option
def show(project: Project, version: str) -> None:
    """Show one version (its id or the beginning of it): schema, parts, refused rows, readings of its test split."""
    with opened(project) as workspace:
        all_versions = workspace.catalog.find(DatasetVersion)
        matches = [v for v in all_versions if v.id.startswith(version)]
        if len(matches) != 1:
            raise NotFound(
                f"{len(matches)} dataset versions begin with {version!r}", next_move="see `treadle data list`"
            )
        found = matches[0]
        schema = versions.schema(workspace, found)
        refused = versions.quarantined(workspace, found)
        reads = workspace.catalog.find(TestRead, dataset_version=found.id)
    facts(
        [
            ("version", found.id),
            ("created", f"{when(found.created)} by {found.actor} in {found.run}"),
            ("parent", found.parent or "-"),
            ("split rule", found.split),
            ("rows", f"{found.rows:,} ({', '.join(f'{n:,} {s}' for s, n in found.split_rows.items())})"),
            ("quarantined", f"{found.quarantined:,}"),
            ("test split read", f"{len(reads)} times ({', '.join(sorted({r.purpose for r in reads})) or 'never'})"),
        ]
    )
    click.echo()
    table(
        ["column", "type", "missing allowed"],
        [(name, column.type, "yes" if column.null else "no") for name, column in schema.items()],
        empty="",
    )
    if refused.height:
        click.echo()
        click.echo(refused.head(5))
