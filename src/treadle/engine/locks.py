"""Owns that one process at a time runs a step: a lock per key, which the kernel frees when its process dies."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from treadle.errors import StoreError


class Lock:
    """The lock of one key, held from `try_lock` to `release`."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor = descriptor

    def release(self) -> None:
        """Free the lock; its file goes away, and who waits for it notices."""
        self._path.unlink(missing_ok=True)
        os.close(self._descriptor)


class Locks:
    """Locks by key in a folder of one machine."""

    def __init__(self, folder: Path) -> None:
        """Use `folder`, made if absent; raises StoreError if it cannot be."""
        self._folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"the folder {folder} for locks cannot be made: {error.strerror}") from error

    def try_lock(self, key: str) -> Lock | None:
        """Return the lock of `key`, or None if another process (or this one) holds it; StoreError if it cannot be."""
        path = self._folder / key
        try:
            while True:
                descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    if _still(path, descriptor):
                        return Lock(path, descriptor)
                except BlockingIOError:
                    os.close(descriptor)
                    return None
                os.close(descriptor)
        except OSError as error:
            raise StoreError(f"the lock {path} cannot be taken: {error.strerror}") from error


def _still(path: Path, descriptor: int) -> bool:
    """Whether the locked file is the one at `path`: its last holder may have removed it in between."""
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False
