"""Owns `treadle retrain`."""

from __future__ import annotations

import click

from treadle.cli.build import build
from treadle.cli.console import opened, project_option
from treadle.errors import GateFailed, TreadleError
from treadle.pipelines.building import Built
from treadle.project import Project
from treadle.records import RunRequest, now
from treadle.triggers import manual, requests
from treadle.triggers.situation import Situation
from treadle.workspace import Workspace


def act(project: Project, workspace: Workspace, request: RunRequest) -> Built | None:
    """Build because of a claimed request and finish it; None if a gate refused the challenger."""
    click.echo(f"{request.id} ({request.trigger}): {request.reason}")
    try:
        built = build(project, workspace, request=request.id)
    except GateFailed as refusal:
        requests.finish(workspace, request, run=None, outcome=refusal.met, at=now())
        click.secho(f"the challenger was refused, the champion stays: {refusal.met}", fg="yellow")
        return None
    except TreadleError as error:
        requests.finish(workspace, request, run=None, outcome=error.met, at=now())
        raise
    outcome = f"{built.version.id} {'is champion' if built.promoted else 'registered'}"
    requests.finish(workspace, request, run=built.run.id, outcome=outcome, at=now())
    return built


@click.command()
@click.option("--reason", default="", help="Retrain now for this reason, without waiting for a request.")
@project_option
def command(project: Project, reason: str) -> None:
    """Build a challenger because of the open run request; the gates decide, then the alias moves.

    Without an open request nothing is built, unless --reason gives one.
    """
    with opened(project) as workspace:
        if reason:
            wish = Situation(settings=project.settings, at=now(), actor=workspace.actor, wish=reason)
            proposed = manual.due(workspace, wish)
            if proposed is not None:
                requests.open_request(workspace, proposed, project.settings.retrain.cool_down)
        request = requests.claim(workspace, "build")
        if request is None:
            click.echo('No run request is open. Retrain all the same with `treadle retrain --reason "why"`.')
            return
        act(project, workspace, request)
