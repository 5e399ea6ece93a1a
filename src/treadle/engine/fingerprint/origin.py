"""Owns where code comes from: the standard library, an installed distribution, Treadle, or source under development."""

from __future__ import annotations

import sys
import sysconfig
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from blake3 import blake3

_STANDARD = tuple({sysconfig.get_path(name) + "/" for name in ("stdlib", "platstdlib")})
_INSTALLED = ("/site-packages/", "/dist-packages/")
_TREADLE = Path(__file__).resolve().parents[2]


@cache
def is_source(file: str) -> bool:
    """Tell whether `file` holds code that is being developed, so that what it says counts, not its version.

    True for a project and for whatever is imported from outside site-packages (an editable install too); Treadle
    itself always counts by its version.
    """
    if file.startswith("<frozen") or any(folder in file for folder in _INSTALLED):
        return False
    return not file.startswith((*_STANDARD, f"{_TREADLE}/"))


def module_is_source(module: str) -> bool:
    """Tell whether a module (by its first name) is source under development, without importing it."""
    top = module.partition(".")[0]
    if top == "__main__":
        return True
    try:
        spec = find_spec(top)
    except (ImportError, ValueError):
        return False
    if spec is None:
        return False
    folders = list(spec.submodule_search_locations or ())
    return any(is_source(place) for place in ([spec.origin] if spec.has_location else [f"{each}/" for each in folders]))


def package(module: str) -> tuple[str, str] | None:
    """Return name and version of the distribution that a module outside the project belongs to.

    None for the standard library. A module without a distribution has the version `unknown`.
    """
    top = module.partition(".")[0]
    if top in sys.stdlib_module_names or top == "__main__":
        return None
    return _distribution(top)


@cache
def _distribution(top: str) -> tuple[str, str]:
    if top == "treadle":
        return top, _treadle()
    try:
        return top, version(top)
    except PackageNotFoundError:
        found = _owner(top)
        return (found.name, found.version) if found else (top, "unknown")


def _owner(top: str) -> Distribution | None:
    """Return the distribution whose list of files has the package `top`, looking in the folder it was loaded from."""
    file = getattr(sys.modules.get(top), "__file__", None)
    if not file:
        return None
    place = Path(file).parent if Path(file).stem != "__init__" else Path(file).parent.parent
    mark = f"{Path(file).relative_to(place)},".encode()
    for record in place.glob("*.dist-info/RECORD"):
        listed = record.read_bytes()
        if listed.startswith(mark) or b"\n" + mark in listed:
            return Distribution.at(record.parent)
    return None


def _treadle() -> str:
    """Return the version of Treadle; in a source checkout with the digest of its source, for who develops it."""
    number = version("treadle")
    if any(folder in f"{_TREADLE}/" for folder in _INSTALLED):
        return number
    hasher = blake3()
    for file in sorted(_TREADLE.rglob("*.py")):
        hasher.update(f"\0{file.relative_to(_TREADLE)}\0".encode()).update(file.read_bytes())
    return f"{number}+{hasher.hexdigest()[:12]}"
