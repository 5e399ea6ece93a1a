"""Owns the space of a search: lists of values and ranges, checked against the user's estimator()."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from treadle.errors import SettingsError
from treadle.kinds import nearest


class Range(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Numbers from low to high, evenly or (log) evenly by their logarithm; `int` rounds and includes both ends."""

    low: float
    high: float
    log: bool = False
    int: bool = False


def read(space: Mapping[str, Any]) -> dict[str, list[Any] | Range]:
    """Return the space with each value a list or a Range, in order of name; raises SettingsError naming the key."""
    return {name: _value(name, space[name]) for name in sorted(space)}


def check(space: Mapping[str, Any], estimator: Callable[..., Any]) -> None:
    """Check that `estimator` takes every keyword of the space; raises SettingsError with the nearest it takes."""
    parameters = inspect.signature(estimator).parameters
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        return
    for name in space:
        if name not in parameters:
            raise SettingsError(
                f"[train.space] {name}: {estimator.__name__}() takes no keyword {name!r}",
                expected=f"one of {', '.join(parameters)}" if parameters else "a keyword, but it takes none",
                next_move=nearest(name, list(parameters)) or f"write def {estimator.__name__}({name}=...)",
            )


def _value(name: str, value: Any) -> list[Any] | Range:
    """Return one entry of the space, checked."""
    if isinstance(value, list | tuple) and value:
        return list(value)
    if not isinstance(value, Mapping):
        raise SettingsError(
            f"[train.space] {name}: {value!r} is no choice",
            expected="a list of values, or a range {low = ..., high = ...}",
            next_move=f"{name} = [{value!r}]" if not isinstance(value, list | tuple) else "list at least one value",
        )
    try:
        found = msgspec.convert(dict(value), Range)
    except msgspec.ValidationError as error:
        unknown = re.search(r"unknown field `(.+)`", str(error))
        raise SettingsError(
            f"[train.space] {name}: {error}",
            expected="low and high (numbers), and if wanted log = true, int = true",
            next_move=nearest(unknown[1], ["low", "high", "log", "int"]) if unknown else "write both ends as numbers",
        ) from None
    if not found.low < found.high or (found.log and found.low <= 0):
        raise SettingsError(
            f"[train.space] {name}: the range {found.low:g} to {found.high:g} cannot be drawn from",
            expected="low < high" + (", and low > 0 where log = true" if found.log else ""),
            next_move="swap or change the two ends",
        )
    return found
