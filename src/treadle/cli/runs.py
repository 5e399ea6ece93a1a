"""Owns `treadle runs`: what was executed, reused and why."""

from __future__ import annotations

import click

from treadle.cli.console import facts, figures, json_option, lines, opened, project_option, short, table, when
from treadle.project import Project
from treadle.records import Run


@click.group()
def command() -> None:
    """List and show runs."""


@command.command("list")
@click.option("--kind", default=None, help="build, monitor or trial; all but trials if absent.")
@click.option("--limit", default=20, show_default=True, help="How many of the newest.")
@json_option
@project_option
def list_runs(project: Project, kind: str | None, limit: int, as_json: bool) -> None:
    """List the newest runs."""
    with opened(project) as workspace:
        if kind:
            runs = workspace.catalog.find(Run, newest_first=True, limit=limit, kind=kind)
        else:
            runs = workspace.catalog.find(Run, newest_first=True, limit=limit, parent=None)
    if as_json:
        lines(runs)
        return
    table(
        ["run", "kind", "name", "status", "started", "steps", "metrics", "commit"],
        [
            (
                r.id,
                r.kind,
                r.name,
                r.status,
                when(r.started),
                f"{sum(s.reused for s in r.steps)} reused of {len(r.steps)}",
                figures(r.metrics, 2) or "-",
                (short(r.commit) + ("+" if r.dirty else "")) or "-",
            )
            for r in runs
        ],
        empty="No run yet: run `treadle build`.",
    )


@command.command()
@click.argument("run")
@json_option
@project_option
def show(project: Project, run: str, as_json: bool) -> None:
    """Show one run: its steps, what was reused and why the others ran, its trials."""
    with opened(project) as workspace:
        found = workspace.catalog.get(Run, run)
        trials = workspace.catalog.find(Run, parent=run)
    if as_json:
        lines([found, *trials])
        return
    facts(
        [
            ("run", found.id),
            ("pipeline", f"{found.kind} {found.name}"),
            ("status", f"{found.status} {found.error}".rstrip()),
            ("started", f"{when(found.started)} by {found.actor}"),
            ("ended", when(found.ended)),
            ("commit", (found.commit + (" with uncommitted changes" if found.dirty else "")) or "-"),
            ("request", found.request or "-"),
        ]
    )
    click.echo()
    table(
        ["step", "", "seconds", "why"],
        [(s.step, "reused" if s.reused else "ran", f"{s.seconds:.2f}", s.reason) for s in found.steps],
        empty="no steps",
    )
    if trials:
        click.echo()
        table(
            ["trial", "status", "metrics", "params"],
            [(t.id, t.status, figures(t.metrics, 2), t.params) for t in trials],
            empty="",
        )
