"""Owns grid search: every combination of the listed values."""

from __future__ import annotations

from typing import Any

from sklearn.model_selection import ParameterGrid

from treadle.errors import SettingsError
from treadle.training.search.space import Range, read


def candidates(space: dict[str, Any], trials: int, seed: int) -> list[dict[str, Any]]:  # noqa: ARG001
    """Return every combination, the last name (by alphabet) varying fastest; `trials` and `seed` play no part.

    Raises SettingsError for a range, which has no end of values.
    """
    lists = read(space)
    for name, values in lists.items():
        if isinstance(values, Range):
            raise SettingsError(
                f"[train.space] {name} is a range, which a grid cannot list",
                expected="a list of values for each keyword",
                next_move=f'write {name} = [{values.low:g}, ..., {values.high:g}], or set search = "random"',
            )
    return list(ParameterGrid(lists))
