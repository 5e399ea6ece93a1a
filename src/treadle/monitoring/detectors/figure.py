"""Owns the figure: one number about one column of one window, with all that its verdict needs."""

from __future__ import annotations

import msgspec


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A distance, a share or a metric; detectors fill the first block, `rule.judge` the second.

    `value` is in the unit of its `kind`: a share of rows (0 to 1) for all but `performance`, which has the metric's
    own. `p_value` is the chance of such a value were nothing changed. `also` holds the same thing in other measures.
    `limit` is what the value must reach: the larger of `floor` and `season`, or the far end of the normal band.
    """

    column: str
    kind: str
    value: float
    p_value: float
    detail: str = ""
    also: dict[str, float] = {}

    limit: float = 0.0
    floor: float = 0.0
    season: float = 0.0
    significant: bool = False
    drifted: bool = False

    @property
    def name(self) -> str:
        """`column:kind`, the key of the figure in a window and in an alert."""
        return f"{self.column}:{self.kind}"
