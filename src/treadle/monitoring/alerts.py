"""Owns alerts: raised and cleared as the rule says, in words that name the next step, and told to every channel."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

import msgspec

from treadle.errors import Conflict
from treadle.monitoring.channels import CHANNELS
from treadle.monitoring.detectors.figure import Figure
from treadle.records import Alert, Window
from treadle.settings import Alerts
from treadle.store.digest import digest
from treadle.workspace import Workspace

WORDS = {
    "distance": (
        "its distribution moved by {value:.3f} (Kolmogorov-Smirnov distance)",
        "compare it with the reference in the report; if the world changed, retrain; if not, mend its source",
    ),
    "mix": (
        "{value:.1%} of the rows moved between its levels",
        "compare it with the reference in the report; if the world changed, retrain; if not, mend its source",
    ),
    "new_levels": (
        "{value:.2%} of the rows have levels the model never saw",
        "check the spelling at its source, or retrain on rows that have them",
    ),
    "vanished_levels": (
        "levels that held {value:.1%} of the reference are gone",
        "check whether a part of its source stopped delivering",
    ),
    "missing": ("the share of rows without a value changed by {value:.1%}", "check what fills it"),
    "range": ("{value:.2%} of the rows lie outside the range of the reference", "check its unit and its source"),
    "performance": (
        "is {value:.4g}, {reference:.4g} in the reference",
        "retrain on newer rows; the report shows since when",
    ),
}
"""By kind of figure: what happened, and what to do."""


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """A figure in alarm: the window that raised it, and the one that cleared it if it is over."""

    figure: Figure
    window: Window
    cleared: Window | None


def alert(alarm: Alarm, at: str) -> Alert:
    """Return the alert of an alarm, made at the moment `at`; the same figure and window give the same id."""
    figure, window = alarm.figure, alarm.window
    happened, next_step = WORDS[figure.kind]
    said = happened.format(value=figure.value, reference=figure.also.get("reference"))
    return Alert(
        id=f"alert-{digest(f'{window.id} {figure.name}'.encode())[:12]}",
        environment=window.environment,
        package=window.package,
        figure=figure.name,
        value=figure.value,
        limit=figure.limit,
        p_value=figure.p_value,
        window=window.id,
        rows=window.rows,
        status="cleared" if alarm.cleared else "open",
        created=at,
        message=f"{figure.column}: {said}, limit {figure.limit:.4g}, chance {figure.p_value:.1g}, "
        f"in {window.start[:16]}Z to {window.end[:16]}Z, {window.rows:,} rows"
        + (f" ({figure.detail})" if figure.detail else ""),
        next_step=next_step,
        cleared=at if alarm.cleared else None,
    )


def settle(
    workspace: Workspace, environment: str, package: str, alarms: Iterable[Alarm], at: str
) -> tuple[list[Alert], list[Alert]]:
    """Make the catalog say what `alarms` say; return the alerts newly raised and those newly cleared.

    At most one alert of a figure is open. One that later rows or labels took back is cleared, and so are those of a
    package that is no longer the one watched. Settling the same alarms again changes nothing.
    """
    wanted = {made.id: made for made in (alert(alarm, at) for alarm in alarms)}
    raised: list[Alert] = []
    cleared: list[Alert] = []
    with workspace.catalog.transaction(workspace.actor) as transaction:
        known = {each.id: each for each in transaction.find(Alert, environment=environment)}
        for id, made in wanted.items():
            before = known.get(id)
            if before is None:
                transaction.add(made, "raised an alert")
                (raised if made.status == "open" else cleared).append(made)
            elif before.status != made.status:
                after = before.evolve(status=made.status, cleared=made.cleared)
                transaction.replace(before, after, f"alert {made.status}")
                (raised if made.status == "open" else cleared).append(after)
        for id, before in known.items():
            if before.status == "open" and (id not in wanted or before.package != package):
                after = before.evolve(status="cleared", cleared=at)
                transaction.replace(before, after, "alert taken back")
                cleared.append(after)
    return raised, cleared


def tell(workspace: Workspace, environment: str, settings: Alerts) -> list[str]:
    """Tell every channel what it was not told yet, and return in words which channels could not be told.

    An alert that was over before anyone heard of it is not told. A channel that fails breaks nothing: it is tried
    again at the next call.
    """
    failures: list[str] = []
    for name in settings.channels:
        try:
            channel = CHANNELS.load(name)(settings, workspace.root)
            for each in workspace.catalog.find(Alert, environment=environment):
                said = f"{name}:{each.status}"
                heard = [before for before in each.told if before.startswith(f"{name}:")]
                if heard[-1] == said if heard else each.status == "cleared":
                    continue
                channel.send(each)
                with suppress(Conflict), workspace.catalog.transaction(workspace.actor) as transaction:
                    transaction.replace(each, each.evolve(told=(*each.told, said)), f"told {name}")
        except Exception as error:  # a channel is anyone's code
            failures.append(f"channel {name} could not be told: {error}; the next monitor tries again")
    return failures
