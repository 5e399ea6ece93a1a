"""Owns `treadle stop`."""

from __future__ import annotations

import click

from treadle.cli.console import opened, project_option
from treadle.delivery import deploy as delivery
from treadle.project import Project


@click.command()
@click.argument("environments", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every environment of the project.")
@project_option
def command(project: Project, environments: tuple[str, ...], everything: bool) -> None:
    """Stop what runs in ENVIRONMENTS, after the requests in flight are answered."""
    names = tuple(project.settings.environments) if everything else environments
    if not names:
        raise click.UsageError("name an environment, or use --all")
    with opened(project) as workspace:
        for name in names:
            stopped = delivery.stop(workspace, name, project.environment(name))
            click.echo(f"{name}: {stopped.model_version + ' stopped' if stopped else 'nothing was running'}")
