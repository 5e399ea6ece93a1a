"""Owns writing behind: small results of quick steps reach the disk together, while the run goes on.

A flush takes the disk as long for one result as for many. So objects are put by several threads, and one thread
commits whatever results have all their objects, in one transaction. The lock of a result is held until then.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from treadle.engine.locks import Lock
from treadle.errors import Conflict
from treadle.records import StepResult
from treadle.store import Store, digest
from treadle.workspace import Workspace

_LARGE = 1 << 20
"""Bytes from which an object is written at once, so that what waits stays small."""
_WRITERS = 8


class WritingStore:
    """A store that takes small objects at once and writes them in the background; `settled` waits for them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._writers = ThreadPoolExecutor(_WRITERS, "treadle-store")
        self._waiting: dict[str, tuple[bytes, Future[str]]] = {}

    def put(self, data: bytes | Path) -> str:
        """Return the digest of `data`; it is safe once `settled` has returned. StoreError if large and not kept."""
        if isinstance(data, Path) or len(data) >= _LARGE:
            return self._store.put(data)
        name = digest(data)
        if name not in self._waiting:
            self._waiting[name] = (data, self._writers.submit(self._store.put, data))
        return name

    def get(self, digest: str) -> bytes:
        """Return the bytes named `digest`; NotFound if absent, StoreError if damaged."""
        waiting = self._waiting.get(digest)
        return waiting[0] if waiting else self._store.get(digest)

    def path(self, digest: str) -> Path:
        """Return a local file with the bytes; NotFound if absent."""
        self.settled([digest])
        return self._store.path(digest)

    def has(self, digest: str) -> bool:
        """Return whether the object is here, or on its way."""
        return digest in self._waiting or self._store.has(digest)

    def settled(self, digests: Iterable[str]) -> None:
        """Wait until the objects are on disk; raises StoreError for one that cannot be kept."""
        for name in digests:
            waiting = self._waiting.get(name)
            if waiting is not None:
                try:
                    waiting[1].result()
                finally:
                    self._waiting.pop(name, None)

    def close(self) -> None:
        """Wait for what is on its way."""
        self._writers.shutdown()


class _Entry(NamedTuple):
    result: StepResult
    instead_of: StepResult | None
    lock: Lock


class Ledger:
    """Results on their way into the catalog, in the order in which they came."""

    def __init__(self, workspace: Workspace, store: WritingStore) -> None:
        self._workspace = workspace
        self._store = store
        self._entries: dict[str, _Entry] = {}
        self._error: Exception | None = None
        self._state = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._work, name="treadle-ledger", daemon=True)
        self._thread.start()

    def find(self, key: str) -> StepResult | None:
        """Return a result that is on its way."""
        entry = self._entries.get(key)
        return entry.result if entry else None

    def add(self, result: StepResult, instead_of: StepResult | None, lock: Lock) -> None:
        """Take a result; its lock is released when it is in the catalog."""
        with self._state:
            self._entries[result.id] = _Entry(result, instead_of, lock)
            self._state.notify_all()

    def drain(self) -> None:
        """Wait until all is in the catalog; raises StoreError or CatalogError if something could not be kept."""
        with self._state:
            self._state.wait_for(lambda: not self._entries)
            error, self._error = self._error, None
        if error is not None:
            raise error

    def close(self) -> None:
        """Wait until all is in the catalog, and end."""
        with self._state:
            self._closing = True
            self._state.notify_all()
        self._thread.join()
        self._store.close()

    def _work(self) -> None:
        while True:
            with self._state:
                self._state.wait_for(lambda: self._entries or self._closing)
                batch = list(self._entries.values())
            if not batch:
                return
            try:
                self._commit(self._whole(batch))
            except Exception as error:
                self._error = self._error or error
            with self._state:
                for entry in batch:
                    del self._entries[entry.result.id]
                    entry.lock.release()
                self._state.notify_all()

    def _whole(self, batch: list[_Entry]) -> list[_Entry]:
        """Return the entries whose objects are all on disk."""
        whole = []
        for entry in batch:
            try:
                self._store.settled(output.digest for output in entry.result.outputs)
                whole.append(entry)
            except Exception as error:
                self._error = self._error or error
        return whole

    def _commit(self, entries: list[_Entry]) -> None:
        """Write the results in one transaction; where somebody was first with one, theirs stays."""
        try:
            self._write(entries)
        except Conflict:
            for entry in entries:
                try:
                    self._write([entry])
                except Conflict:
                    continue

    def _write(self, entries: list[_Entry]) -> None:
        with self._workspace.catalog.transaction(self._workspace.actor) as transaction:
            for entry in entries:
                if entry.instead_of is None:
                    transaction.add(entry.result)
                else:
                    transaction.replace(entry.instead_of, entry.result)
