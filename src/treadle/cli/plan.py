"""Owns `treadle plan`."""

from __future__ import annotations

import click

from treadle.cli.console import opened, project_option
from treadle.cli.planning import plan_of
from treadle.pipelines.building import planned
from treadle.project import Project

WORDS = {True: "reuse", False: "run", None: "perhaps"}


@click.command()
@click.option("--force", multiple=True, metavar="STEP", help="As for build.")
@project_option
def command(project: Project, force: tuple[str, ...]) -> None:
    """Say for each step whether a build would run or reuse it, and why; nothing runs."""
    plan, _ = plan_of(project, write=False)
    with opened(project) as workspace:
        for each in planned(workspace, plan, force):
            click.echo(f"{each.step:<9} {WORDS[each.reuse]:<8} {each.reason}")
