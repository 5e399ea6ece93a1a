"""Owns `treadle up`: the loop that goes on by itself."""

from __future__ import annotations

import time

import click

from treadle import registry, runs
from treadle.cli.console import opened, project_option
from treadle.cli.monitor import look
from treadle.cli.planning import plan_of
from treadle.cli.retrain import act
from treadle.delivery import deploy as delivery
from treadle.errors import TreadleError
from treadle.pipelines.building import source_prints
from treadle.project import Project, load
from treadle.records import now
from treadle.settings import seconds
from treadle.triggers import TRIGGERS, requests
from treadle.triggers.situation import Situation
from treadle.workspace import Workspace


def turn(project: Project, workspace: Workspace) -> None:
    """Go round once: keep environments up to date, look at them, let triggers ask, and act on a request."""
    requests.recover(workspace, now())
    champion = registry.champion(workspace, project.name)
    for name, settings in project.settings.environments.items():
        current = delivery.live(workspace, name)
        if champion and current and not settings.approval:
            delivery.deploy(workspace, name, settings, champion, lambda _: None)
        if current:
            look(project, workspace, name)
    plan, _ = plan_of(project, write=True)
    situation = Situation(
        settings=project.settings,
        at=now(),
        actor=workspace.actor,
        sources=source_prints(plan),
        commit=runs.commit(project.root)[0],
    )
    for trigger in project.settings.retrain.on:
        if trigger in TRIGGERS.table:
            proposed = TRIGGERS.load(trigger)(workspace, situation)
            if proposed is not None:
                requests.open_request(workspace, proposed, project.settings.retrain.cool_down)
    if project.settings.retrain.schedule:
        proposed = TRIGGERS.load("schedule")(workspace, situation)
        if proposed is not None:
            requests.open_request(workspace, proposed, project.settings.retrain.cool_down)
    request = requests.claim(workspace, "build")
    built = act(project, workspace, request) if request else None
    if built and built.promoted:
        for name, settings in project.settings.environments.items():
            if delivery.live(workspace, name) and not settings.approval:
                delivery.deploy(workspace, name, settings, built.version, click.echo)


@click.command()
@click.option("--every", default="1m", show_default=True, help="How often to go round: 30s, 5m, 1h.")
@click.option("--once", is_flag=True, help="Go round once and end.")
@project_option
def command(project: Project, every: str, once: bool) -> None:
    """Keep the loop going: environments follow the champion, the monitor looks, triggers ask, challengers are built.

    Only environments that something was deployed to, and that need no approval, follow the champion. Ctrl-C ends the
    loop; the servers go on (`treadle stop --all` ends them).
    """
    while True:
        try:
            with opened(project) as workspace:
                turn(project, workspace)
        except TreadleError as error:
            if once:
                raise
            click.secho(f"error: {error}", fg="red", err=True)
        if once:
            return
        time.sleep(seconds(every))
        project = load(project.root)
