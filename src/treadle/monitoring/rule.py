"""Owns the rule: when a figure counts in one window, and how many windows raise or clear an alert."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from treadle.monitoring.detectors.figure import Figure
from treadle.settings import Monitor

MEMORY = 3
"""Windows that `raise_after` looks back on."""

LEVELS, MISSING, RANGE = 0.001, 0.01, 0.001
"""Smallest share of rows that counts, where the settings have no field for it."""


class Episode(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of alarm: the positions of the window that raised it and, once over, of the one that cleared it."""

    raised: int
    cleared: int | None


def holm(p_values: Sequence[float]) -> list[float]:
    """Return the p-values adjusted for their number, in the order given.

    Holm (1979): the i-th smallest of m counts m - i + 1 times, and none less than a smaller one before it.
    """
    adjusted = [1.0] * len(p_values)
    highest = 0.0
    for rank, position in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        highest = max(highest, min(1.0, p_values[position] * (len(p_values) - rank)))
        adjusted[position] = highest
    return adjusted


def judge(figures: Sequence[Figure], worst: Mapping[str, float], monitor: Monitor) -> list[Figure]:
    """Return the drift figures of one window with limits and verdict; `worst` is by figure name.

    A figure drifted if its chance, Holm-corrected over the window, is below `monitor.p_value`, and its value reaches
    its floor and is beyond `monitor.season` times the worst value of a window of the reference.
    """
    floors = {
        "distance": monitor.floor_number,
        "mix": monitor.floor_category,
        "new_levels": LEVELS,
        "vanished_levels": LEVELS,
        "missing": MISSING,
        "range": RANGE,
    }
    judged = []
    for figure, chance in zip(figures, holm([figure.p_value for figure in figures]), strict=True):
        floor = floors.get(figure.kind, 0.0)
        season = monitor.season * worst.get(figure.name, 0.0)
        significant = chance < monitor.p_value
        judged.append(
            msgspec.structs.replace(
                figure,
                floor=floor,
                season=season,
                limit=max(floor, season),
                significant=significant,
                drifted=significant and figure.value >= floor and figure.value > season,
            )
        )
    return judged


def episodes(suspect: Sequence[bool], raise_after: int, clear_after: int) -> list[Episode]:
    """Return the alarms of one figure, given window by window (oldest first) whether it was suspect.

    `raise_after` suspect windows of the last three raise; `clear_after` quiet ones in a row clear. Windows from
    before a clearing do not count towards the next alarm.
    """
    found: list[Episode] = []
    since = 0
    for position in range(len(suspect)):
        alarmed = bool(found) and found[-1].cleared is None
        recent = suspect[max(since, position + 1 - (clear_after if alarmed else MEMORY)) : position + 1]
        if alarmed and len(recent) >= clear_after and not any(recent):
            found[-1] = Episode(raised=found[-1].raised, cleared=position)
            since = position + 1
        elif not alarmed and sum(recent) >= raise_after:
            found.append(Episode(raised=position, cleared=None))
            since = position + 1
    return found
