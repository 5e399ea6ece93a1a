"""Owns `treadle build`."""

from __future__ import annotations

import click

from treadle.cli.console import figures, opened, project_option
from treadle.cli.planning import plan_of
from treadle.cli.progress import shown
from treadle.pipelines.building import Built, run_build
from treadle.project import Project
from treadle.workspace import Workspace


def build(project: Project, workspace: Workspace, force: tuple[str, ...] = (), request: str | None = None) -> Built:
    """Run Build with its progress shown, and print what came of it."""
    plan, inferred = plan_of(project, write=True)
    if inferred:
        click.echo("schema.toml was inferred from the source: review it, it is the rule from now on")
    with shown() as listener:
        built = run_build(workspace, plan, force=force, listener=listener, request=request)
    page = project.root / "reports" / f"{built.version.id.replace('/', '-')}.html"
    page.parent.mkdir(exist_ok=True)
    page.write_bytes(workspace.store.get(built.report.page.digest))
    click.echo(f"{built.version.id}  {figures(built.version.metrics)}")
    for gate in built.report.gates:
        click.echo(f"  gate {'passed' if gate.passed else 'refused'}: {gate.message}")
    if built.promoted:
        click.echo(f"{built.version.model}@champion is now version {built.version.version}")
    click.echo(f"report: {page}")
    return built


@click.command()
@click.option("--force", multiple=True, metavar="STEP", help="Run this step even if nothing changed; repeatable.")
@project_option
def command(project: Project, force: tuple[str, ...]) -> None:
    """Ingest, train, test, package, register.

    A step whose code, parameters and inputs are as before is reused. A gate that refuses ends with exit code 3.
    """
    with opened(project) as workspace:
        build(project, workspace, force)
