"""Owns `treadle models`: list, show, download, approve, promote."""

from __future__ import annotations

from pathlib import Path

import click

from treadle import registry
from treadle.cli.console import facts, figures, json_option, lines, opened, project_option, short, table, when
from treadle.project import Project
from treadle.records import Alias, Approval, ModelVersion


@click.group()
def command() -> None:
    """List, show, download, approve and promote model versions.

    A version is named `flights/3`, or by an alias: `flights@champion`.
    """


@command.command("list")
@json_option
@project_option
def list_versions(project: Project, as_json: bool) -> None:
    """List model versions, newest first, with their aliases and approvals."""
    with opened(project) as workspace:
        versions = workspace.catalog.find(ModelVersion, newest_first=True)
        aliases = workspace.catalog.find(Alias)
        approvals = workspace.catalog.find(Approval)
    if as_json:
        lines(versions)
        return
    table(
        ["version", "aliases", "approved for", "created", "metrics", "package"],
        [
            (
                v.id,
                ", ".join(a.alias for a in aliases if a.model == v.model and a.version == v.version) or "-",
                ", ".join(sorted({a.environment for a in approvals if a.model_version == v.id and a.granted})) or "-",
                when(v.created),
                figures(v.metrics, 3),
                short(v.package),
            )
            for v in versions
        ],
        empty="No model version yet: run `treadle build`.",
    )


@command.command()
@click.argument("name")
@json_option
@project_option
def show(project: Project, name: str, as_json: bool) -> None:
    """Show one version: where it comes from, its figures and its files."""
    with opened(project) as workspace:
        version = registry.resolve(workspace, name)
        approvals = workspace.catalog.find(Approval, model_version=version.id)
    if as_json:
        lines([version])
        return
    facts(
        [
            ("version", version.id),
            ("package", version.package),
            ("created", f"{when(version.created)} by {version.actor}"),
            ("run", version.run),
            ("commit", version.commit or "not in a git repository"),
            ("dataset version", version.dataset_version),
            ("split", version.split),
            ("report", version.report),
            ("tested against", version.opponent or "no champion then"),
            *((metric, f"{value:.6g}") for metric, value in version.metrics.items()),
            *(
                (
                    "approval",
                    f"{'granted' if a.granted else 'refused'} for {a.environment} by {a.actor} {a.comment}".rstrip(),
                )
                for a in approvals
            ),
        ]
    )
    click.echo()
    table(
        ["file", "bytes", "digest"],
        [(file.name, file.size, short(file.digest)) for file in version.files],
        empty="no files",
    )


@command.command()
@click.argument("name")
@click.option("--to", type=click.Path(path_type=Path), help="Folder to write; NAME-VERSION if absent.")
@project_option
def download(project: Project, name: str, to: Path | None) -> None:
    """Write all files of a version into a folder, each verified against its digest."""
    with opened(project) as workspace:
        version = registry.resolve(workspace, name)
        folder = registry.materialise(workspace, version, to or Path(version.id.replace("/", "-")))
    click.echo(f"{version.id}: {len(version.files)} files in {folder}")


@command.command()
@click.argument("name")
@click.argument("environment")
@click.option("--refuse", is_flag=True, help="Record a refusal instead.")
@click.option("--comment", default="", help="Why.")
@project_option
def approve(project: Project, name: str, environment: str, refuse: bool, comment: str) -> None:
    """Approve (or refuse) a version for an environment."""
    project.environment(environment)
    with opened(project) as workspace:
        version = registry.resolve(workspace, name)
        approval = registry.approve(workspace, version, environment, granted=not refuse, comment=comment)
    click.echo(f"{version.id} {'approved' if approval.granted else 'refused'} for {environment} by {approval.actor}")


@command.command()
@click.argument("name")
@click.argument("alias", default="champion")
@click.option("--reason", default="by hand", show_default=True, help="Why the alias moves.")
@project_option
def promote(project: Project, name: str, alias: str, reason: str) -> None:
    """Point an alias (champion if absent) at a version."""
    with opened(project) as workspace:
        version = registry.resolve(workspace, name)
        registry.point(workspace, version.model, alias, version.version, reason)
    click.echo(f"{version.model}@{alias} is now version {version.version}")
