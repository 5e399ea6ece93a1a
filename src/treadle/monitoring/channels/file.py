"""Owns the file channel: one JSON line an alert raised or cleared."""

from __future__ import annotations

from pathlib import Path

from treadle.records import Alert, canonical
from treadle.settings import Alerts


class FileChannel:
    """Appends to the file `alerts.file`, a path relative to the project's folder."""

    def __init__(self, settings: Alerts, root: Path) -> None:
        self.path = root / settings.file

    def send(self, alert: Alert) -> None:
        """Append the alert as one line in one write; OSError if the file cannot be written."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab", buffering=0) as file:
            file.write(canonical(alert) + b"\n")
