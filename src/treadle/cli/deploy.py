"""Owns `treadle deploy`."""

from __future__ import annotations

import click

from treadle import registry
from treadle.cli.console import opened, project_option, short
from treadle.delivery import deploy as delivery
from treadle.project import Project


@click.command()
@click.argument("environment")
@click.option("--model", "name", default=None, help="Version (flights/3) or alias (flights@champion, the default).")
@project_option
def command(project: Project, environment: str, name: str | None) -> None:
    """Put a model version live in an ENVIRONMENT, without dropping a request."""
    settings = project.environment(environment)
    with opened(project) as workspace:
        version = registry.resolve(workspace, name or project.name)
        made = delivery.deploy(workspace, environment, settings, version, click.echo)
    click.echo(f"{made.model_version} (package {short(made.package)}) is live in {environment} at {made.address}")
