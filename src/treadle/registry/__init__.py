"""Owns the model registry: packages as numbered versions of a model, the aliases that point at them, who approved them.

The contract: `register` takes a package folder in, `resolve` turns a name into a version, `materialise` gives the
folder back, byte for byte.
"""

from __future__ import annotations

from treadle.registry.aliases import CHAMPION, champion, point
from treadle.registry.approvals import approve, approved
from treadle.registry.download import assemble, materialise
from treadle.registry.names import resolve
from treadle.registry.registration import keep, register

__all__ = [
    "CHAMPION",
    "approve",
    "approved",
    "assemble",
    "champion",
    "keep",
    "materialise",
    "point",
    "register",
    "resolve",
]
