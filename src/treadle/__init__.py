"""Owns the public names a project imports: step, pipeline, File; loaded on first use."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from treadle.engine.context import context
    from treadle.engine.files import File
    from treadle.engine.step import pipeline, step

__version__ = "0.1.0"
__all__ = ["File", "__version__", "context", "pipeline", "step"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module("treadle.engine"), name)
    raise AttributeError(f"module 'treadle' has no attribute {name!r}")
