"""Owns small projects for tests: Python files in a folder, imported afresh each time they are asked for."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module, invalidate_caches
from pathlib import Path
from textwrap import dedent
from types import ModuleType


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """Write `files` (text by relative path, indentation taken off) into the folder, made if absent; return it."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip("\n"))
    return folder


@contextmanager
def imported(folder: Path, module: str = "steps") -> Iterator[ModuleType]:
    """Import a module of the folder as a fresh process would, and forget all of the folder's modules afterwards."""
    before = set(sys.modules)
    quiet, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    sys.path.insert(0, str(folder))
    invalidate_caches()
    try:
        yield import_module(module)
    finally:
        sys.path.remove(str(folder))
        sys.dont_write_bytecode = quiet
        for name in set(sys.modules) - before:
            if str(folder) in str(
                getattr(sys.modules[name], "__file__", None) or getattr(sys.modules[name], "__path__", "")
            ):
                del sys.modules[name]
