"""Owns the command line: one file a verb or noun, imported only when its command runs."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

import click

from treadle.errors import GateFailed, TreadleError

VERBS = {
    "init": "Scaffold a project that runs.",
    "plan": "Say what a build would run or reuse, and why.",
    "build": "Ingest, train, test, package, register.",
    "models": "List, show, download, approve and promote model versions.",
    "data": "List and show dataset versions.",
    "runs": "List and show runs.",
    "deploy": "Put a model version live in an environment.",
    "rollback": "Put the release before back live.",
    "status": "Show what is live where.",
    "stop": "Stop what runs in an environment.",
    "labels": "Add the truth that arrived for predictions.",
    "monitor": "Look at predictions and labels: drift, performance, alerts.",
    "alerts": "List alerts.",
    "retrain": "Build a challenger and let the gates decide.",
    "up": "Keep the loop going: environments, monitor, triggers, retraining.",
    "trace": "From one prediction back to code, data and split.",
    "audit": "List and verify the audit chain.",
}


class LazyGroup(click.Group):
    """A group that knows its commands' names and sentences, and imports a command only to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the verbs in the order of the loop."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import treadle.cli.NAME and return its `command`."""
        if cmd_name not in VERBS:
            return None
        found: click.Command = import_module(f"treadle.cli.{cmd_name}").command
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Suggest the nearest verb for one that does not exist."""
        if args and args[0] not in VERBS and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], VERBS, n=1)
            ctx.fail(f"No such command {args[0]!r}." + (f" Did you mean {near[0]!r}?" if near else ""))
        return super().resolve_command(ctx, args)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="treadle", prog_name="treadle")
def treadle() -> None:
    """From rows to a monitored model in production and back to retraining.

    Start with `treadle init NAME`, then `treadle build` in its folder.
    """


def main(args: list[str] | None = None) -> None:
    """Run the command line; a user's mistake ends with one message and exit code 1, a refused gate with 3."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # idle threads of scikit-learn must not spin on busy cores
    try:
        result: Any = treadle.main(args=args, prog_name="treadle", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except TreadleError as error:
        click.secho("error: ", fg="red", bold=True, err=True, nl=False)
        click.echo(str(error), err=True)
        sys.exit(3 if isinstance(error, GateFailed) else 1)
    except BrokenPipeError:
        sys.exit(141)
    sys.exit(result if isinstance(result, int) else 0)
