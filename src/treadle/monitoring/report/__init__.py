"""Owns the monitor's report: one page under 300 kB whatever the rows, drawn from summaries of windows only."""

from __future__ import annotations

from collections.abc import Sequence

from treadle.charts import Card, bars, cards, grid, note, table
from treadle.charts.numbers import percent
from treadle.charts.page import Badge, Section, page
from treadle.monitoring.detectors.figure import Figure
from treadle.monitoring.observation import OUTPUT
from treadle.monitoring.reference import Reference, load
from treadle.monitoring.report import history
from treadle.monitoring.report.columns import picture
from treadle.monitoring.watch import Outcome
from treadle.monitoring.windows import figures, seen
from treadle.records import Alert, Window
from treadle.workspace import Workspace

SHOWN = 8
"""Figures drawn over time, and columns drawn beside their reference: those in alarm first, then nearest the limit."""

NAMED = 20
"""Columns in the picture of drift against importance."""

LISTED = 30
"""Windows, the newest, in the table."""


def render(workspace: Workspace, looked: Outcome, reference: bytes, *, name: str, environment: str) -> str:
    """Return the page (HTML that needs nothing from outside) of what `watch` found for the model `name`."""
    past, windows = load(reference), list(looked.windows)
    judged = [window for window in windows if window.figures]
    sections = [Section("What happens next", _next(looked))]
    if judged:
        order = _order(judged[-1], looked.open)
        sections += [
            *_performance(past, windows),
            Section(
                "Drift over time",
                (grid(*(history.drift(each.name, windows) for each in order[:SHOWN])),),
                "Figures in alarm first, then those nearest to their limit; a value beyond it counts only if chance "
                f"does not explain it. Windows of the reference: {past.cut}.",
            ),
            Section("Drift and importance", (_importance(order, past), table(_table(order, past)))),
            _distributions(workspace, judged[-1], order, past),
        ]
    if windows:
        sections.append(Section("Windows", (history.rows(windows), table(_windows(windows, past)))))
    alarm = bool(looked.open)
    return page(
        f"{name} in {environment}",
        f"{sum(window.rows for window in windows):,} predictions in {len(windows):,} windows"
        + (f", {history.day(windows[0])} to {windows[-1].end[:10]}" if windows else ""),
        sections,
        badge=Badge("alarm", "bad") if alarm else Badge("quiet", "good"),
        footer="Made by Treadle. A figure drifts if it is significant (Holm-corrected over the window), beyond its "
        "floor, and beyond what windows of the reference showed.",
    )


def _next(looked: Outcome) -> tuple[str, ...]:
    windows = looked.windows
    shown = [
        Card("open alerts", len(looked.open), tone="bad" if looked.open else "good"),
        Card("windows in alarm", sum(window.verdict == "alarm" for window in windows)),
        Card("windows with too few rows", sum(window.verdict == "too_few" for window in windows)),
        Card("labelled", percent(sum(w.labelled for w in windows) / max(1, sum(w.rows for w in windows)))),
    ]
    alerts = [note(f"{each.message}. Next: {each.next_step}. ({each.id})", "bad") for each in looked.open]
    return (cards(shown), *alerts, note(f"{looked.said}."), *(note(f"{words}.", "warn") for words in looked.notes))


def _order(window: Window, alerts: Sequence[Alert]) -> list[Figure]:
    """Return the drift figures worth a picture, in order: those of alerts, those drifted, those nearest the limit.

    The figures of a column's distribution always count, the others only if they drifted.
    """
    raised = {alert.figure for alert in alerts}
    known = [figure for figure in figures(window).values() if figure.kind != "performance"]
    shown = [each for each in known if each.kind in ("distance", "mix") or each.drifted or each.name in raised]
    return sorted(shown, key=lambda each: (each.name not in raised, not each.drifted, -_times(each), each.name))


def _times(figure: Figure) -> float:
    return figure.value / figure.limit if figure.limit else 0.0


def _share(column: str, past: Reference) -> float | None:
    """Return the column's share of the total importance, None if it is not known."""
    total = sum(max(0.0, each) for each in past.importance.values())
    return max(0.0, past.importance[column]) / total if total and column in past.importance else None


def _performance(past: Reference, windows: list[Window]) -> list[Section]:
    if past.performance is None or not any(window.metrics for window in windows):
        return []
    return [Section("Performance over time", (history.performance(past.performance, windows),))]


def _importance(order: list[Figure], past: Reference) -> str:
    inputs = [(share, each) for each in order if (share := _share(each.column, past)) is not None]
    inputs = sorted(inputs, key=lambda pair: -pair[0])[:NAMED]
    if not inputs:
        return note("the package carries no importance of its inputs")
    return bars(
        [f"{each.column} ({percent(share)})" for share, each in inputs],
        [_times(each) for _, each in inputs],
        title="drift of the last window, as a multiple of its limit; the most important input first",
        limit=1.0,
    )


def _table(order: list[Figure], past: Reference) -> list[dict[str, object]]:
    return [
        {
            "column": each.column,
            "figure": each.kind,
            "importance": None if (share := _share(each.column, past)) is None else percent(share),
            "value": each.value,
            "limit": each.limit,
            "chance": each.p_value,
            "PSI": each.also.get("psi"),
            "W1 / sd": each.also.get("wasserstein / sd"),
            "TVD": each.also.get("total variation"),
            "drifted": each.drifted,
            "detail": each.detail,
        }
        for each in order
    ]


def _distributions(workspace: Workspace, window: Window, order: list[Figure], past: Reference) -> Section:
    now = seen(workspace, window).inputs.columns
    columns = list(dict.fromkeys([OUTPUT, *(each.column for each in order if each.column in now)]))[:SHOWN]
    pictures = [picture(column, past.profile.columns[column], now[column]) for column in columns]
    return Section("Reference and now", (grid(*pictures),), f"Now is the window that starts {history.day(window)}.")


def _windows(windows: list[Window], past: Reference) -> list[dict[str, object]]:
    metric = past.performance.metric if past.performance else ""
    return [
        {
            "window": history.day(window),
            "rows": window.rows,
            "labelled": window.labelled,
            metric or "metric": window.metrics.get(metric),
            "verdict": window.verdict.replace("_", " ") + (", so far" if window.provisional else ""),
            "drifted": ", ".join(each.name for each in figures(window).values() if each.drifted),
        }
        for window in reversed(windows[-LISTED:])
    ]
