"""Owns files as inputs: they count by their contents, whose digest is remembered as long as the file stays the same."""

from __future__ import annotations

import glob
import os
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path, PosixPath

import msgspec

from treadle.errors import DataError
from treadle.store.digest import digest_file

_SETTLED = 2_000_000_000
"""Nanoseconds a file must have rested before its digest is remembered: clocks of file systems are coarse."""

Stamp = tuple[int, int, int, int]
"""Size, time of modification and of change in nanoseconds, inode: what tells that a file is still the same."""


class File(PosixPath):
    """A path whose contents are an input of the step it is given to. As an annotation it makes a text or path one."""


class Files(tuple[File, ...]):
    """Paths whose contents are inputs, sorted, each once. As an annotation it takes paths and globs."""

    __slots__ = ()

    def __new__(cls, paths: Iterable[str | os.PathLike[str]] = ()) -> Files:
        """Take the paths."""
        return super().__new__(cls, sorted({File(path) for path in paths}))

    @classmethod
    def match(cls, patterns: str | os.PathLike[str] | Iterable[str | os.PathLike[str]], root: Path) -> Files:
        """Return the files that paths or globs, relative to `root`, stand for; DataError for one without any."""
        given = [patterns] if isinstance(patterns, str | os.PathLike) else list(patterns)
        found: list[Path] = []
        for pattern in [os.fspath(each) for each in given]:
            matches = [root / name for name in glob.glob(pattern, root_dir=root, recursive=True)]  # noqa: PTH207 (of any root)
            files = [path for path in matches if path.is_file()]
            if not files:
                raise DataError(
                    f"no file matches {pattern!r} in {root}",
                    expected="the path of a file, or a glob such as data/*.parquet",
                    next_move="correct the path, or put the file there",
                )
            found += files
        return cls(found)


class Digests:
    """Digests of files, remembered in the file `memory` by path and stamp. Not to be shared between threads."""

    def __init__(self, memory: Path, root: Path) -> None:
        self._memory = memory
        self._root = root
        self._changed = False
        self._known: dict[str, tuple[Stamp, str]] = {}
        with suppress(OSError, msgspec.MsgspecError):
            self._known = msgspec.json.decode(memory.read_bytes(), type=dict[str, tuple[Stamp, str]])

    def name(self, file: Path) -> str:
        """Return the path as messages and keys show it: relative to the project if it is in there."""
        whole = self._root / file
        return str(whole.relative_to(self._root) if whole.is_relative_to(self._root) else whole)

    def of(self, file: Path) -> str:
        """Return the digest of the file's contents. Raises DataError if there is no such file or it is unreadable."""
        whole = self._root / file
        try:
            stamp = _stamp(whole)
            known = self._known.get(str(whole))
            if known is not None and known[0] == stamp:
                return known[1]
            digest = digest_file(whole)
        except OSError as error:
            raise DataError(
                f"the input file {self.name(file)} cannot be read: {error.strerror}",
                expected="a file",
                next_move="put the file there, or correct the path",
            ) from error
        if time.time_ns() - max(stamp[1:3]) > _SETTLED and _stamp(whole) == stamp:
            self._known[str(whole)] = (stamp, digest)
            self._changed = True
        return digest

    def save(self) -> None:
        """Write the memory down, whole or not at all; it is only a memory, so a full disk is no error."""
        if not self._changed:
            return
        temporary = self._memory.with_name(f"{self._memory.name}.{os.getpid()}")
        with suppress(OSError):
            self._memory.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(msgspec.json.encode(self._known))
            temporary.replace(self._memory)
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        self._changed = False


def _stamp(path: Path) -> Stamp:
    stat = path.stat()
    return stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino
