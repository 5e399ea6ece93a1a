"""Owns the drift of a category: the share of rows that moved between levels, with a chi-squared test."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.special import chdtrc

from treadle.data.profile import Levels
from treadle.monitoring.detectors.figure import Figure
from treadle.monitoring.detectors.levels import new_levels, vanished_levels

SMALL_CELL = 5
"""Expected rows below which levels are tested together."""

NAMED = 3
"""Levels named in words before the rest is only counted."""

REST = "(all further levels)"


def total_variation(reference: Mapping[str, int], current: Mapping[str, int]) -> tuple[float, float, float]:
    """Return the share of rows that moved beyond chance (0 to 1), the plain share, and the chance of such a table.

    The plain share is the total variation distance, half the sum of the gaps. Chance alone gives about half the sum
    of sqrt(2/pi p (1-p) (1/n + 1/m)) over the levels, large where there are many; it is taken off in squares. The
    test is Pearson's chi-squared of homogeneity. For all three, levels with fewer than five rows expected in the
    smaller sample are one cell.
    """
    levels = sorted(reference.keys() | current.keys())
    table = np.array([[side.get(level, 0) for level in levels] for side in (reference, current)], dtype=np.float64)
    rows = table.sum(axis=1)
    small = table.sum(axis=0) * rows.min() / rows.sum() < SMALL_CELL
    table = np.column_stack([table[:, ~small], table[:, small].sum(axis=1)])
    table = table[:, table.sum(axis=0) > 0]
    if table.shape[1] < 2:
        return 0.0, 0.0, 1.0
    shares, pooled = table / rows[:, None], table.sum(axis=0) / rows.sum()
    plain = float(np.abs(shares[0] - shares[1]).sum() / 2)
    noise = float(np.sqrt(2 / np.pi * pooled * (1 - pooled) * np.sum(1 / rows)).sum() / 2)
    fit = rows[:, None] * pooled
    chance = float(chdtrc(table.shape[1] - 1, np.sum((table - fit) ** 2 / fit)))
    return float(np.sqrt(max(0.0, plain**2 - noise**2))), plain, chance


def drift(column: str, reference: Levels, current: Levels) -> list[Figure]:
    """Return the figures `mix`, `new_levels` and `vanished_levels` of a column; none if either side has no value."""
    if not reference.present or not current.present:
        return []
    before, now = _by_level(reference), _by_level(current)
    moved, plain, chance = total_variation(before, now)
    n, m = reference.present, current.present
    most = max(
        sorted(before.keys() | now.keys()), key=lambda level: abs(before.get(level, 0) / n - now.get(level, 0) / m)
    )
    words = f"{most!r} {before.get(most, 0) / n:.1%}, now {now.get(most, 0) / m:.1%}"
    also = {"total variation": plain}
    figures = [Figure(column=column, kind="mix", value=moved, p_value=chance, detail=words, also=also)]
    for kind, (share, luck, levels) in (
        ("new_levels", new_levels(before, now)),
        ("vanished_levels", vanished_levels(before, now)),
    ):
        named = ", ".join(map(repr, levels[:NAMED])) + (f" and {len(levels) - NAMED} more" if levels[NAMED:] else "")
        figures.append(Figure(column=column, kind=kind, value=share, p_value=luck, detail=named))
    return figures


def _by_level(side: Levels) -> dict[str, int]:
    rest = {REST: side.other} if side.other else {}
    return side.counts | side.new | rest
