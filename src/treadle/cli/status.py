"""Owns `treadle status`."""

from __future__ import annotations

import click

from treadle.cli.console import opened, project_option, short, table, when
from treadle.delivery import deploy as delivery
from treadle.project import Project


@click.command()
@project_option
def command(project: Project) -> None:
    """Show what is live where, as recorded and as the target says."""
    rows = []
    with opened(project) as workspace:
        for name, settings in project.settings.environments.items():
            made = delivery.live(workspace, name)
            seen = delivery.target_of(workspace, name, settings).status()
            says = (
                f"{seen.status}, {len(seen.workers)} worker(s), package {short(seen.package)}"
                if seen
                else "not running"
            )
            rows.append(
                (
                    name,
                    made.model_version if made else "-",
                    when(made.created) if made else "-",
                    made.address if made and seen else "-",
                    says,
                )
            )
    table(["environment", "version", "since", "address", "target says"], rows, empty="No environment in treadle.toml.")
