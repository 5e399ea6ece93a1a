"""Owns the locked environment: which distributions a model needs, in which exact versions."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib.metadata import Distribution, PackageNotFoundError, distribution, packages_distributions
from importlib.util import find_spec
from pathlib import Path

import msgspec
from blake3 import blake3
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from treadle.errors import PackageError

LOCK = "environment.lock.json"
PYTHON = ".".join(map(str, sys.version_info[:3]))


class Locked(msgspec.Struct, frozen=True, order=True):
    """One installed distribution: name, exact version, and the digest of what its wheel brought, by its RECORD."""

    name: str
    version: str
    record: str


class Lock(msgspec.Struct, frozen=True):
    """environment.lock.json: the Python version and all distributions."""

    python: str
    distributions: tuple[Locked, ...]


def _required(found: Distribution, extras: Iterable[str]) -> list[Requirement]:
    """Return what a distribution requires on this machine with `extras` asked for."""
    wanted = [{"extra": extra} for extra in ("", *extras)]
    all_of_it = [Requirement(text) for text in found.requires or ()]
    return [
        each
        for each in all_of_it
        if not each.marker or any(each.marker.evaluate(environment) for environment in wanted)
    ]


def _record(found: Distribution) -> str:
    """Return the digest of a RECORD without what an installer adds: scripts, compiled files, its own notes."""
    lines = (found.read_text("RECORD") or "").splitlines()
    kept = sorted(
        line for line in lines if not line.startswith("..") and ".pyc," not in line and ".dist-info/" not in line
    )
    return blake3("\n".join(kept).encode()).hexdigest()


def _locked(name: str) -> tuple[Distribution, Locked] | None:
    try:
        found = distribution(name)
    except PackageNotFoundError:
        return None
    return found, Locked(canonicalize_name(name), found.version, _record(found))


def lock(modules: Iterable[str]) -> tuple[Locked, ...]:
    """Return the distributions that provide `modules` and everything those require, as installed now.

    Modules that are not installed are left out (an optional import). Raises PackageError for one that can be
    imported here but comes with no distribution: it would be missing elsewhere.
    """
    owners = packages_distributions()
    wanted: list[tuple[str, frozenset[str]]] = []
    for name in sorted({module.partition(".")[0] for module in modules} - sys.stdlib_module_names):
        if name not in owners and name != "__main__" and find_spec(name):
            raise PackageError(
                f"the model needs the module {name}, which no installed distribution provides",
                next_move="move it into the project's package, so that it travels with the model",
            )
        wanted += [(owner, frozenset()) for owner in owners.get(name, ())]
    seen: set[tuple[str, frozenset[str]]] = set()
    locked: set[Locked] = set()
    while wanted:
        name, extras = wanted.pop()
        key = (canonicalize_name(name), extras)
        if key in seen or not (found := _locked(name)):
            continue
        seen.add(key)
        locked.add(found[1])
        wanted += [(each.name, frozenset(each.extras)) for each in _required(found[0], extras)]
    return tuple(sorted(locked))


def files(locked: tuple[Locked, ...]) -> dict[str, bytes]:
    """Return requirements.txt, MLflow's python_env.yaml and environment.lock.json for a package."""
    requirements = "".join(f"{each.name}=={each.version}\n" for each in locked)
    environment = f"python: {PYTHON}\nbuild_dependencies: []\ndependencies:\n- -r requirements.txt\n"
    return {
        "requirements.txt": requirements.encode(),
        "python_env.yaml": environment.encode(),
        LOCK: msgspec.json.format(msgspec.json.encode(Lock(PYTHON, locked)), indent=1),
    }


def check(folder: Path) -> tuple[str, ...]:
    """Return how this environment differs from the one locked in a package, a sentence each; empty if it does not."""
    written = msgspec.json.decode((folder / LOCK).read_bytes(), type=Lock)
    said = [] if written.python == PYTHON else [f"Python is {PYTHON}, the package was made with {written.python}"]
    for each in written.distributions:
        found = _locked(each.name)
        if found is None:
            said.append(f"{each.name} {each.version} is not installed")
        elif found[1].version != each.version:
            said.append(f"{each.name} is {found[1].version}, the package was made with {each.version}")
        elif found[1].record != each.record:
            said.append(f"{each.name} {each.version} holds other files than the one the package was made with")
    return tuple(said)
