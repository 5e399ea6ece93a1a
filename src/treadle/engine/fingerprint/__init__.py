"""Owns the fingerprint of code: all that decides what a function does, by name, so that a change can be named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from treadle.engine.fingerprint.values import Opaque, describe, name_of, short
from treadle.engine.fingerprint.walk import Walk

__all__ = ["Opaque", "Walk", "describe", "fingerprint", "name_of", "short"]


def fingerprint(function: Any) -> Mapping[str, str]:
    """Return the parts of a function's meaning by name: `code`, `constant` and `package` followed by what they name.

    Followed are helpers and their helpers, classes with their ancestors, decorators, partials, closures, defaults,
    constants, containers of functions, and imports in bodies. Comments, docstrings, layout and Treadle's decorators
    play no part. What is installed counts by the version of its distribution, and only if it is reached.
    Raises CodeError if a module that a body imports cannot be imported.
    """
    walk = Walk()
    walk.text(function)
    return walk.parts
