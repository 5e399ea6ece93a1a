"""Owns tables of kinds: a name in the settings leads to an import string, loaded on first use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from treadle.errors import UnknownKind


def nearest(name: str, known: Mapping[str, Any] | list[str]) -> str:
    """Return `did you mean 'x'?` for the known name closest to `name`, or the empty string."""
    match = get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f"did you mean {match[0]!r}?" if match else ""


class Kinds:
    """A dict from name to `module:attribute`, with near-miss suggestions and an entry-point group for outsiders.

    Another distribution adds a kind through the entry-point group `treadle.<what>`, e.g. `treadle.target`.
    """

    def __init__(self, what: str, table: Mapping[str, str]) -> None:
        self.what = what
        self.table = dict(table)

    def __iter__(self) -> Iterator[str]:
        return iter(self.table)

    def load(self, name: str) -> Any:
        """Import and return what `name` stands for.

        Raises UnknownKind if neither the table nor the entry points know the name.
        """
        address = self.table.get(name)
        if address is None:
            for entry in entry_points(group=f"treadle.{self.what}"):
                if entry.name == name:
                    return entry.load()
            raise UnknownKind(
                f"unknown {self.what} {name!r}",
                expected=f"one of {', '.join(sorted(self.table))}",
                next_move=nearest(name, self.table),
            )
        module, _, attribute = address.partition(":")
        return getattr(import_module(module), attribute)
