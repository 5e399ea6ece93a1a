"""Owns the workspace: one project's folder with its catalog and its store opened, and who acts in it."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from treadle.catalog import Catalog, open_catalog
from treadle.records import this_actor
from treadle.store import Store, open_store


class Workspace(NamedTuple):
    """A project at work: `root` is its folder, `actor` whose changes these are."""

    root: Path
    catalog: Catalog
    store: Store
    actor: str

    @classmethod
    def open(cls, root: Path, catalog_address: str, store_address: str, actor: str | None = None) -> Self:
        """Open the catalog and the store at addresses relative to `root`; the actor is this account if not given.

        Raises CatalogError or StoreError if one cannot be opened, UnknownKind for an address of an unknown scheme.
        """
        root = root.resolve()
        store = open_store(store_address, root)
        return cls(root, open_catalog(catalog_address, root), store, actor or this_actor())

    @property
    def home(self) -> Path:
        """The folder for what Treadle keeps beside catalog and store: `.treadle`."""
        return self.root / ".treadle"

    def close(self) -> None:
        """Close the catalog."""
        self.catalog.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
