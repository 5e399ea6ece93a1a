"""Owns the store in a folder: objects/ab/abcd..., written beside, flushed, then renamed into place."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from blake3 import blake3

from treadle.errors import NotFound, StoreError
from treadle.store.digest import PATTERN, digest, digest_file

CHUNK = 1 << 20
STALE_SECONDS = 3600
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class LocalStore:
    """A content-addressed folder. Objects are read-only files; a killed writer leaves none half-visible."""

    def __init__(self, root: Path) -> None:
        """Open the store in the folder `root`, made if absent; raises StoreError if it cannot be."""
        self.root = root
        self._objects = root / "objects"
        self._incoming = root / "incoming"
        try:
            self._objects.mkdir(parents=True, exist_ok=True)
            self._incoming.mkdir(exist_ok=True)
            self._sweep()
        except OSError as error:
            raise _refusal(error, root, 0) from error

    def put(self, data: bytes | Path) -> str:
        """Keep `data`, or the contents of the file `data`, durably and return the digest.

        A source file may change meanwhile: the digest is of the bytes that were kept. Raises StoreError when the
        disk is full (naming bytes needed and free) or the source cannot be read; nothing is left behind then.
        """
        size = 0
        try:
            size = data.stat().st_size if isinstance(data, Path) else len(data)
            name = digest_file(data) if isinstance(data, Path) else digest(data)
            return name if self._holds(name, size) else self._write(data)
        except OSError as error:
            raise _refusal(error, self.root, size) from error

    def get(self, digest: str) -> bytes:
        """Return the bytes named `digest`; NotFound if absent, StoreError if they are not what it promises."""
        path = self.path(digest)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise _refusal(error, path, 0) from error
        met = blake3(data).hexdigest()
        if met != digest:
            raise StoreError(
                f"object {digest} is damaged: its bytes have the digest {met}",
                expected="the bytes that were put",
                next_move=f"delete {path} and run the step that made it again, or restore it from a backup",
            )
        return data

    def path(self, digest: str) -> Path:
        """Return the read-only file that holds the object (its bytes unchecked); NotFound if absent."""
        path = self._place(digest)
        if not path.is_file():
            raise NotFound(
                f"no object {digest} in the store {self.root}",
                next_move="open the store that the record was written with, or run the step that made it again",
            )
        return path

    def has(self, digest: str) -> bool:
        """Return whether the object is here."""
        return self._place(digest).is_file()

    def _place(self, name: str) -> Path:
        if not PATTERN.fullmatch(name):
            raise StoreError(f"{name!r} names no object", expected="a digest: 64 characters of 0-9a-f")
        return self._objects / name[:2] / name

    def _holds(self, name: str, size: int) -> bool:
        """Whether the object stands whole as far as its size tells; one cut short is written anew."""
        try:
            return self._place(name).stat().st_size == size
        except FileNotFoundError:
            return False

    def _write(self, data: bytes | Path) -> str:
        temporary = self._incoming / f"{os.getpid()}-{secrets.token_hex(8)}"
        try:
            hasher = blake3()
            with temporary.open("xb") as out:
                for piece in _pieces(data):
                    hasher.update(piece)
                    out.write(piece)
                out.flush()
                os.fchmod(out.fileno(), 0o444)
                os.fsync(out.fileno())
            place = self._place(hasher.hexdigest())
            if not place.parent.is_dir():
                place.parent.mkdir(exist_ok=True)
                _flush_folder(self._objects)
            temporary.replace(place)
            _flush_folder(place.parent)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        return place.name

    def _sweep(self) -> None:
        """Delete what writers that died left behind; a living writer touches its file far more often."""
        for left in self._incoming.iterdir():
            with suppress(FileNotFoundError):
                if time.time() - left.stat().st_mtime > STALE_SECONDS:
                    left.unlink()


def _pieces(data: bytes | Path) -> Iterator[bytes]:
    if isinstance(data, bytes):
        yield data
        return
    with data.open("rb", buffering=0) as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refusal(error: OSError, root: Path, size: int) -> StoreError:
    if error.errno in FULL:
        free = shutil.disk_usage(root).free
        return StoreError(
            f"the store {root} cannot take {size:,} bytes: {error.strerror}",
            expected=f"{size:,} bytes of room, {free:,} are free",
            next_move="free some disk space or set project.store to a larger disk, then run the same command again",
        )
    return StoreError(
        f"the store {root} cannot be used: {error.strerror}" + (f": {error.filename}" if error.filename else ""),
        expected="a folder this account may write to, and a source file it may read",
        next_move="check the path and its permissions",
    )
