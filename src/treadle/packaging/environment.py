"""Owns the locked environment: which distributions a model needs, in which exact versions."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from importlib.metadata import Distribution, PackageNotFoundError, distribution, packages_distributions

import msgspec
from blake3 import blake3


class Locked(msgspec.Struct, frozen=True, order=True):
    """One installed distribution: name, exact version, and the digest of its RECORD (every file with its hash)."""

    name: str
    version: str
    record: str


def _required(found: Distribution) -> list[str]:
    plain = [text for text in found.requires or () if "extra ==" not in text]
    return [match[0] for text in plain if (match := re.match(r"[A-Za-z0-9._-]+", text))]


def lock(modules: Iterable[str]) -> tuple[Locked, ...]:
    """Return the distributions that provide `modules` and everything those require, as installed now."""
    owners = packages_distributions()
    wanted = [name for module in modules for name in owners.get(module.partition(".")[0], ())]
    found: dict[str, Locked] = {}
    while wanted:
        name = re.sub(r"[-_.]+", "-", wanted.pop()).lower()
        if name in found:
            continue
        try:
            installed = distribution(name)
        except PackageNotFoundError:
            continue
        record = blake3((installed.read_text("RECORD") or "").encode()).hexdigest()
        found[name] = Locked(name, installed.version, record)
        wanted += _required(installed)
    return tuple(sorted(found.values()))


def files(locked: tuple[Locked, ...]) -> dict[str, bytes]:
    """Return requirements.txt, MLflow's python_env.yaml and environment.lock.json for a package."""
    requirements = "".join(f"{each.name}=={each.version}\n" for each in locked)
    python = ".".join(map(str, sys.version_info[:3]))
    environment = f"python: {python}\nbuild_dependencies: []\ndependencies:\n- -r requirements.txt\n"
    record = msgspec.json.encode({"python": python, "distributions": locked})
    return {
        "requirements.txt": requirements.encode(),
        "python_env.yaml": environment.encode(),
        "environment.lock.json": msgspec.json.format(record, indent=1),
    }
