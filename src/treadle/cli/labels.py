"""Owns `treadle labels`: the truth that arrived late."""

from __future__ import annotations

from pathlib import Path

import click

from treadle.cli.console import opened, project_option
from treadle.monitoring import labels
from treadle.project import Project
from treadle.serving.state import place


@click.group()
def command() -> None:
    """Add the truth that arrived for predictions."""


@command.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--environment", default="development", show_default=True, help="Where the predictions were made.")
@project_option
def add(project: Project, file: Path, environment: str) -> None:
    """Add a CSV, Parquet or JSON lines FILE with prediction_id and label (or the target's name).

    The same file again changes nothing; a later label for the same prediction wins.
    """
    project.environment(environment)
    with opened(project) as workspace:
        log = place(workspace.home, environment).predictions
        batch = labels.add(workspace, environment, file, log, project.settings.data.target)
    unknown = f", {batch.unknown:,} for predictions not in the log" if batch.unknown else ""
    click.echo(f"{batch.rows:,} labels kept as {batch.id}{unknown}")
