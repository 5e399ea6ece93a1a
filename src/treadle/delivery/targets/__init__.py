"""Owns the table of targets: what can run a release."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from treadle.kinds import Kinds
from treadle.records import ModelVersion
from treadle.serving.state import Observed
from treadle.settings import Environment

TARGETS = Kinds("target", {"local": "treadle.delivery.targets.local:LocalTarget"})
Say = Callable[[str], None]


class Target(Protocol):
    """Runs releases of one environment. Every method may be repeated without harm."""

    def apply(self, version: ModelVersion, folder: Path, environment: Environment, say: Say) -> Observed:
        """Make the package in `folder` live and return what runs; DeployError if what ran before runs on."""

    def status(self) -> Observed | None:
        """Return what runs now, or None if nothing does."""

    def stop(self) -> None:
        """Stop what runs, after the requests in flight are answered."""
