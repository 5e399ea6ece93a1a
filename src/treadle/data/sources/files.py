"""Owns rows in CSV and Parquet files, one batch a file, in the order of their paths."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

import polars as pl

from treadle.errors import DataError
from treadle.store import digest_file


def _csv(path: Path) -> pl.DataFrame:
    """Read every value as text, so that the schema, not a guess, decides its type."""
    return pl.read_csv(path, infer_schema=False)


READERS: Mapping[str, Callable[[Path], pl.DataFrame]] = {
    ".csv": _csv,
    ".csv.gz": _csv,
    ".parquet": lambda path: pl.read_parquet(path, memory_map=False),
}
"""How a file is read, by the end of its name."""


class FileSource:
    """Files and globs under the folder `root`; which files match is settled once, when the source is opened."""

    def __init__(self, patterns: str | tuple[str, ...], root: Path) -> None:
        """Find the files. Raises DataError if a pattern matches none, or a file of a kind that nobody reads."""
        self._files: dict[str, Path] = {}
        for pattern in (patterns,) if isinstance(patterns, str) else patterns:
            for path in _matches(pattern, root):
                self._files[_name(path, root)] = path
        self._files = dict(sorted(self._files.items()))
        for name in self._files:
            if _reader(name) is None:
                raise DataError(f"{name} is of no kind that can be read", expected=f"a name in {', '.join(READERS)}")

    def batches(self) -> Iterator[tuple[str, pl.DataFrame]]:
        """Yield (path relative to the root, rows); the values of CSV files are text. DataError if one is unreadable."""
        for name, path in self._files.items():
            yield name, _read(name, path)

    def fingerprint(self) -> dict[str, str]:
        """Return the digest of each file's bytes; DataError if one cannot be read."""
        return {name: _digest(name, path) for name, path in self._files.items()}


def _matches(pattern: str, root: Path) -> list[Path]:
    folder = Path(Path(pattern).anchor) if Path(pattern).is_absolute() else root
    try:
        found = list(folder.glob(str(Path(pattern).relative_to(folder) if folder != root else pattern)))
    except (ValueError, NotImplementedError) as error:
        raise DataError(f"{pattern!r} is no path or glob: {error}", expected="such as data/*.csv") from error
    if files := [path for path in found if path.is_file()]:
        return files
    if found:
        raise DataError(
            f"{pattern!r} is a folder, not a file", expected="files", next_move=f"write {pattern.rstrip('/')}/*.csv"
        )
    raise _no_match(pattern, folder / pattern)


def _no_match(pattern: str, path: Path) -> DataError:
    folder = path.parent
    while any(mark in str(folder) for mark in "*?["):
        folder = folder.parent
    near = get_close_matches(path.name, [file.name for file in folder.glob("*") if file.is_file()], n=3, cutoff=0.4)
    return DataError(
        f"no file matches {pattern!r} in {folder}",
        expected="at least one file" if folder.is_dir() else "a folder of that name",
        next_move=f"nearest: {', '.join(near)}"
        if near
        else "correct data.source in treadle.toml, or put the files there",
    )


def _name(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def _reader(name: str) -> Callable[[Path], pl.DataFrame] | None:
    return next((reader for end, reader in READERS.items() if name.lower().endswith(end)), None)


def _read(name: str, path: Path) -> pl.DataFrame:
    try:
        return READERS[next(end for end in READERS if name.lower().endswith(end))](path)
    except pl.exceptions.NoDataError:
        raise DataError(
            f"{name} is empty", expected="a header and at least one row", next_move="remove it, or write it again"
        ) from None
    except (OSError, pl.exceptions.PolarsError) as error:
        raise DataError(
            f"{name} cannot be read: {str(error).strip().splitlines()[0]}",
            expected="a whole file in the format its name says",
            next_move="write it again, or take it out of data.source",
        ) from error


def _digest(name: str, path: Path) -> str:
    try:
        return digest_file(path)
    except OSError as error:
        raise DataError(
            f"{name} cannot be read: {error.strerror}", next_move="check that it is there and may be read"
        ) from error
