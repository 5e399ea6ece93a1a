"""Owns one look at a model in use: from its prediction log to verdicts, alerts, perhaps the wish for a new model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import msgspec

from treadle.monitoring import alerts, labels, windows
from treadle.monitoring.alerts import Alarm
from treadle.monitoring.detectors import Figure, compare
from treadle.monitoring.detectors.performance import fall
from treadle.monitoring.realised import realised
from treadle.monitoring.reference import Reference, load
from treadle.monitoring.retraining import reasons, standing
from treadle.monitoring.rule import episodes, judge
from treadle.monitoring.spans import moment
from treadle.monitoring.windows import Cut, Stretch
from treadle.records import Alert, RunRequest, Window, canonical, now
from treadle.serving import prediction_log
from treadle.settings import Monitor, Retrain, Settings, seconds
from treadle.store.digest import digest
from treadle.workspace import Workspace

LABEL_KINDS = ("distance", "mix")
"""Figures that mean something for labels, which are missing only because they are late."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What one look gave: the windows (oldest first), the alerts now raised and cleared, and those open.

    `request` is the run request made; `said` tells in words what happens next, or why no request was made. `notes`
    are what the reader should know besides: rows left out, channels that could not be told.
    """

    windows: tuple[Window, ...]
    raised: tuple[Alert, ...]
    cleared: tuple[Alert, ...]
    open: tuple[Alert, ...]
    request: RunRequest | None
    said: str
    notes: tuple[str, ...] = ()


def watch(
    workspace: Workspace,
    *,
    environment: str,
    package: str,
    reference: bytes,
    log: Path,
    settings: Settings,
    at: str | None = None,
) -> Outcome:
    """Look at all that the prediction log in folder `log` holds of `package`, and act on it.

    `reference` is the package's reference.json, `at` the moment of the look (now if not given). The same log, labels
    and settings give the same windows and alerts again, and change nothing. Raises MonitorError for a damaged log.
    """
    at = at or now()
    past, monitor = load(reference), settings.monitor
    cut = windows.cut(prediction_log.read(log), labels.labels(workspace, environment), past, monitor, package)
    judged = [
        _look(windows.record(workspace, stretch, monitor, environment, package), stretch, past, monitor, cut, at)
        for _, stretch in sorted(cut.stretches.items())
    ]
    verdicts, alarms = _over_time(judged, monitor)
    raised, cleared = alerts.settle(workspace, environment, package, alarms, at)
    kept = windows.keep(workspace, verdicts)
    standing_alerts = workspace.catalog.find(Alert, environment=environment, package=package, status="open")
    request, said = _ask(workspace, standing_alerts, past, settings.retrain, at)
    return Outcome(
        windows=tuple(kept),
        raised=tuple(raised),
        cleared=tuple(cleared),
        open=tuple(standing_alerts),
        request=request,
        said=said,
        notes=(*_notes(cut, past), *alerts.tell(workspace, environment, settings.alerts)),
    )


def _look(window: Window, stretch: Stretch, past: Reference, monitor: Monitor, cut: Cut, at: str) -> Window:
    """Return the window with its figures and a verdict of its own: too_few, quiet or suspect."""
    end, today = moment(window.end) or 0.0, moment(at) or 0.0
    waited = today - cut.arrived >= seconds(monitor.window)
    window = window.evolve(provisional=end > (today if monitor.time is None else cut.latest) and not waited)
    if window.rows < monitor.min_rows:
        return window
    drift = [each for each in compare(past.profile, stretch.seen.inputs) if each.column != monitor.time]
    enough = window.labelled >= max(monitor.min_rows, monitor.label_coverage * window.rows)
    if enough:
        drift += [each for each in compare(past.label, stretch.seen.labels) if each.kind in LABEL_KINDS]
    figures = judge(drift, past.worst, monitor)
    metrics: dict[str, float] = {}
    if past.performance is not None:
        metric = past.performance.metric
        value = realised(stretch.answers, task=past.task, metric=metric, classes=past.classes)
        if value is not None:
            metrics[metric] = value
            if enough:
                figures.append(fall(past.performance, value, window.labelled, monitor.tolerance))
    return window.evolve(
        figures={figure.name: msgspec.to_builtins(figure) for figure in figures},
        metrics=metrics,
        verdict="suspect" if any(figure.drifted for figure in figures) else "quiet",
    )


def _over_time(judged: Sequence[Window], monitor: Monitor) -> tuple[list[Window], list[Alarm]]:
    """Return the windows with their final verdicts, and every alarm there was, by the rule over complete windows."""
    verdicts = list(judged)
    seen: dict[str, list[tuple[int, Figure]]] = defaultdict(list)
    for place, window in enumerate(judged):
        if not window.provisional:
            for name, figure in windows.figures(window).items():
                seen[name].append((place, figure))
    alarms = []
    for history in seen.values():
        for episode in episodes([figure.drifted for _, figure in history], monitor.raise_after, monitor.clear_after):
            for place, _ in history[episode.raised : episode.cleared]:
                verdicts[place] = verdicts[place].evolve(verdict="alarm")
            place, figure = history[episode.raised]
            over = None if episode.cleared is None else judged[history[episode.cleared][0]]
            alarms.append(Alarm(figure=figure, window=judged[place], cleared=over))
    return verdicts, alarms


def _ask(
    workspace: Workspace, open_alerts: Sequence[Alert], past: Reference, retrain: Retrain, at: str
) -> tuple[RunRequest | None, str]:
    """Return the request for a build that the open alerts justify, or None; and why, in words."""
    if not open_alerts:
        return None, "no request: no alert is open"
    trigger, evidence = reasons(open_alerts, past.importance, retrain)
    if not trigger:
        return None, (
            "no request: the open alerts are none that [retrain] on names "
            f"({', '.join(retrain.on) or 'nothing'}), or their columns matter little"
        )
    with workspace.catalog.transaction(workspace.actor) as transaction:
        against = standing(transaction, "build", retrain.cool_down, at)
        if against:
            return None, f"no request: {against}"
        earlier = transaction.find(RunRequest, pipeline="build", newest_first=True, limit=1)
        because = [trigger, [each.id for each in evidence], [each.id for each in earlier]]
        request = RunRequest(
            id=f"request-{digest(canonical(because))[:12]}",
            pipeline="build",
            reason="; ".join(each.message for each in evidence),
            trigger=trigger,
            status="open",
            created=at,
            actor=workspace.actor,
            evidence=tuple(each.id for each in evidence),
        )
        transaction.add(request, "asked for a run")
    return request, f"{request.id}: a new model is built because of {trigger}"


def _notes(cut: Cut, past: Reference) -> list[str]:
    notes = []
    if not cut.stretches:
        notes.append("the log holds no prediction of this package" + (", only of others" if cut.other else ""))
    if cut.repeated:
        notes.append(f"{cut.repeated:,} lines repeat an id and were left out")
    if cut.untimed:
        notes.append(f"{cut.untimed:,} rows have no moment and were left out")
    if past.performance is None:
        notes.append("the reference knows no spread of performance, so a fall cannot be judged")
    return notes
