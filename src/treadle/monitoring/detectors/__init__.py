"""Owns the detectors: plain functions over two summaries of a column, what was and what is, that give figures.

A detector measures and does not judge; `treadle.monitoring.rule` sets limits and says what drifted.
"""

from __future__ import annotations

from treadle.data.profile import Levels, Numbers, Profile
from treadle.monitoring.detectors import categories, missing, numbers
from treadle.monitoring.detectors.figure import Figure

__all__ = ["Figure", "compare"]


def compare(reference: Profile, current: Profile) -> list[Figure]:
    """Return every figure of every column; `current` was profiled like `reference`."""
    figures: list[Figure] = []
    for name, before in reference.columns.items():
        now = current.columns[name]
        if isinstance(before, Numbers) and isinstance(now, Numbers):
            figures += numbers.drift(name, before, now)
        elif isinstance(before, Levels) and isinstance(now, Levels):
            figures += categories.drift(name, before, now)
        figures += missing.drift(name, before.missing, reference.rows, now.missing, current.rows)
    return figures
