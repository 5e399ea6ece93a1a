"""Owns `treadle trace`."""

from __future__ import annotations

import click

from treadle import lineage
from treadle.cli.console import opened, project_option, table
from treadle.project import Project


@click.command()
@click.argument("prediction")
@project_option
def command(project: Project, prediction: str) -> None:
    """Print the chain from one answer to package, model version, run, commit, dataset version and split.

    Every link is looked up on the way; a missing one ends with a message that names it.
    """
    with opened(project) as workspace:
        folders = sorted((workspace.home / "environments").glob("*/predictions"))
        links = lineage.trace(workspace, prediction, folders)
    table(["link", "id", ""], [(link.kind, link.id or "-", link.says) for link in links], empty="")
