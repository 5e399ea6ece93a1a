"""Owns whether what the monitor saw is a reason to ask for a new model, and what stands against asking now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from treadle.catalog import Catalog, Transaction
from treadle.records import Alert, RunRequest
from treadle.settings import Retrain, seconds

IMPORTANT = 0.05
"""Share of the total importance from which a drifted column is a reason."""


def standing(catalog: Catalog | Transaction, pipeline: str, cool_down: str, at: str) -> str:
    """Return why `pipeline` may not be asked for at the moment `at`, or the empty string.

    One request at a time; and after one is over, none for the length of time `cool_down`.
    """
    ended = ""
    for request in catalog.find(RunRequest, pipeline=pipeline):
        if request.status in ("open", "running"):
            return f"{request.id} is {request.status}"
        ended = max(ended, request.ended or "")
    if ended:
        until = datetime.fromisoformat(ended) + timedelta(seconds=seconds(cool_down))
        if datetime.fromisoformat(at) < until:
            return f"cooling down until {until.isoformat(timespec='seconds').replace('+00:00', 'Z')}"
    return ""


def reasons(alerts: Sequence[Alert], importance: Mapping[str, float], retrain: Retrain) -> tuple[str, list[Alert]]:
    """Return the trigger (performance, drift or the empty string) and the open alerts that are its evidence.

    A fall of the realised performance is a reason; drift is one only if `retrain.on` says so and the column has at
    least 5 % of the total importance.
    """
    total = sum(share for share in importance.values() if share > 0)
    fallen = [alert for alert in alerts if alert.figure.endswith(":performance")]
    if fallen and "performance" in retrain.on:
        return "performance", fallen
    important = [
        alert
        for alert in alerts
        if alert not in fallen and total and importance.get(column_of(alert), 0.0) / total >= IMPORTANT
    ]
    if important and "drift" in retrain.on:
        return "drift", important
    return "", []


def column_of(alert: Alert) -> str:
    """Return the column an alert is about."""
    return alert.figure.rpartition(":")[0]
