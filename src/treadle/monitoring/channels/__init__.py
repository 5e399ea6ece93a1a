"""Owns the channels that carry alerts to people. The contract is `Channel`, one method."""

from __future__ import annotations

from typing import Protocol

from treadle.kinds import Kinds
from treadle.records import Alert


class Channel(Protocol):
    """Where alerts are told; made with the [alerts] settings and the project's folder."""

    def send(self, alert: Alert) -> None:
        """Tell that `alert` was raised or cleared; raise anything if it could not be told, and it is tried again."""


CHANNELS = Kinds("channel", {"file": "treadle.monitoring.channels.file:FileChannel"})
