"""Owns the progress display of a run: a line a step, a live line while one runs where the output is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from treadle.engine import Event, Listener, MapAdvanced, StepStarted
from treadle.records import StepExecution

STEPS = ("ingest", "train", "test", "package", "register")


def line(execution: StepExecution) -> str:
    """Return what became of a step: its name, reused or ran, how long, why."""
    word = click.style("reused", fg="green") if execution.reused else click.style("ran   ", fg="cyan")
    if execution.error:
        word = click.style("failed", fg="red")
    place = f"{STEPS.index(execution.step) + 1}/{len(STEPS)} " if execution.step in STEPS else ""
    return f"{place}{execution.step:<9} {word} {execution.seconds:7.2f} s  {execution.reason}".rstrip()


@contextmanager
def shown() -> Iterator[Listener]:
    """Give a listener that prints each step as it ends, and what runs meanwhile on a terminal."""
    if not sys.stderr.isatty():
        yield _plain
        return
    from rich.console import Console

    with Console(stderr=True).status("starting") as status:

        def listen(event: Event) -> None:
            if isinstance(event, StepStarted):
                status.update(f"{event.step}: {event.reason}")
            elif isinstance(event, MapAdvanced):
                status.update(f"{event.step} {event.done} of {event.total}")
            else:
                click.echo(line(event.execution))

        yield listen


def _plain(event: Event) -> None:
    if not isinstance(event, StepStarted | MapAdvanced):
        click.echo(line(event.execution))
