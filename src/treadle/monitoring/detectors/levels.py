"""Owns the coming and going of levels: values of a category never seen before, and usual ones not seen any more."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp

EXPECTED = 20
"""Rows a level should have in a window before its absence means something: chance leaves it out once in e**20."""


def new_levels(reference: Mapping[str, int], current: Mapping[str, int]) -> tuple[float, float, list[str]]:
    """Return the share of rows at levels the reference lacks, its chance, and those levels (most rows first).

    The chance is that all k rows of the commonest new level fall by luck on the current side of the n + m rows,
    (m / (n + m))**k, times the number of levels.
    """
    found = {level: rows for level, rows in current.items() if rows and not reference.get(level)}
    if not found:
        return 0.0, 1.0, []
    n, m = sum(reference.values()), sum(current.values())
    chance = (m / (n + m)) ** max(found.values()) * len(reference.keys() | current.keys())
    return sum(found.values()) / m, min(1.0, chance), sorted(found, key=lambda level: (-found[level], level))


def vanished_levels(reference: Mapping[str, int], current: Mapping[str, int]) -> tuple[float, float, list[str]]:
    """Return the share of reference rows at levels expected at least 20 times now and not seen, its chance, the levels.

    The chance is exp(-expected rows) of the commonest such level, times the number of levels.
    """
    n, m = sum(reference.values()), sum(current.values())
    gone = {level: rows for level, rows in reference.items() if rows * m / n >= EXPECTED and not current.get(level)}
    if not gone:
        return 0.0, 1.0, []
    chance = exp(-max(gone.values()) * m / n) * len(reference)
    return sum(gone.values()) / n, min(1.0, chance), sorted(gone, key=lambda level: (-gone[level], level))
