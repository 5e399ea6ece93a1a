"""Owns `treadle alerts`: figures beyond their limits."""

from __future__ import annotations

import click

from treadle.cli.console import json_option, lines, opened, project_option, table, when
from treadle.project import Project
from treadle.records import Alert


@click.command()
@click.option("--all", "everything", is_flag=True, help="Cleared alerts too.")
@json_option
@project_option
def command(project: Project, everything: bool, as_json: bool) -> None:
    """List alerts: the figure, its limit, the window, and what to do next."""
    with opened(project) as workspace:
        alerts = workspace.catalog.find(Alert, newest_first=True)
    shown = [alert for alert in alerts if everything or alert.cleared is None]
    if as_json:
        lines(shown)
        return
    table(
        ["when", "environment", "status", "figure", "value", "limit", "rows", "next step"],
        [
            (
                when(a.created),
                a.environment,
                a.status,
                a.figure,
                f"{a.value:.4g}",
                f"{a.limit:.4g}",
                a.rows,
                a.next_step,
            )
            for a in shown
        ],
        empty="No alert is open.",
    )
