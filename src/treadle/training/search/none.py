"""Owns the search that is none: one trial, with estimator()'s own defaults."""

from __future__ import annotations

from typing import Any

from treadle.errors import SettingsError


def candidates(space: dict[str, Any], trials: int, seed: int) -> list[dict[str, Any]]:  # noqa: ARG001
    """Return one trial without keywords; raises SettingsError if a space was given, for it would go unused."""
    if space:
        raise SettingsError(
            f"[train.space] names {', '.join(sorted(space))}, but nothing is searched",
            expected='search = "grid" or "random" beside a space',
            next_move="set search in [train], or remove [train.space] and write the values into estimator()",
        )
    return [{}]
