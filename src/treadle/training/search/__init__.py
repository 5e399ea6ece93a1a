"""Owns the table of searches: each turns a space into the keywords of its trials."""

from __future__ import annotations

from typing import Any

from treadle.kinds import Kinds

SEARCHES = Kinds(
    "search",
    {
        "none": "treadle.training.search.none:candidates",
        "grid": "treadle.training.search.grid:candidates",
        "random": "treadle.training.search.random:candidates",
    },
)
"""Every search by its name in treadle.toml."""


def candidates(search: str, space: dict[str, Any], trials: int, seed: int) -> list[dict[str, Any]]:
    """Return the keywords of each trial, in order; the same arguments give the same list.

    Raises UnknownKind for the search, SettingsError for a space it cannot use.
    """
    found: list[dict[str, Any]] = SEARCHES.load(search)(space, trials, seed)
    return found
