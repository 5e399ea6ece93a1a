"""Owns random search: independent draws from lists and ranges (Bergstra, Bengio, 2012)."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.stats import loguniform, randint, uniform
from sklearn.model_selection import ParameterGrid, ParameterSampler

from treadle.records import canonical
from treadle.training.search.space import Range, read


def candidates(space: dict[str, Any], trials: int, seed: int) -> list[dict[str, Any]]:
    """Return up to `trials` different draws; where only lists are given, never more than there are combinations."""
    choices = read(space)
    if not any(isinstance(values, Range) for values in choices.values()):
        trials = min(trials, len(ParameterGrid(choices)))
    drawn = ParameterSampler(
        {name: _distribution(values) if isinstance(values, Range) else values for name, values in choices.items()},
        n_iter=trials,
        random_state=seed,
    )
    plain = [{name: _plain(draw[name], choice) for name, choice in choices.items()} for draw in drawn]
    return list({canonical(draw): draw for draw in plain}.values())


def _distribution(values: Range) -> Any:
    """Return the SciPy distribution of a range; whole numbers by logarithm get half a unit on either end."""
    if values.int:
        low, high = round(values.low), round(values.high)
        return loguniform(low - 0.499, high + 0.499) if values.log else randint(low, high + 1)
    return loguniform(values.low, values.high) if values.log else uniform(values.low, values.high - values.low)


def _plain(value: Any, choice: list[Any] | Range) -> Any:
    """Return a drawn value as Python's own type, whole where the range is."""
    if isinstance(choice, Range) and choice.int:
        return round(float(value))
    return value.item() if isinstance(value, np.generic) else value
