"""Owns `treadle init`: a new project's folder, ready to run."""

from __future__ import annotations

from pathlib import Path

import click

from treadle.cli.scaffold import TEMPLATES, scaffold
from treadle.errors import ScaffoldError


@click.command("init")
@click.argument("name")
@click.option("--template", type=click.Choice(TEMPLATES), help="What to start from: tabular if absent.")
@click.option("--minimal", is_flag=True, help="The smallest teaching project: a command, its tests, a workflow.")
@click.option("--directory", type=click.Path(path_type=Path), help="Folder of the project; ./NAME if absent.")
@click.option("--repository", default="", metavar="OWNER/NAME", help="GitHub repository, for the status badge.")
def command(name: str, template: str | None, minimal: bool, directory: Path | None, repository: str) -> None:
    """Scaffold a project that runs: settings, code, data, tests, Makefile, workflow.

    Nothing is overwritten: the folder must be new, or empty but for .git.
    """
    if minimal and template:
        raise ScaffoldError("--minimal has no data, so it takes no --template", next_move="leave one of the two out")
    chosen = "minimal" if minimal else template or "tabular"
    folder = directory or Path(name)
    paths = scaffold(name, folder, template=chosen, repository=repository)
    click.echo(f"{folder}: {len(paths)} files of the {chosen} project")
    for path in paths:
        click.secho(f"  {path.relative_to(folder)}", dim=True)
    click.echo("next:")
    if folder != Path():
        click.echo(f"  cd {folder}")
    click.echo("  make all      install, format, lint, test")
    if not minimal:
        click.echo("  make build    ingest, train, test, package, register")
