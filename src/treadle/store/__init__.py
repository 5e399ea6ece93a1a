"""Owns bytes kept by content: a store takes bytes and gives back the digest that names them for ever.

The contract is `Store`: `put`, `get`, `path`, `has`. The same bytes always have the same name, so two writers cannot
clash and nothing is ever overwritten.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol, cast

from treadle.kinds import Kinds
from treadle.store.digest import digest, digest_file

__all__ = ["STORES", "Store", "digest", "digest_file", "open_store"]


class Store(Protocol):
    """Bytes by digest."""

    def put(self, data: bytes | Path) -> str:
        """Keep the bytes (or the contents of the file) and return their digest; StoreError if that fails."""

    def get(self, digest: str) -> bytes:
        """Return the bytes, checked against their digest; NotFound if absent, StoreError if damaged."""

    def path(self, digest: str) -> Path:
        """Return a local file to read the object from; NotFound if absent."""

    def has(self, digest: str) -> bool:
        """Return whether the object is here."""


STORES = Kinds("store", {"local": "treadle.store.local:LocalStore"})
"""Kinds of store by the scheme of their address; an address without a scheme is a folder."""


def open_store(address: str, root: Path) -> Store:
    """Open the store at `address`: a folder, relative to `root`. Raises UnknownKind for a scheme nobody serves."""
    scheme, separator, _ = address.partition("://")
    store = STORES.load(scheme if separator else "local")
    return cast(Store, store(root / address))
