"""Owns `treadle rollback`."""

from __future__ import annotations

import click

from treadle.cli.console import opened, project_option
from treadle.delivery import deploy as delivery
from treadle.project import Project


@click.command()
@click.argument("environment")
@project_option
def command(project: Project, environment: str) -> None:
    """Put the release that was live before back live in an ENVIRONMENT."""
    settings = project.environment(environment)
    with opened(project) as workspace:
        made = delivery.rollback(workspace, environment, settings, click.echo)
    click.echo(f"{made.model_version} is live in {environment} at {made.address}")
