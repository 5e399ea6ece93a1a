"""Owns the project code that travels in a package: which files, and how two versions of it live in one process."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module, invalidate_caches
from pathlib import Path
from threading import RLock
from typing import Any

from treadle.errors import PackageError

FOLDER = "code"
_lock = RLock()


def gather(root: Path, package: str) -> dict[str, bytes]:
    """Return the Python files of the project's `package` under `root`, by relative path."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted((root / package).rglob("*.py"))
        if "__pycache__" not in path.parts
    }


@contextmanager
def shipped(folder: Path, package: str) -> Iterator[None]:
    """Let imports of `package` find the package's own code; a version imported before is back in place afterwards.

    Where no other version is loaded (in a model server), the shipped one stays imported, so that imports inside
    functions work later.
    """
    if not package:
        yield
        return
    path = str((folder / FOLDER).resolve())
    with _lock:
        before = {name: sys.modules.pop(name) for name in list(sys.modules) if (name + ".").startswith(package + ".")}
        quiet, sys.dont_write_bytecode = sys.dont_write_bytecode, True
        sys.path.insert(0, path)
        invalidate_caches()
        try:
            yield
        finally:
            sys.dont_write_bytecode = quiet
            if before:
                sys.path.remove(path)
                for name in [name for name in sys.modules if (name + ".").startswith(package + ".")]:
                    del sys.modules[name]
                sys.modules.update(before)


def function(address: str) -> Callable[..., Any]:
    """Import `module:function`; PackageError if the shipped code has no such function."""
    module, _, name = address.partition(":")
    try:
        found: Callable[..., Any] = getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise PackageError(
            f"the package's code has no {address}: {error}",
            next_move="install what it imports, or build the model again",
        ) from error
    return found
