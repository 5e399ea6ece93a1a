"""Owns how commands print: tables, facts, JSON, progress; and how they find the project."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import click

from treadle.project import Project, load
from treadle.records import Record, canonical
from treadle.workspace import Workspace


def project_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--project DIR` and hand it the loaded Project as its first argument."""

    @click.option(
        "--project",
        "folder",
        type=click.Path(path_type=Path, file_okay=False, exists=True),
        help="Folder of the project; the working folder if absent.",
    )
    @wraps(command)
    def with_project(folder: Path | None, *args: Any, **kwargs: Any) -> Any:
        return command(load(folder), *args, **kwargs)

    return with_project


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON lines, one record a line.")


@contextmanager
def opened(project: Project) -> Iterator[Workspace]:
    """Open the project's workspace for the length of a command."""
    workspace = project.open()
    try:
        yield workspace
    finally:
        workspace.close()


def short(digest: str) -> str:
    """Return the first 12 characters of a digest, enough to recognise it."""
    return digest[:12]


def facts(pairs: Sequence[tuple[str, Any]]) -> None:
    """Print names and values, one pair a line, values aligned."""
    width = max((len(name) for name, _ in pairs), default=0)
    for name, value in pairs:
        click.echo(f"{click.style(name.ljust(width), dim=True)}  {value}")


def table(columns: Sequence[str], rows: Sequence[Sequence[Any]], *, empty: str) -> None:
    """Print rows under their columns, or the sentence `empty` when there are none."""
    if not rows:
        click.echo(empty)
        return
    text = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(name), *(len(row[i]) for row in text)) for i, name in enumerate(columns)]
    click.secho("  ".join(name.ljust(width) for name, width in zip(columns, widths, strict=True)).rstrip(), bold=True)
    for row in text:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def lines(records: Sequence[Record]) -> None:
    """Print records as JSON lines."""
    for record in records:
        click.echo(canonical(record).decode())


def when(moment: str | None) -> str:
    """Return a record's time to the second, for people."""
    return moment[:19].replace("T", " ") if moment else "-"


def figures(values: dict[str, float], limit: int = 4) -> str:
    """Return metrics on one line: `roc_auc 0.7132  brier 0.1441`."""
    return "  ".join(f"{name} {value:.4f}" for name, value in list(values.items())[:limit])
