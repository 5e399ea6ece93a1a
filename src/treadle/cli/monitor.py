"""Owns `treadle monitor`."""

from __future__ import annotations

import click

from treadle.cli.console import figures, opened, project_option, table
from treadle.pipelines.monitor import Looked, run_monitor
from treadle.project import Project
from treadle.workspace import Workspace


def look(project: Project, workspace: Workspace, environment: str) -> Looked:
    """Run Monitor and print what it found."""
    looked = run_monitor(workspace, project.settings, environment)
    outcome = looked.outcome
    table(
        ["window", "rows", "labelled", "verdict", "metrics", "beyond the limit"],
        [
            (
                f"{w.start[:16]} to {w.end[:16]}",
                w.rows,
                w.labelled,
                w.verdict + (" (provisional)" if w.provisional else ""),
                figures(w.metrics, 2) or "-",
                ", ".join(name for name, figure in w.figures.items() if figure.get("drifted")) or "-",
            )
            for w in outcome.windows
        ],
        empty="No prediction of the live package is in the log yet.",
    )
    for alert in outcome.raised:
        click.secho(f"alert {alert.id}: {alert.message}", fg="red")
        click.echo(f"  next: {alert.next_step}")
    for alert in outcome.cleared:
        click.secho(f"cleared {alert.id}: {alert.figure}", fg="green")
    click.echo(f"{len(outcome.open)} alerts open; {outcome.said}")
    for note in outcome.notes:
        click.echo(f"note: {note}")
    page = project.root / "reports" / f"monitor-{environment}.html"
    page.parent.mkdir(exist_ok=True)
    page.write_bytes(workspace.store.get(looked.report.page.digest))
    click.echo(f"report: {page}")
    return looked


@click.command()
@click.argument("environment", default="development")
@project_option
def command(project: Project, environment: str) -> None:
    """Look at predictions and labels of an ENVIRONMENT: windows, drift, performance, alerts, and what happens next."""
    project.environment(environment)
    with opened(project) as workspace:
        look(project, workspace, environment)
